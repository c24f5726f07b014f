/**
 * Why a warning is closed. The verdict says what the reason means for the indicator's precision: `true` it was right, `false` it was not,
 * `data` the source was wrong (mend it, do not tune the indicator), and counts neither way. `needsNote`: the cause has to be written down.
 * `needsCause`: it is picked from the office's list of normal causes. `then`: what is to be done about it, beside closing.
 */
export const closingReasons = {
	confirmed: { verdict: 'true', needsDisposal: true, needsNote: false, needsCause: false, then: null },
	'already-handled': { verdict: 'true', needsDisposal: false, needsNote: true, needsCause: false, then: null },
	'normal-cause': { verdict: 'false', needsDisposal: false, needsNote: false, needsCause: true, then: null },
	'indicator-wrong': { verdict: 'false', needsDisposal: false, needsNote: true, needsCause: false, then: 'tune' },
	'data-wrong': { verdict: 'data', needsDisposal: false, needsNote: true, needsCause: false, then: 'mend' },
	duplicate: { verdict: 'data', needsDisposal: false, needsNote: true, needsCause: false, then: null }
} as const satisfies Record<string, ClosingRule>;

type ClosingRule = {
	readonly verdict: 'true' | 'false' | 'data';
	readonly needsDisposal: boolean;
	readonly needsNote: boolean;
	readonly needsCause: boolean;
	/** `tune` the indicator (its preview), `mend` the source: never the other way round. */
	readonly then: 'tune' | 'mend' | null;
};

export type ClosingReason = keyof typeof closingReasons;
export const closingReasonNames = Object.keys(closingReasons) as readonly ClosingReason[];

export function isClosingReason(value: unknown): value is ClosingReason {
	return closingReasonNames.includes(value as ClosingReason);
}

/** The reasons that mean a verdict: for queries. */
export const reasonsMeaning = (verdict: ClosingRule['verdict']): readonly ClosingReason[] =>
	closingReasonNames.filter((reason) => closingReasons[reason].verdict === verdict);

/**
 * Why a warning is closed. The verdict says what the reason means for the indicator's precision: `true` it was right, `false` it was not,
 * `data` the source was wrong (mend it, do not tune the indicator), and counts neither way. `needsNote`: the cause has to be written down.
 */
export const closingReasons = {
	confirmed: { verdict: 'true', needsDisposal: true, needsNote: false },
	'already-handled': { verdict: 'true', needsDisposal: false, needsNote: false },
	'normal-cause': { verdict: 'false', needsDisposal: false, needsNote: true },
	'indicator-wrong': { verdict: 'false', needsDisposal: false, needsNote: true },
	'data-wrong': { verdict: 'data', needsDisposal: false, needsNote: true },
	duplicate: { verdict: 'data', needsDisposal: false, needsNote: true }
} as const satisfies Record<string, { verdict: 'true' | 'false' | 'data'; needsDisposal: boolean; needsNote: boolean }>;

export type ClosingReason = keyof typeof closingReasons;
export const closingReasonNames = Object.keys(closingReasons) as readonly ClosingReason[];

export function isClosingReason(value: unknown): value is ClosingReason {
	return closingReasonNames.includes(value as ClosingReason);
}

import type { Level } from './levels.ts';
import type { OutsideWords } from './outside.ts';

/** What a warning is about: a region × industry cell, one enterprise, or what several enterprises share. */
export const scopeKinds = ['cell', 'enterprise', 'address', 'place', 'person', 'phone', 'agent', 'group'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/**
 * The machine's verdict on a series for one day.
 *
 * - `breaching`: above its range, long enough for its indicator: opens or refreshes the episode.
 * - `pending`: above its range, not long enough yet. Opens nothing; an open episode goes on unchanged (it does not clear).
 * - `cleared`: back in range, long enough.
 * - `held`: cannot be judged (the source is late, or its coverage changed). Nothing clears and nothing opens.
 */
export const verdicts = ['breaching', 'pending', 'cleared', 'held'] as const;
export type Verdict = (typeof verdicts)[number];

export const subjectRoles = ['named', 'member', 'contributor'] as const;
export type SubjectRole = (typeof subjectRoles)[number];

/** One period of the series' chart. Days are `YYYY-MM-DD`; of a week its Monday. */
export type SeriesPoint = {
	readonly at: string;
	/** Null where the source had not delivered: never drawn as zero. */
	readonly observed: number | null;
	readonly expected: number | null;
	readonly lower: number | null;
	readonly upper: number | null;
};

/** Who contributes how much to the observed count of the window, largest first, at most ten of a kind. */
export type Contributor = {
	/** Region code, industry key, address key or uscc. */
	readonly key: string;
	/** The address as written; regions, industries and enterprises are named when shown. */
	readonly label?: string;
	readonly observed: number;
	readonly expected?: number | null;
	/** Share of the window's observed count, 0–1. */
	readonly share: number;
};

/** Which rows stand behind the figure. Conditions given together must all hold. */
export type EvidenceQuery = {
	/** Stored event kinds (`src/lib/intake/kinds/kinds.ts`), e.g. `['complaint']`. */
	readonly kinds: readonly string[];
	/** First and last day, both included. */
	readonly from: string;
	readonly to: string;
	/** GB/T 2260 code ('000000' everywhere) and industry key ('*' all). */
	readonly regionCode: string;
	readonly industryKey: string;
	/** Only these regions and industries: of a cluster, which is less than the region and industry that hold it. */
	readonly cells?: { readonly regions: readonly string[]; readonly industries: readonly string[] };
	/** Only these enterprises. */
	readonly uscc?: readonly string[];
	/** Only enterprises tied to this address, person or phone in `enterprise_link`. */
	readonly link?: { readonly kind: 'address' | 'person' | 'phone' | 'agent'; readonly key: string };
	/** Only these items of the events (e.g. changed items). */
	readonly items?: readonly string[];
};

/** Everything the detail page needs to explain the warning without asking anyone. Stored as `warning.explanation`. */
export type Explanation = {
	/** What the observed count was counted over, both days included. */
	readonly window: { readonly from: string; readonly to: string };
	readonly grain: 'day' | 'week';
	/** Probability that `upper` is not exceeded by chance (0.99: ninety-nine times of a hundred). Null for a fixed limit. */
	readonly coverage: number | null;
	/** The indicator's own limit where there is no expectation (so many at one address …). */
	readonly limit: number | null;
	/** Method's name and what to know about it, e.g. `farrington-flexible`, baseline years. Shown small. */
	readonly method: string;
	readonly series: readonly SeriesPoint[];
	readonly contributors: {
		readonly regions: readonly Contributor[];
		readonly industries: readonly Contributor[];
		readonly addresses: readonly Contributor[];
		readonly enterprises: readonly Contributor[];
	};
	readonly evidence: EvidenceQuery;
	/** What ties the enterprises of a group, strongest first; keys and names stay in the register. */
	readonly ties?: readonly GroupTie[];
	/** Why the machine cannot judge at the moment. Written from `Evaluation.held`, removed when judged again. */
	readonly held?: Held;
	/** What an outside platform said, in its words, instead of figures of ours. */
	readonly outside?: OutsideWords;
};

/** An evening that was judged again because data came later: the evening it is about, and the day on which its data had come. */
export type Late = { readonly for: string; readonly arrivedOn: string };

/** One thing that enterprises of a group share. */
export type GroupTie = {
	readonly kind: 'address' | 'place' | 'person' | 'phone' | 'agent' | 'agent-place';
	/** How many of the group share it, and how many were to be expected after the first. */
	readonly members: number;
	readonly expected: number;
	/** −log10 of the probability that chance brings so many so close together. Comparable across kinds. */
	readonly surprise: number;
};

export const heldReasons = ['late', 'missing', 'changed-coverage'] as const;

/** The late source or the changed coverage that keeps a series from being judged; `since` is a day. */
export type Held = {
	readonly reason: (typeof heldReasons)[number];
	/** Source's id. */
	readonly source?: string;
	readonly since?: string;
};

/**
 * What the monitor run says about one series on one day. Only what matters need be said: every breach, and a verdict on each series
 * that `liveSeries` names. A series that never breached is not remembered.
 */
export type Evaluation = {
	/** Stable name of indicator × scope, e.g. `complaint-surge|cell|320412|H62`. At most one episode that is open and has not cleared. */
	readonly seriesKey: string;
	readonly indicatorId: string;
	readonly indicatorVersion: number;
	/** Routing item of the indicator (registration, change, complaint …). */
	readonly item: string;
	readonly scopeKind: ScopeKind;
	/** Smallest region and industry that hold the whole scope: '000000' and '*' for all, '-' for industry unknown. */
	readonly regionCode: string;
	readonly industryKey: string;
	/** Set only when the warning names one enterprise. */
	readonly uscc: string | null;
	/** The address, person's or enterprise's name as registered; null for cells. Masked when shown. */
	readonly subjectLabel: string | null;
	readonly verdict: Verdict;
	/** Needed when breaching; ignored otherwise. */
	readonly level: Level | null;
	readonly observed: number | null;
	readonly expected: number | null;
	readonly upper: number | null;
	/** False-discovery-adjusted probability over the indicator's series of the evening; null for fixed limits. */
	readonly q: number | null;
	/** First and last day of the breach of this episode as the machine sees it; null unless breaching. */
	readonly firstBreachOn: string | null;
	readonly lastBreachOn: string | null;
	/** Earliest day of what made it breach (lead time starts here); defaults to `firstBreachOn`. */
	readonly occurredOn: string | null;
	/** Needed when breaching; when given with another verdict it replaces the shown one (e.g. the series as it fell). */
	readonly explanation: Explanation | null;
	/** Only with the verdict `held`. */
	readonly held?: Held;
	/** Only of an evening that was judged again. */
	readonly late?: Late;
	readonly subjects: readonly { readonly uscc: string; readonly role: SubjectRole; readonly weight: number }[];
};

/** What applying the evaluations of a day did. */
export type Applied = {
	readonly evaluated: number;
	readonly raised: number;
	readonly refreshed: number;
	readonly worsened: number;
	readonly eased: number;
	readonly cleared: number;
	readonly held: number;
	/** Breaching, but the episode was closed by a person and did not get worse. */
	readonly quiet: number;
	/** Older than what the series was last judged on: left alone. */
	readonly stale: number;
	/** Episodes opened and cleared, by indicator; without those that had none. */
	readonly byIndicator: ReadonlyMap<string, { readonly raised: number; readonly cleared: number }>;
};

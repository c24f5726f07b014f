import { addDays, daysBetween } from '#lib/calendar/days.ts';
import type { PlaceKind } from '#lib/enterprises/place.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import type { Explanation, Evaluation, GroupTie, ScopeKind, SeriesPoint } from '#lib/warnings/evaluation.ts';
import { levelOf, type LevelRules } from '#lib/warnings/levels.ts';
import type { ActiveIndicator } from './active.server.ts';

/** One event behind an entity indicator. */
export type Fact = {
	/** What is shared, or the enterprise itself. */
	readonly key: string;
	readonly uscc: string;
	readonly day: string;
	/** From this evening on it was known, and until before `until`, when it was corrected: looking back, only what was known counts. */
	readonly received: string;
	readonly until?: string | null;
	readonly region: string;
	readonly industry: string;
	readonly item?: string | null;
	readonly person?: string | null;
	readonly kind?: string;
	/** Of an address: what sort of place it is, and whether the key is that of the place, its rooms and desks taken together. */
	readonly place?: PlaceKind | null;
	readonly whole?: boolean;
};

/** What an entity monitor found on one evening. */
export type Hit = {
	readonly scopeKind: Exclude<ScopeKind, 'cell'>;
	readonly key: string;
	readonly observed: number;
	readonly limit: number | null;
	readonly expected: number | null;
	readonly upper: number | null;
	readonly q: number | null;
	readonly coverage: number | null;
	readonly method: string;
	/** Facts that count, oldest first. */
	readonly facts: readonly Fact[];
	readonly window: { readonly from: string; readonly to: string };
	/** Earlier facts of the key, for its chart. */
	readonly history: readonly Fact[];
	readonly kinds: readonly string[];
	readonly items?: readonly string[];
	/** Of a group: what ties it. */
	readonly ties?: readonly GroupTie[];
};

/** Facts by key, each oldest first. */
export type FactsByKey = ReadonlyMap<string, readonly Fact[]>;

/** What had happened by an evening and was known then, or on a later day; keys of which nothing was are left out. */
export function knownFacts(facts: FactsByKey, asOf: string, knownOn = asOf): FactsByKey {
	const known = new Map<string, readonly Fact[]>();
	for (const [key, all] of facts) {
		const then = all.filter(({ day, received, until }) => day <= asOf && received <= knownOn && (until == null || knownOn < until));
		if (then.length > 0) known.set(key, then);
	}
	return known;
}

/** The keys with so many facts in the days before an evening: of thousands of enterprises few are worth a closer look. */
export function busyKeys(facts: FactsByKey, asOf: string, days: number, least: number): FactsByKey {
	const from = addDays(asOf, 1 - days);
	const busy = new Map<string, readonly Fact[]>();
	for (const [key, all] of facts) {
		let last = all.length - 1;
		while (last >= 0 && all[last]!.day > asOf) last--;
		const first = all[last - least + 1];
		if (first !== undefined && first.day >= from) busy.set(key, all);
	}
	return busy;
}

/** Facts of the last `days` days, oldest first. */
export function inWindow(facts: readonly Fact[], asOf: string, days: number): Fact[] {
	const from = addDays(asOf, 1 - days);
	return facts.filter((fact) => fact.day >= from);
}

/** One fact per enterprise, the first. */
export function perEnterprise(facts: readonly Fact[]): Fact[] {
	const seen = new Set<string>();
	return facts.filter((fact) => !seen.has(fact.uscc) && seen.add(fact.uscc));
}

/** The complaints that count: one of a person about an enterprise in a month, however many channels it came by (D4). */
export function countedOnce(facts: readonly Fact[], repeatDays = 30): Fact[] {
	const last = new Map<string, string>();
	return facts.filter((fact) => {
		if (fact.person == null) return true;
		const key = `${fact.uscc}|${fact.person}`;
		const before = last.get(key);
		last.set(key, fact.day);
		return before === undefined || daysBetween(before, fact.day) > repeatDays;
	});
}

/** Changes with the fragments of one change merged: the same item again within `mergeDays` is the same change. Oldest first. */
export function mergedChanges(facts: readonly Fact[], mergeDays: number): Fact[] {
	const last = new Map<string, string>();
	return facts.filter((fact) => {
		const key = `${fact.uscc}|${fact.item}`;
		const before = last.get(key);
		last.set(key, fact.day);
		return before === undefined || daysBetween(before, fact.day) > mergeDays;
	});
}

/** The smallest industry that holds all keys, down to the group: `['C13', 'C14']` → `'C'`; `'*'` across sections. */
export function commonIndustry(keys: readonly string[]): string {
	let prefix = keys[0] ?? '-';
	for (const key of keys) while (!key.startsWith(prefix)) prefix = prefix.slice(0, -1);
	return prefix.length === 0 ? '*' : prefix.length === 2 ? prefix.slice(0, 1) : prefix;
}

const chartWeeks = 53;

function weeklyPoints(facts: readonly Fact[], asOf: string): SeriesPoint[] {
	const counts = new Array<number>(chartWeeks).fill(0);
	for (const fact of facts) {
		const back = Math.floor(daysBetween(fact.day, asOf) / 7);
		if (back >= 0 && back < chartWeeks) counts[back]!++;
	}
	return counts
		.map((observed, back) => ({ at: addDays(asOf, -7 * back - 6), observed, expected: null, lower: null, upper: null }))
		.reverse();
}

/** The evaluation of a hit. `before`: first day of the breach when its episode is open already. */
export function evaluationOf(
	indicator: ActiveIndicator,
	hit: Hit,
	asOf: string,
	before: string | null,
	rules: LevelRules,
	label: string | null
): Evaluation {
	const { facts } = hit;
	const members = perEnterprise(facts);
	const named = hit.scopeKind === 'enterprise';
	const level = levelOf(
		rules,
		hit.limit === null
			? { kind: 'cell', q: hit.q ?? 1, observed: hit.observed, expected: hit.expected ?? 0 }
			: { kind: 'entity', observed: hit.observed, limit: hit.limit }
	);
	const counts = new Map<string, number>();
	for (const fact of facts) counts.set(fact.uscc, (counts.get(fact.uscc) ?? 0) + 1);
	const explanation: Explanation = {
		window: hit.window,
		grain: 'week',
		coverage: hit.coverage,
		limit: hit.limit,
		method: hit.method,
		series: weeklyPoints([...hit.history, ...facts.filter((fact) => !hit.history.includes(fact))], asOf),
		contributors: {
			regions: [], industries: [], addresses: [],
			enterprises: [...counts]
				.sort((a, b) => b[1] - a[1])
				.slice(0, 10)
				.map(([key, observed]) => ({ key, observed, share: observed / facts.length }))
		},
		evidence: {
			kinds: hit.kinds,
			// What several share is shown from the first breach's window on: the members of the whole episode.
			from: named || before === null ? hit.window.from : addDays(before, -daysBetween(hit.window.from, hit.window.to)), to: hit.window.to,
			regionCode: '000000', industryKey: '*',
			...whose(hit, members),
			...(hit.items ? { items: hit.items } : {})
		},
		...(hit.ties ? { ties: hit.ties } : {})
	};
	return {
		seriesKey: `${indicator.id}|${hit.scopeKind}|${hit.key}`,
		indicatorId: indicator.id,
		indicatorVersion: indicator.version,
		item: indicator.item,
		scopeKind: hit.scopeKind,
		regionCode: commonRegion(facts.map((fact) => fact.region)),
		industryKey: commonIndustry(facts.map((fact) => fact.industry)),
		uscc: named ? hit.key : null,
		subjectLabel: label,
		verdict: 'breaching',
		level,
		observed: hit.observed,
		expected: hit.expected, upper: hit.upper, q: hit.q,
		firstBreachOn: before ?? asOf,
		lastBreachOn: asOf,
		occurredOn: before === null ? facts[0]!.day : null,
		explanation,
		subjects: [
			...members.map((fact) => ({
				uscc: fact.uscc, role: named ? ('named' as const) : ('member' as const), weight: counts.get(fact.uscc)! / facts.length
			})),
			...(named ? [] : earlierAt(hit, counts))
		]
	};
}

/** Whose rows stand behind a hit: of a group or a place, which no row of the register names, those of its members. */
function whose({ scopeKind, key }: Hit, members: readonly Fact[]) {
	if (scopeKind === 'enterprise') return { uscc: [key] };
	if (scopeKind === 'group' || scopeKind === 'place') return { uscc: members.map(({ uscc }) => uscc) };
	return { link: { kind: scopeKind, key } };
}

/** Who came to the same place in the year before: listed with the cluster, not counted in it. */
function earlierAt(hit: Hit, counted: ReadonlyMap<string, number>) {
	return perEnterprise(hit.history)
		.filter((fact) => !counted.has(fact.uscc))
		.slice(-mostEarlier)
		.map((fact) => ({ uscc: fact.uscc, role: 'contributor' as const, weight: 0 }));
}

const mostEarlier = 500;

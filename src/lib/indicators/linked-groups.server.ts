import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import type { GroupTie } from '#lib/warnings/evaluation.ts';
import { clockOf } from '#lib/detection/links/clock.ts';
import { linkGraph, type LinkGraph } from '#lib/detection/links/graph.ts';
import { findGroups, type Group } from '#lib/detection/links/groups.ts';
import { learnHabits, type Habits } from '#lib/detection/links/habits.ts';
import type { ActiveIndicator } from './active.server.ts';
import type { DefinitionOf } from './definition.ts';
import type { Fact, Hit } from './entity.ts';
import { dayNumber, dayOfNumber, loadArrivals, type LinkArrival } from './link-arrivals.server.ts';
import { byMonth, loadSample, sampledHabits, type Once } from './link-habits.server.ts';

type Definition = DefinitionOf<'linked-group'>;

/** A group monitor with what happened until some evening in memory. */
export type GroupRun = {
	readonly definition: Definition;
	readonly graph: LinkGraph;
	/** By the graph's number of the enterprise. */
	readonly arrivals: readonly LinkArrival[];
	/** What is normal, by evening. */
	readonly habitsOn: (asOf: string) => Habits;
	/** Who was in each group when it was last found: the next evening knows it by them. */
	readonly found: Map<string, readonly string[]>;
};

export async function loadGroups(db: Kysely<DB>, definition: Definition, from: string, to: string, once: Once): Promise<GroupRun> {
	const arrivals = await loadArrivals(db, definition, from, to);
	const graph = linkGraph(arrivals);
	const clock = clockOf(graph.day, graph.day.length);
	const { days, stream } = definition;
	// Streams with few arrivals of their own lean on how registrations share things.
	const known = stream === 'registration' ? null : sampledHabits(await (once.sample ??= loadSample(db, from, to)), days);
	const habitsOn = byMonth((start) => learnHabits(graph, clock, start - days, days, known?.(dayOfNumber(start))));
	return { definition, graph, arrivals, habitsOn, found: new Map() };
}

/** Groups of an evening, best first, as hits; `looked`: at how many enterprises. */
export async function groupHits(
	db: Kysely<DB>, indicator: ActiveIndicator, run: GroupRun, asOf: string, live: readonly LiveSeries[], explained: readonly Fact[]
): Promise<{ readonly hits: Hit[]; readonly looked: number }> {
	const { definition, graph, arrivals } = run;
	const { days: window, least, q } = definition;
	const now = dayNumber(asOf);
	const n = upTo(graph.day, now);
	const clock = clockOf(graph.day, n);
	const groups = findGroups({ graph, clock, habits: run.habitsOn(asOf), asOf: now, window }, least).filter((group) => group.q <= q);
	const membersOf = (group: Group) => group.members.map((at) => arrivals[graph.enterprise[at]!]!);
	const keyed = await identified(db, run, live, groups.map((group) => membersOf(group).map(({ uscc }) => uscc)), asOf);
	const said = await alreadySaid(db, indicator, groups.flatMap((group) => membersOf(group).map(({ uscc }) => uscc)), addDays(asOf, -window), explained);
	const hits = groups.flatMap((group, i): Hit[] => {
		const members = membersOf(group);
		const { key, isNew } = keyed[i]!;
		// One shared thing that is warned of already ties nearly all of them: one cause, one warning.
		if (isNew && said(members.map(({ uscc }) => uscc))) return [];
		run.found.set(`${indicator.id}|group|${key}`, members.map(({ uscc }) => uscc));
		return [{
			scopeKind: 'group', key, observed: members.length, limit: least, expected: null, upper: least - 1, q: group.q, coverage: null,
			method: `linked-group · ${definition.stream}`, window: { from: dayOfNumber(graph.day[group.members[0]!]!), to: asOf },
			facts: members.map((member) => factOf(member, key)), history: [], kinds: kindsOf[definition.stream],
			...(definition.stream === 'transfer' || definition.stream === 'change-storm' ? { items: definition.items } : {}),
			ties: tiesOf(graph, group)
		}];
	});
	let from = n;
	while (from > 0 && graph.day[from - 1]! > now - window) from--;
	return { hits, looked: n - from };
}

const kindsOf = {
	registration: ['registration'], 'young-cancellation': ['registration', 'cancellation'], transfer: ['change'], 'change-storm': ['change']
} as const;

function factOf(member: LinkArrival, key: string): Fact {
	const { uscc, region, industry } = member;
	return { key, uscc, day: dayOfNumber(member.day), received: dayOfNumber(member.known ?? member.day), region, industry };
}

/** Most ties kept with a warning: the strongest say why, the page asks the register for the rest. */
const mostTies = 12;

function tiesOf(graph: LinkGraph, group: Group): GroupTie[] {
	const rooms = new Set(group.reasons.filter(({ hub }) => graph.hubs[hub]!.kind === 'room').map(({ members }) => members.join()));
	// A place says nothing more when all of them share one room of it.
	const told = group.reasons.filter(({ hub, members }) => graph.hubs[hub]!.kind !== 'place' || !rooms.has(members.join()));
	return told.slice(0, mostTies).map(({ hub, members, expected, surprise }) => {
		const { kind } = graph.hubs[hub]!;
		return {
			kind: kind === 'room' ? 'address' : kind, members: members.length, expected: Math.round(expected * 100) / 100,
			surprise: Math.round((surprise / Math.LN10) * 10) / 10
		};
	});
}

/** How many days are not after `day`. */
function upTo(days: Int32Array, day: number): number {
	let [low, high] = [0, days.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (days[middle]! <= day) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** The series of each group: that of an open episode which shares half of the smaller side's members, else a new one. */
async function identified(
	db: Kysely<DB>, run: GroupRun, live: readonly LiveSeries[], groups: readonly (readonly string[])[], asOf: string
): Promise<{ readonly key: string; readonly isNew: boolean }[]> {
	const keys = live.map((series) => series.seriesKey);
	const unknown = keys.filter((key) => !run.found.has(key));
	const { rows } = unknown.length === 0 ? { rows: [] } : await sql<{ key: string; members: string[] }>`
		select s.series_key as key, array_agg(m.uscc) as members
		from warning_series s join warning_subject m on m.warning_id = s.warning_id and m.role = 'member'
		where s.series_key = any(${unknown}) group by 1
	`.execute(db);
	const before = new Map(rows.map(({ key, members }) => [key, new Set(members)]));
	for (const key of keys) if (run.found.has(key)) before.set(key, new Set(run.found.get(key)));
	const taken = new Set<string>();
	return groups.map((members) => {
		let best: { readonly key: string; readonly shared: number } | null = null;
		for (const [key, known] of before) {
			const shared = members.filter((uscc) => known.has(uscc)).length;
			if (!taken.has(key) && shared * 2 >= Math.min(known.size, members.length) && shared > (best?.shared ?? 0)) best = { key, shared };
		}
		if (best === null) return { key: `${asOf}-${[...members].sort()[0]}`, isNew: true };
		taken.add(best.key);
		return { key: best.key.slice(best.key.lastIndexOf('|') + 1), isNew: false };
	});
}

/** What share of a group one warned thing has to tie. */
const nearlyAll = 0.8;

/** Whether nearly all of some enterprises stand in one warning of the same item, of this evening or since `from`. */
async function alreadySaid(
	db: Kysely<DB>, indicator: ActiveIndicator, usccs: readonly string[], from: string, explained: readonly Fact[]
): Promise<(members: readonly string[]) => boolean> {
	const { rows } = await sql<{ uscc: string; id: string }>`
		select m.uscc, w.id from warning w join warning_subject m on m.warning_id = w.id and m.role = 'member'
		where w.item = ${indicator.item} and w.indicator_id <> ${indicator.id} and w.scope_kind not in ('cell', 'enterprise') and w.last_breach_on >= ${from}::date
			and m.uscc = any(${[...usccs]})
	`.execute(db);
	const kind = indicator.definition.monitor === 'linked-group' && indicator.definition.stream === 'registration';
	const by = Map.groupBy([...rows, ...(kind ? explained : []).map(({ uscc, key }) => ({ uscc, id: key }))], ({ uscc }) => uscc);
	return (members) => {
		const counts = new Map<string, number>();
		for (const uscc of members) for (const id of new Set(by.get(uscc)?.map(({ id }) => id))) counts.set(id, (counts.get(id) ?? 0) + 1);
		return Math.max(0, ...counts.values()) >= nearlyAll * members.length;
	};
}

/** Of hits that no open episode goes on with: those whose enterprises are not nearly all in one open group of the same item. */
export async function withoutGrouped(db: Kysely<DB>, indicator: ActiveIndicator, hits: readonly Hit[], live: readonly LiveSeries[]): Promise<readonly Hit[]> {
	const open = new Set(live.map((series) => series.seriesKey));
	const fresh = hits.filter((hit) => hit.scopeKind !== 'enterprise' && !open.has(`${indicator.id}|${hit.scopeKind}|${hit.key}`));
	if (fresh.length === 0) return hits;
	const { rows } = await sql<{ uscc: string; id: string }>`
		select m.uscc, w.id from warning w join warning_subject m on m.warning_id = w.id and m.role = 'member'
		where w.item = ${indicator.item} and w.scope_kind = 'group' and w.evaluation <> 'cleared'
			and m.uscc = any(${fresh.flatMap((hit) => hit.facts.map(({ uscc }) => uscc))})
	`.execute(db);
	const groups = [...Map.groupBy(rows, ({ id }) => id).values()].map((members) => new Set(members.map(({ uscc }) => uscc)));
	const grouped = new Set(fresh.filter(({ facts }) => groups.some((group) => facts.filter(({ uscc }) => group.has(uscc)).length >= nearlyAll * facts.length)));
	return hits.filter((hit) => !grouped.has(hit));
}

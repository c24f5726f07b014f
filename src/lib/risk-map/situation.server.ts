import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NotAllowed, NotFound, OwnWork } from '#lib/access/refuse.ts';
import { groupCounts, type GroupCount } from './groups.server.ts';
import { offeredKinds } from './kinds.server.ts';
import { basisOf } from './layers.ts';
import { monthSeries, progressOf, shareSeries, type MonthPoint } from './lists.server.ts';
import type { KnownThen } from './map-context.server.ts';
import type { MapQuery } from './query.ts';
import { riskMap } from './risk-map.server.ts';
import { smallMaps } from './small-maps.server.ts';
import { keptKnowledge, type SnapshotContent } from './snapshot.ts';

/** Groups of a division are counted from single events: so long after the question (ms) a page goes without them, and they come after it. */
export const patienceMs = 250;

/** All figures of a part of the map as a page shows them, ready to be kept. */
export type Situation = {
	readonly ok: true;
	readonly content: SnapshotContent;
	/** The same with the groups of the division, where counting these takes longer than the reader was to wait; else null. */
	readonly later: Promise<SnapshotContent> | null;
};

/**
 * Reads all figures of a part of the map.
 *
 * @param as how far data went when they were shown before: the same days are asked for again, of today's counts.
 * @param waitMs how long from now the groups of a division are waited for; all else is waited for anyway.
 */
export async function situationOf(
	db: Kysely<DB>, actor: Actor, query: MapQuery, today: string, as: KnownThen | null = null, waitMs = Infinity
): Promise<Situation | NotAllowed | NotFound | OwnWork> {
	const began = performance.now();
	const outcome = await riskMap(db, actor, query, today, as);
	if (!outcome.ok) return outcome;
	const { map, known } = outcome;
	const part = { region: query.region, industry: query.industry };
	const [progress, series, aside] = await Promise.all([
		progressOf(db, actor, part, map.raisedSpan, today), trendOf(db, actor, query, map.version), asideOf(db, actor, query, today, as)
	]);
	// Begun last: what the page cannot do without does not share the disk with them.
	const counting = groupsOf(db, actor, query, as);
	const groups = await inTime(counting, waitMs - (performance.now() - began));
	const content: SnapshotContent = {
		query,
		scope: { regionCode: actor.regionCode, industries: actor.industries },
		known: keptKnowledge(query.region, known),
		today,
		map,
		series,
		progress,
		...aside
	};
	if (groups === late) return { ok: true, content, later: counting.then((found) => ({ ...content, groups: found! })) };
	return { ok: true, content: groups === null ? content : { ...content, groups }, later: null };
}

/** What a view shows beside or instead of the one map. */
async function asideOf(db: Kysely<DB>, actor: Actor, query: MapQuery, today: string, as: KnownThen | null): Promise<Pick<SnapshotContent, 'beside' | 'smallMaps'>> {
	if (query.view === 'map' && query.compare) {
		const beside = await riskMap(db, actor, { ...query, month: query.compare, compare: null }, today, as);
		return beside.ok ? { beside: beside.map } : {};
	}
	return query.view === 'multiples' ? { smallMaps: await smallMaps(db, actor, query, today, await offeredKinds(db), as) } : {};
}

/** One division alone is divided further, by its groups; null: nothing else is. */
async function groupsOf(db: Kysely<DB>, actor: Actor, { region, month, kind, industry, view }: MapQuery, as: KnownThen | null): Promise<readonly GroupCount[] | null> {
	if (view !== 'industry' || industry?.length !== 3) return null;
	const groups = await groupCounts(db, actor, { region, month, kind, division: industry }, as);
	return groups.ok ? groups.groups : null;
}

const late = Symbol('late');

/** The answer, or `late` where it takes longer. */
async function inTime<T>(answer: Promise<T>, ms: number): Promise<T | typeof late> {
	if (ms === Infinity) return answer;
	let timer: NodeJS.Timeout | undefined;
	try {
		return await Promise.race([answer, new Promise<typeof late>((resolve) => (timer = setTimeout(resolve, ms, late)))]);
	} finally {
		clearTimeout(timer);
	}
}

/** The months of what a layer shows: shares of classes and coverage, else events or warnings. */
function trendOf(db: Kysely<DB>, actor: Actor, query: MapQuery, version: number): Promise<readonly MonthPoint[]> {
	const part = { region: query.region, industry: query.industry };
	const basis = basisOf[query.measure];
	if (basis === 'classes' || basis === 'inspections') return shareSeries(db, actor, part, basis === 'classes' ? 'classes' : 'coverage', query.month);
	return monthSeries(db, actor, part, basis === 'events' ? query.kind : null, query.month, version);
}

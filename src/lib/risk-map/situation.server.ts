import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NotAllowed, NotFound, OwnWork } from '#lib/access/refuse.ts';
import { groupCounts } from './groups.server.ts';
import { offeredKinds } from './kinds.server.ts';
import { basisOf } from './layers.ts';
import { monthSeries, progressOf, shareSeries, type MonthPoint } from './lists.server.ts';
import type { KnownThen } from './map-context.server.ts';
import type { MapQuery } from './query.ts';
import { riskMap } from './risk-map.server.ts';
import { smallMaps } from './small-maps.server.ts';
import { keptKnowledge, type SnapshotContent } from './snapshot.ts';

/**
 * All figures of a part of the map as a page shows them, ready to be kept.
 *
 * @param as how far data went when they were shown before: the same days are asked for again, of today's counts.
 */
export async function situationOf(
	db: Kysely<DB>, actor: Actor, query: MapQuery, today: string, as: KnownThen | null = null
): Promise<{ readonly ok: true; readonly content: SnapshotContent } | NotAllowed | NotFound | OwnWork> {
	const outcome = await riskMap(db, actor, query, today, as);
	if (!outcome.ok) return outcome;
	const { map, known } = outcome;
	const part = { region: query.region, industry: query.industry };
	const [progress, series, aside] = await Promise.all([
		progressOf(db, actor, part, map.raisedSpan, today), trendOf(db, actor, query, map.version), asideOf(db, actor, query, today, as)
	]);
	return {
		ok: true,
		content: {
			query,
			scope: { regionCode: actor.regionCode, industries: actor.industries },
			known: keptKnowledge(query.region, known),
			today,
			map,
			series,
			progress,
			...aside
		}
	};
}

/** What a view shows beside or instead of the one map. */
async function asideOf(db: Kysely<DB>, actor: Actor, query: MapQuery, today: string, as: KnownThen | null): Promise<Pick<SnapshotContent, 'beside' | 'smallMaps' | 'groups'>> {
	const { region, month, kind, industry, view } = query;
	if (view === 'map' && query.compare) {
		const beside = await riskMap(db, actor, { ...query, month: query.compare, compare: null }, today, as);
		return beside.ok ? { beside: beside.map } : {};
	}
	if (view === 'multiples') return { smallMaps: await smallMaps(db, actor, query, today, await offeredKinds(db), as) };
	// One division alone is divided further, by its groups.
	if (view !== 'industry' || industry?.length !== 3) return {};
	const groups = await groupCounts(db, actor, { region, month, kind, division: industry }, as);
	return groups.ok ? { groups: groups.groups } : {};
}

/** The months of what a layer shows: shares of classes and coverage, else events or warnings. */
function trendOf(db: Kysely<DB>, actor: Actor, query: MapQuery, version: number): Promise<readonly MonthPoint[]> {
	const part = { region: query.region, industry: query.industry };
	const basis = basisOf[query.measure];
	if (basis === 'classes' || basis === 'inspections') return shareSeries(db, actor, part, basis === 'classes' ? 'classes' : 'coverage', query.month);
	return monthSeries(db, actor, part, basis === 'events' ? query.kind : null, query.month, version);
}

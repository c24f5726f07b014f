import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NotAllowed, NotFound, OwnWork } from '#lib/access/refuse.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import type { Completeness } from './completeness.server.ts';
import { basisOf } from './layers.ts';
import { monthSeries, progressOf, shareSeries, type MonthPoint } from './lists.server.ts';
import type { MapQuery } from './query.ts';
import { riskMap } from './risk-map.server.ts';
import type { SnapshotContent } from './snapshot.ts';

/** Figures of a part of the map as a page shows them, ready to be kept. */
export async function situationOf(
	db: Kysely<DB>, actor: Actor, query: MapQuery, today: string, as: Pick<Completeness, 'mark' | 'upTo' | 'late'> | null = null
): Promise<{ readonly ok: true; readonly content: SnapshotContent } | NotAllowed | NotFound | OwnWork> {
	const outcome = await riskMap(db, actor, query, today, as);
	if (!outcome.ok) return outcome;
	const { map, known } = outcome;
	const part = { region: query.region, industry: query.industry };
	const [progress, series] = await Promise.all([progressOf(db, actor, part, map.raisedSpan, today), trendOf(db, actor, query, map.version)]);
	return {
		ok: true,
		content: {
			query,
			scope: { regionCode: actor.regionCode, industries: actor.industries },
			known: {
				mark: known.mark,
				// Only cities of the reader's own: what is late elsewhere is nobody's business here.
				upTo: [...known.upTo].filter(([city]) => city.startsWith(regionPrefix(query.region).slice(0, 4))).sort(),
				late: [...known.late].filter((city) => city.startsWith(regionPrefix(query.region).slice(0, 4))).sort()
			},
			today,
			map,
			series,
			progress
		}
	};
}

/** The months of what a layer shows: shares of classes and coverage, else events or warnings. */
function trendOf(db: Kysely<DB>, actor: Actor, query: MapQuery, version: number): Promise<readonly MonthPoint[]> {
	const part = { region: query.region, industry: query.industry };
	const basis = basisOf[query.measure];
	if (basis === 'classes' || basis === 'inspections') return shareSeries(db, actor, part, basis === 'classes' ? 'classes' : 'coverage', query.month);
	return monthSeries(db, actor, part, basis === 'events' ? query.kind : null, query.month, version);
}

import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Scope } from '#lib/access/actor.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { makeDatabaseCache } from './cache.ts';
import { withinPlace } from './within-place.server.ts';

/** A part of the map by region and industry. */
export type Part = { readonly region: string; readonly industry: string | null };

/** How far back totals are read: what was to be expected three years ago needs the twelve months before. */
const totalMonths = 48;

const cache = makeDatabaseCache<ReadonlyMap<string, number>>(300);

/**
 * Events of a kind by month in a part of the map: the shown month and the 48 before it; months without any are left out.
 *
 * @param version of the counts: the same question of the same counts is answered from memory.
 */
export function monthTotals(db: Kysely<DB>, scope: Scope, part: Part, kind: string, month: string, version: number): Promise<ReadonlyMap<string, number>> {
	return cache(db, JSON.stringify([version, scope, part, kind, month]), async () => {
		// Cities and sections have sums of their own; nobody who may see less is answered from them.
		const bySection = (scope.industries ?? []).concat(part.industry ?? []).every((key) => key.length === 1);
		const byCity = [scope.regionPrefix, regionPrefix(part.region)].every((prefix) => prefix.length <= 4);
		const source = sql.table(bySection && byCity ? 'count_city_month' : 'count_county_month');
		// By name, so that the key is followed into each month.
		const months = Array.from({ length: totalMonths + 1 }, (_, back) => addMonths(month, -back));
		const { rows } = await sql<{ month: string; n: number }>`
			select c.month, sum(c.n)::int as n from ${source} c
			where c.kind = ${kind} and c.month = any(${months}::date[]) and ${withinPlace(scope, part, 'c')}
			group by 1`.execute(db);
		return new Map(rows.map((row) => [row.month, row.n]));
	});
}

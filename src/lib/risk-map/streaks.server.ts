import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Scope } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { makeDatabaseCache } from './cache.ts';
import { ofIndustry, unit, within, type CellsQuery } from './cells.server.ts';
import { longestStreak, streakWeeks, type Streak, type WeekRow } from './streaks.ts';
import { unitDigits } from './units.ts';

const cache = makeDatabaseCache<Streak | null>(300);

/**
 * Which industry of a part of the map has risen week after week up to a day, and where: sections over cities, divisions within one city.
 *
 * @param to the last day that is complete in every city that is looked at.
 * @param without cities whose source is late: a week that is still coming in is no fall.
 * @param version of the counts: the same question of the same counts is answered from memory.
 */
export function streakOf(db: Kysely<DB>, scope: Scope, query: CellsQuery, to: string, without: readonly string[], version: number): Promise<Streak | null> {
	const { units, ...rest } = query;
	return cache(db, JSON.stringify([version, scope, rest, units[0]?.level, to, without]), async () => {
		const sections = (scope.industries ?? []).concat(query.industry ?? []).every((key) => key.length === 1) && unitDigits(units) <= 4;
		const from = addDays(to, 1 - 7 * streakWeeks);
		const { rows } = await sql<{ unit: string; industry: string; week: number; n: number }>`
			select ${unit(query, 'c')} as unit, c.industry_key as industry, ((c.day - ${from}::date) / 7)::int as week, sum(c.n)::int as n
			from ${sql.table(sections ? 'count_city_day' : 'count_day')} c
			where c.kind = ${query.kind} and c.day between ${from}::date and ${to}::date and ${within(scope, query, 'c')} and ${ofIndustry(query.industry, 'c.industry_key')}
				and substr(c.region_code, 1, 4) || '00' <> all(${without as string[]}::text[])
			group by 1, 2, 3`.execute(db);
		const cells = new Map<string, WeekRow & { readonly weeks: number[] }>();
		for (const row of rows) {
			const key = `${row.unit} ${row.industry}`;
			const cell = cells.get(key) ?? { unit: row.unit, industry: row.industry, weeks: new Array<number>(streakWeeks).fill(0) };
			cell.weeks[row.week] = row.n;
			cells.set(key, cell);
		}
		return longestStreak([...cells.values()]);
	});
}

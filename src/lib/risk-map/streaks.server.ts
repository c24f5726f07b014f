import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Scope } from '#lib/access/actor.ts';
import { industryWithin } from '#lib/access/scope.server.ts';
import { addDays } from '#lib/calendar/days.ts';
import { makeDatabaseCache } from './cache.ts';
import type { CellsQuery } from './cells.server.ts';
import { longestStreak, streakWeeks, whereFrom, type Streak, type WeekRow } from './streaks.ts';
import { withinPlace } from './within-place.server.ts';

const cache = makeDatabaseCache<Streak | null>(300);

/**
 * Which section of a part of the map has risen week after week up to a day, and in which of its cities or, within one city, counties.
 * A part narrowed to a division is looked at within one city only: over a province it would read two months of daily rows.
 *
 * @param to the last day that is complete in every city that is looked at.
 * @param without cities whose source is late: a week that is still coming in is no fall.
 * @param version of the counts: the same question of the same counts is answered from memory.
 */
export function streakOf(db: Kysely<DB>, scope: Scope, query: CellsQuery, to: string, without: readonly string[], version: number): Promise<Streak | null> {
	const { region, kind, industry, units } = query;
	return cache(db, JSON.stringify([version, scope, region, kind, industry, to, without]), async () => {
		const bySection = (scope.industries ?? []).concat(industry ?? []).every((key) => key.length === 1);
		const isCounty = !region.endsWith('00');
		const isCity = !isCounty && !region.endsWith('0000');
		const codes = isCounty ? [region] : units.map((unit) => unit.code);
		const from = addDays(to, 1 - 7 * streakWeeks);
		const notLate = sql`substr(c.region_code, 1, 4) || '00' <> all(${without as string[]}::text[])`;
		const asked = sql`c.kind = ${kind} and c.day between ${from}::date and ${to}::date and ${withinPlace(scope, query, 'c')} and ${notLate}`;
		// The summary by city and day knows sections of cities only; counties are named one by one, so that the key finds their days.
		if (isCounty || (!bySection && isCity)) return longestStreak(await weeks(db, from, sql`count_day c where ${asked} and c.region_code = any(${codes}::text[])`));
		if (!bySection) return null;
		const streak = longestStreak(await weeks(db, from, sql`count_city_day c where ${asked} and ${isCity ? sql`c.region_code = ${region}` : sql`true`}`));
		if (streak === null || !isCity) return streak;
		const counties = await weeks(db, from, sql`count_day c where ${asked} and c.region_code = any(${codes}::text[]) and ${industryWithin(streak.industry, 'c.industry_key')}`);
		return { ...streak, units: whereFrom(counties, streak) };
	});
}

/** Sums by place, section and week; `rows` is the table `c` with what is asked of it. */
async function weeks(db: Kysely<DB>, from: string, rows: RawBuilder<unknown>): Promise<readonly WeekRow[]> {
	const found = await sql<{ unit: string; industry: string; week: number; n: number }>`
		select c.region_code as unit, substr(c.industry_key, 1, 1) as industry, ((c.day - ${from}::date) / 7)::int as week, sum(c.n)::int as n
		from ${rows} group by 1, 2, 3`.execute(db);
	const cells = new Map<string, WeekRow & { readonly weeks: number[] }>();
	for (const row of found.rows) {
		const key = `${row.unit} ${row.industry}`;
		const cell = cells.get(key) ?? { unit: row.unit, industry: row.industry, weeks: new Array<number>(streakWeeks).fill(0) };
		cell.weeks[row.week] = row.n;
		cells.set(key, cell);
	}
	return [...cells.values()];
}

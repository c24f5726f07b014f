import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { spans } from './moves.ts';

/** Months kept: a year, and the month a year before the newest. */
export const keptMonths = 13;

/** The newest months (first days) that have classes, newest first. */
export async function monthsWithClasses(db: Kysely<DB>): Promise<readonly string[]> {
	// Each month is one look into the index; to ask for the distinct months would read everything.
	const { rows } = await sql<{ month: string }>`
		select m.month::date as month
		from (select min(month) as first, max(month) as last from enterprise_class) known, generate_series(known.last, known.first, interval '-1 month') m (month)
		where exists (select from enterprise_class c where c.month = m.month::date)
		order by 1 desc limit ${keptMonths}`.execute(db);
	return rows.map(({ month }) => month);
}

/**
 * Counts the moves of some months (first days) anew: by the newest version of each class, and the place and industry that the register
 * gives the enterprise now, as the rows behind the figures do.
 */
export async function countMoves(trx: Kysely<DB>, months: readonly string[]): Promise<void> {
	await sql`delete from class_move where month = any(${months as string[]}::date[])`.execute(trx);
	for (const month of months) await countMonth(trx, month);
}

async function countMonth(trx: Kysely<DB>, month: string): Promise<void> {
	const then = spans.map((span) => addMonths(month, -span));
	const those = sql`c.month in (${sql.join([month, ...then].map((day) => sql`${day}::date`))})`;
	const classIn = (day: string) => sql`max(c.class) filter (where c.month = ${day}::date)`;
	await sql`
		insert into class_move (region_code, industry_key, month, months_back, from_class, to_class, n)
		with corrected as (
			select c.uscc, c.month, max(c.version) as version from enterprise_class c where c.version > 1 and ${those} group by 1, 2
		), known as (
			select c.uscc, ${classIn(month)} as now, ${sql.join(then.map((day, i) => sql`${classIn(day)} as ${sql.id(`then${spans[i]}`)}`))}
			from enterprise_class c left join corrected k on k.uscc = c.uscc and k.month = c.month
			where ${those} and c.version = coalesce(k.version, 1)
			group by c.uscc
		), cell as (
			select e.region_code, substr(e.industry_key, 1, 3) as industry_key, k.now, ${sql.join(spans.map((span) => sql.ref(`k.then${span}`)))}, count(*) as n
			from known k join enterprise e on e.uscc = k.uscc
			group by e.region_code, 2, k.now, ${sql.join(spans.map((span) => sql.ref(`k.then${span}`)))}
		)
		select c.region_code, c.industry_key, ${month}::date, v.back, coalesce(v.was, 'none'), coalesce(c.now, 'none'), sum(c.n)::int
		from cell c cross join lateral (values ${sql.join(spans.map((span) => sql`(${sql.lit(span)}::smallint, ${sql.ref(`c.then${span}`)})`))}) as v (back, was)
		where c.now is not null or v.was is not null
		group by 1, 2, 4, 5, 6
	`.execute(trx);
}

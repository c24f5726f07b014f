import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths, monthEnd } from '#lib/calendar/days.ts';
import { outcomeOf } from '#lib/sampling/effect/outcomes.ts';

/** What visits of a month are noted under for the next roll-up; no kind of events can be called so. */
export const visitNote = '*visit';
const currentMonth = sql.raw(`date_trunc('month', now() at time zone 'Asia/Shanghai')::date`);
/** Whom an inspection reached is looked at over so many months: plans and caps are yearly. */
export const coverageMonths = 12;

/**
 * Counts the visits of some months and, of these and of all months whose last twelve hold one of them, how many enterprises were visited.
 * By the county and division the register has them in now; a visit of several items is one, and found a problem when one of them did.
 *
 * @param months first days; none after the month that runs is counted.
 */
export async function countInspections(trx: Kysely<DB>, months: readonly string[]): Promise<void> {
	const { rows: now } = await sql<{ month: string }>`select ${currentMonth} as month`.execute(trx);
	const current = now[0]!.month;
	const reached = new Set(months.flatMap((month) => Array.from({ length: coverageMonths }, (_, i) => addMonths(month, i))).filter((month) => month <= current));
	const { rows: texts } = await sql<{ result: string }>`select distinct result from inspection_visit`.execute(trx);
	const weights = texts.map(({ result }) => ({ result, w: { unknown: 0, none: 1, undecided: 2, problem: 3 }[outcomeOf(result)] }));
	await sql`create temp table outcome_weight on commit drop as select * from jsonb_to_recordset(${JSON.stringify(weights)}::jsonb) as o (result text, w int)`.execute(trx);
	for (const month of [...reached].sort()) {
		const from = addMonths(month, 1 - coverageMonths);
		await sql`delete from inspection_month where month = ${month}::date`.execute(trx);
		await sql`
			insert into inspection_month (region_code, month, industry_key, visits, found, undecided, visited)
			select e.region_code, ${month}::date, substr(e.industry_key, 1, 3),
				count(*) filter (where visit.visited_on >= ${month}::date)::int,
				count(*) filter (where visit.visited_on >= ${month}::date and visit.w = 3)::int,
				count(*) filter (where visit.visited_on >= ${month}::date and visit.w in (0, 2))::int,
				count(distinct visit.uscc)::int
			from (
				-- Rows of one visit share the id up to the colon of their item.
				select v.uscc, v.visited_on, max(o.w) as w
				from inspection_visit v join outcome_weight o on o.result = v.result
				where v.visited_on between ${from}::date and ${monthEnd(month)}::date
				group by v.uscc, v.visited_on, coalesce(v.task_id, v.lead_check_id, v.id)
			) visit join enterprise e on e.uscc = visit.uscc
			group by 1, 3
		`.execute(trx);
	}
	await sql`drop table outcome_weight`.execute(trx);
}

/** All months there are visits of, up to the current one. */
export async function countAllInspections(trx: Kysely<DB>): Promise<void> {
	const { rows } = await sql<{ month: string }>`
		select generate_series(date_trunc('month', min(visited_on)), ${currentMonth}, interval '1 month')::date as month from inspection_visit`.execute(trx);
	await countInspections(trx, rows.map(({ month }) => month));
}

/** Notes the month that runs when it has no row yet: who was visited in the last twelve months is a figure of the first day too. */
export async function noteNewMonth(trx: Kysely<DB>): Promise<void> {
	await sql`
		insert into count_touched (day, kind, folded) select ${currentMonth}, ${visitNote}, true
		where exists (select from inspection_visit where visited_on >= ${currentMonth} - interval '11 months')
			and not exists (select from inspection_month where month = ${currentMonth})`.execute(trx);
}

/** Notes that visits of some days were written or taken away. */
export async function noteVisits(trx: Kysely<DB>, days: readonly string[]): Promise<void> {
	await sql`
		insert into count_touched (day, kind, folded)
		select distinct date_trunc('month', d)::date, ${visitNote}, true from unnest(${days as string[]}::date[]) d`.execute(trx);
}

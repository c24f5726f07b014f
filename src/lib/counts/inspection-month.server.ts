import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths, monthEnd } from '#lib/calendar/days.ts';
import { outcomeOf, outcomeWeight } from '#lib/sampling/effect/outcomes.ts';

/** What visits of a month are noted under for the next roll-up; no kind of events can be called so. */
export const visitNote = '*visit';
const currentMonth = sql.raw(`date_trunc('month', now() at time zone 'Asia/Shanghai')::date`);
/** Whom an inspection reached is looked at over so many months: plans and caps are yearly. */
export const coverageMonths = 12;

/**
 * Counts the visits from the earliest of some months on, and how many enterprises were visited in the twelve months up to the end of
 * each. By the county and division the register has them in now; a visit of several items is one, and found a problem when one of them
 * did.
 *
 * @param months first days; none after the month that runs is counted.
 */
export async function countInspections(trx: Kysely<DB>, months: readonly string[]): Promise<void> {
	const { rows: now } = await sql<{ month: string }>`select ${currentMonth} as month`.execute(trx);
	const current = now[0]!.month;
	const first = [...months].sort()[0];
	if (first === undefined || first > current) return;
	const { rows: texts } = await sql<{ result: string }>`select distinct result from inspection_visit`.execute(trx);
	const weights = texts.map(({ result }) => ({ result, w: outcomeWeight[outcomeOf(result)] }));
	await sql`delete from inspection_month where month >= ${first}::date`.execute(trx);
	// One pass for all months: a visit counts from its month until the next one of the same enterprise or for twelve months, so the
	// number visited is a running sum of what begins and what ends.
	await sql`
		with visit as (
			select v.uscc, date_trunc('month', v.visited_on)::date as month, max(o.w) as w
			from inspection_visit v join jsonb_to_recordset(${JSON.stringify(weights)}::jsonb) as o (result text, w int) on o.result = v.result
			where v.visited_on >= ${addMonths(first, 1 - coverageMonths)}::date and v.visited_on <= ${monthEnd(current)}::date
			-- Rows of one visit share the list; imported ones are one each.
			group by v.uscc, v.visited_on, coalesce(v.task_id, v.lead_check_id, v.id)
		), placed as (
			select e.region_code, substr(e.industry_key, 1, 3) as industry_key, visit.* from visit join enterprise e on e.uscc = visit.uscc
		), span as (
			select region_code, industry_key, greatest(month, ${first}::date) as month,
				least((month + make_interval(months => ${sql.lit(coverageMonths)}))::date, lead(month) over (partition by uscc order by month)) as until
			from (select distinct region_code, industry_key, uscc, month from placed) p
		), moves as (
			select region_code, industry_key, month, sum(d) as d from (
				select region_code, industry_key, month, 1 as d from span where until > ${first}::date
				union all select region_code, industry_key, until, -1 from span where until > ${first}::date
			) steps group by 1, 2, 3
		), counted as (
			select region_code, industry_key, month, count(*) as visits, count(*) filter (where w = ${outcomeWeight.problem}::int) as found,
				count(*) filter (where w in (${outcomeWeight.unknown}::int, ${outcomeWeight.undecided}::int)) as undecided
			from placed where month >= ${first}::date group by 1, 2, 3
		), grid as (
			select c.region_code, c.industry_key, m.month::date as month
			from (select distinct region_code, industry_key from moves) c cross join generate_series(${first}::date, ${current}::date, interval '1 month') as m (month)
		), running as (
			select g.region_code, g.industry_key, g.month,
				sum(coalesce(m.d, 0)) over (partition by g.region_code, g.industry_key order by g.month) as visited
			from grid g left join moves m using (region_code, industry_key, month)
		)
		insert into inspection_month (region_code, month, industry_key, visits, found, undecided, visited)
		select r.region_code, r.month, r.industry_key, coalesce(c.visits, 0)::int, coalesce(c.found, 0)::int, coalesce(c.undecided, 0)::int, r.visited::int
		from running r left join counted c using (region_code, industry_key, month)
		where r.visited > 0 or c.visits > 0
	`.execute(trx);
}

/** From the first visit on. */
export async function countAllInspections(trx: Kysely<DB>): Promise<void> {
	const { rows } = await sql<{ month: string }>`
		select date_trunc('month', min(visited_on))::date as month from inspection_visit having count(*) > 0`.execute(trx);
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

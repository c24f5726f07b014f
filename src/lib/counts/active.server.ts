import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** Maps and rates never go back further. */
const firstMonth = '2015-01-01';

/**
 * Counts the enterprises alive at the end of each month, by county and division, from a month on: those alive before it, and then
 * what every month brought and took. Months before the first counted event have no denominators: nothing is divided there.
 *
 * @param from first day of the first month that may have changed; null: all.
 */
export async function recomputeActive(trx: Kysely<DB>, from: string | null): Promise<void> {
	const { rows } = await sql<{ first: string; filled: boolean }>`
		select greatest(${firstMonth}::date, least(date_trunc('month', now() at time zone 'Asia/Shanghai')::date, min(month))) as first,
			exists (select from active_month) as filled
		from count_city_month
	`.execute(trx);
	const { first, filled } = rows[0]!;
	const start = !filled || from === null || from < first ? first : from;
	await sql`delete from active_month where month >= ${start}::date`.execute(trx);
	await sql`
		with alive as (
			select region_code, substr(industry_key, 1, 3) as industry_key,
				greatest(date_trunc('month', coalesce(established_on, date '1900-01-01'))::date, ${start}::date) as came,
				-- Who was cancelled before being established, by a slip of the register, was never there: no month has less for it.
				case when cancelled_on is not null then greatest(date_trunc('month', cancelled_on)::date, date_trunc('month', established_on)::date, ${start}::date) end as went
			from enterprise where status = 'active' or cancelled_on is not null
		), moves as (
			select region_code, industry_key, month, sum(n) as n from (
				select region_code, industry_key, came as month, 1 as n from alive
				union all select region_code, industry_key, went, -1 from alive where went is not null
			) steps group by 1, 2, 3
		), months as (
			select generate_series(${start}::date, (now() at time zone 'Asia/Shanghai')::date, interval '1 month')::date as month
		), grid as (
			select c.region_code, c.industry_key, m.month from (select distinct region_code, industry_key from moves) c cross join months m
		)
		insert into active_month (region_code, month, industry_key, n)
		select region_code, month, industry_key, n from (
			select g.region_code, g.month, g.industry_key,
				sum(coalesce(m.n, 0)) over (partition by g.region_code, g.industry_key order by g.month)::int as n
			from grid g left join moves m on m.region_code = g.region_code and m.industry_key = g.industry_key and m.month = g.month
		) running
		where n > 0
		order by 1, 2, 3
	`.execute(trx);
}

import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import { recordKinds } from './cohorts.ts';

/** Cohorts kept, in months: three years of life, and a year of cohorts that have all of it. */
export const keptCohorts = 48;

/**
 * Counts anew what became of the enterprises of the last years' cohorts, by the place and industry the register gives them now. Who is gone
 * without a day of it is counted apart (`undated`): such an enterprise has a beginning and no known end.
 */
export async function countCohorts(trx: Kysely<DB>): Promise<void> {
	const today = sql`(now() at time zone 'Asia/Shanghai')::date`;
	const first = sql`(date_trunc('month', ${today}) - make_interval(months => ${sql.lit(keptCohorts)}))::date`;
	await sql`delete from cohort_step`.execute(trx);
	await sql`
		insert into cohort_step (region_code, industry_key, cohort, step, month, n)
		with born as materialized (
			select uscc, region_code, substr(industry_key, 1, 3) as industry_key, established_on, date_trunc('month', established_on)::date as cohort,
				case when cancelled_on is not null then date_trunc('month', greatest(cancelled_on, established_on))::date end as ended, status <> 'active' and cancelled_on is null as undated
			from enterprise where established_on between ${first} and ${today}
		), record as (
			select b.uscc, date_trunc('month', min(e.occurred_at at time zone 'Asia/Shanghai'))::date as month
			from event e join born b on b.uscc = e.uscc
			where e.kind = any(${[...recordKinds]}) and e.occurred_at >= ${first}::timestamp at time zone 'Asia/Shanghai'
				and e.occurred_at >= b.established_on::timestamp at time zone 'Asia/Shanghai' and ${liveEvent}
			group by b.uscc
		), high as (
			select b.uscc, min(c.month) as month from enterprise_class c join born b on b.uscc = c.uscc
			where c.class = 'D' and c.month >= b.cohort
				and not exists (select from enterprise_class newer where newer.uscc = c.uscc and newer.month = c.month and newer.version > c.version)
			group by b.uscc
		), life as (
			select b.region_code, b.industry_key, b.cohort, b.ended, b.undated, r.month as record, h.month as high
			from born b left join record r on r.uscc = b.uscc left join high h on h.uscc = b.uscc
		)
		select l.region_code, l.industry_key, l.cohort, s.step, s.month, count(*)::int
		from life l cross join lateral (values
			('undated', case when l.undated then l.cohort end),
			('founded', case when not l.undated then l.cohort end),
			('ended', case when not l.undated then l.ended end),
			('record', case when not l.undated then l.record end),
			('class-d', case when not l.undated then l.high end),
			('bad', case when not l.undated then least(l.record, l.high) end)
		) as s (step, month)
		where s.month is not null
		group by 1, 2, 3, 4, 5
	`.execute(trx);
}

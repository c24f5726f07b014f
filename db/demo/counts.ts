import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { complaintsOnce, countedKey, liveEvent } from '#lib/counts/roll-up.server.ts';
import { dayText, type Frame } from './frame.ts';

/** All summaries from nothing, in bulk: events and history by day, then the maps' coarser ones, then who was in the market. */
export async function rollUpAll(db: Kysely<DB>, frame: Frame): Promise<void> {
	const statements = [
		sql`
			insert into count_day (region_code, day, kind, industry_key, n)
			select region_code, day, kind, industry_key, sum(n)::int from (
				select e.region_code, (e.occurred_at at time zone 'Asia/Shanghai')::date as day, e.kind, ${countedKey} as industry_key, count(*) as n
				from event e where e.kind <> 'complaint' and ${liveEvent} group by 1, 2, 3, 4
				union all
				select e.region_code, (e.occurred_at at time zone 'Asia/Shanghai')::date, e.kind, ${countedKey}, ${complaintsOnce}
				from event e where e.kind = 'complaint' and ${liveEvent} group by 1, 2, 3, 4
				union all
				select region_code, day, kind, industry_key, n from count_history
			) as all_counts
			group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
		sql`
			insert into count_city_day (region_code, day, kind, industry_key, n)
			select substr(region_code, 1, 4) || '00', day, kind, substr(industry_key, 1, 1), sum(n)::int from count_day group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
		sql`
			insert into count_county_month (region_code, month, kind, industry_key, n)
			select region_code, date_trunc('month', day)::date, kind, industry_key, sum(n)::int from count_day group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
		sql`
			insert into active_month (region_code, month, industry_key, n)
			select region_code, month::date, substr(industry_key, 1, 3), count(*)::int
			from enterprise
			cross join generate_series(date_trunc('month', ${dayText(frame.firstEventDay)}::date), ${frame.today}::date, interval '1 month') as month
			where established_on < month + interval '1 month' and (cancelled_on is null or cancelled_on >= month + interval '1 month')
			group by 1, 2, 3 order by 1, 2, 3`,
		sql`
			insert into count_mark (name, version, complete_up_to, changed_at)
			values ('counts', 1, ${dayText(frame.todayNumber - 1)}, now())`
	];
	for (const statement of statements) await statement.execute(db);
}

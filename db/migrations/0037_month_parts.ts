import { sql, type Kysely } from 'kysely';

/**
 * Counts of a month up to its 5th, 10th, 15th, 20th and 25th day beside those of the whole month: a month that is still running is read
 * beside the same days of other months from the nearest of them and at most some days, and not day by day. And counts of whole months by
 * city and section, for what looks back over all years.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table count_county_month
			add column upto_5 integer not null default 0,
			add column upto_10 integer not null default 0,
			add column upto_15 integer not null default 0,
			add column upto_20 integer not null default 0,
			add column upto_25 integer not null default 0;

		-- Written anew, which is faster than to change every row, and leaves no gaps.
		truncate count_county_month;
		insert into count_county_month (region_code, month, kind, industry_key, n, upto_5, upto_10, upto_15, upto_20, upto_25)
		select region_code, month, kind, industry_key, sum(n),
			coalesce(sum(n) filter (where day < month + 5), 0), coalesce(sum(n) filter (where day < month + 10), 0),
			coalesce(sum(n) filter (where day < month + 15), 0), coalesce(sum(n) filter (where day < month + 20), 0),
			coalesce(sum(n) filter (where day < month + 25), 0)
		from (select *, date_trunc('month', day)::date as month from count_day) counted
		group by 1, 2, 3, 4 order by 1, 2, 3, 4;

		create table count_city_month (
			region_code text not null,
			month date not null,
			kind text not null,
			industry_key text not null,
			n integer not null,
			primary key (region_code, month, kind, industry_key)
		);
		create index count_city_month_kind on count_city_month (kind, month);
		insert into count_city_month (region_code, month, kind, industry_key, n)
		select substr(region_code, 1, 4) || '00', month, kind, substr(industry_key, 1, 1), sum(n) from count_county_month
		group by 1, 2, 3, 4 order by 1, 2, 3, 4;
	`.execute(db);
}

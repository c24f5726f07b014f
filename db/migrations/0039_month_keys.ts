import { sql, type Kysely } from 'kysely';

/**
 * The keys of the monthly summaries begin with the month, as each question names its months: a city's rows of three months are read in
 * three steps of one index, and not from all months of the city. The second indexes, by month alone, are no longer needed.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table count_county_month drop constraint count_county_month_pkey, add primary key (kind, month, region_code, industry_key);
		drop index count_county_month_kind;
		alter table count_city_month drop constraint count_city_month_pkey, add primary key (kind, month, region_code, industry_key);
		drop index count_city_month_kind;
		alter table active_month drop constraint active_month_pkey, add primary key (month, region_code, industry_key);
		drop index active_month_month;
		alter table class_month drop constraint class_month_pkey, add primary key (month, region_code, industry_key);
		drop index class_month_month;
		alter table inspection_month drop constraint inspection_month_pkey, add primary key (month, region_code, industry_key);
		drop index inspection_month_month;
	`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/** What happened how often, where, in which industry. Keyed by region first. Only rows with n > 0. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- industry_key: division ('C13'), else section ('C'), else '-' (not supplied).
		create table count_day (
			region_code text not null,
			day date not null,
			kind text not null,
			industry_key text not null,
			n integer not null,
			primary key (region_code, day, kind, industry_key)
		);
		create index count_day_kind on count_day (kind, day);

		-- Counts of days that came without events (history before the events begin). Added to what the events give.
		create table count_history (
			region_code text not null,
			day date not null,
			kind text not null,
			industry_key text not null,
			n integer not null,
			source_id text not null,
			primary key (region_code, day, kind, industry_key, source_id)
		);
		create index count_history_kind on count_history (kind, day);

		-- The maps' summaries: city × section by day, county × division by month.
		create table count_city_day (
			region_code text not null,
			day date not null,
			kind text not null,
			industry_key text not null,
			n integer not null,
			primary key (region_code, day, kind, industry_key)
		);
		create index count_city_day_kind on count_city_day (kind, day);
		create table count_county_month (
			region_code text not null,
			month date not null,
			kind text not null,
			industry_key text not null,
			n integer not null,
			primary key (region_code, month, kind, industry_key)
		);
		create index count_county_month_kind on count_county_month (kind, month);

		-- Denominators: enterprises alive in a county × division at the end of a month (E6).
		create table active_month (
			region_code text not null,
			month date not null,
			industry_key text not null,
			n integer not null,
			primary key (region_code, month, industry_key)
		);
		create index active_month_month on active_month (month);

		-- Corrected rows are few; looking back finds here what was known then.
		create index event_replaced on event (kind, known_to) where known_to is not null;

		-- Append-only notes of the merge; the worker recomputes what it saw and deletes exactly those ids.
		-- (One row per pair with ON CONFLICT would lose a note made while the worker's delete is not committed.)
		create table count_touched (
			id bigint generated always as identity primary key,
			day date not null,
			kind text not null
		);

		-- Counts are complete up to here; readers key their caches by version.
		create table count_mark (
			name text primary key,
			version bigint not null,
			complete_up_to date,
			changed_at timestamptz not null
		);
	`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/** What is watched, run by run, and what the machine noticed about the sources themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table indicator (
			id text primary key,
			name text not null,
			name_en text not null,
			-- Routing item: registration, change, cancellation, complaint, ...
			item text not null,
			-- The indicator of the classification system it was picked from, or null for a department's own (D5, D7).
			parent_indicator text,
			owner_department_id text not null references department (id),
			created_by text,
			created_at timestamptz not null default now(),
			retired_at timestamptz
		);

		create table indicator_version (
			indicator_id text not null references indicator (id),
			version integer not null,
			definition jsonb not null,
			state text not null constraint indicator_version_state check (state in ('draft', 'active', 'superseded', 'retired', 'rejected')),
			note text,
			created_by text,
			created_at timestamptz not null default now(),
			decided_by text,
			decided_at timestamptz,
			valid_from timestamptz,
			valid_to timestamptz,
			primary key (indicator_id, version)
		);
		create unique index indicator_version_one_active on indicator_version (indicator_id) where state = 'active';

		create table monitor_run (
			indicator_id text not null,
			as_of date not null,
			version integer not null,
			series integer not null,
			evaluated integer not null,
			raised integer not null,
			held integer not null,
			cleared integer not null,
			milliseconds integer not null,
			finished_at timestamptz not null,
			primary key (indicator_id, as_of)
		);

		-- A sustained common change across a source's regions: its coverage changed, the market did not.
		create table coverage_notice (
			id text primary key,
			source_id text not null references source (id),
			kind text not null,
			region_code text not null,
			change_on date not null,
			detected_on date not null,
			factor double precision not null,
			regions_changed integer not null,
			regions_judged integer not null,
			explanation jsonb not null,
			state text not null default 'open' constraint coverage_notice_state check (state in ('open', 'confirmed', 'dismissed')),
			decided_by text,
			decided_at timestamptz,
			note text
		);
		create index coverage_notice_source on coverage_notice (source_id, kind, change_on);

		-- Baselines of the source's series use only what came from this day on.
		create table coverage_anchor (
			source_id text not null references source (id),
			kind text not null,
			region_code text not null,
			anchor_on date not null,
			notice_id text references coverage_notice (id),
			confirmed_by text not null,
			confirmed_at timestamptz not null default now(),
			primary key (source_id, kind, region_code, anchor_on)
		);
	`.execute(db);
}

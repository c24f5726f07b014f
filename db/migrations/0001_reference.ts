import { sql, type Kysely } from 'kysely';

/** Reference knowledge: divisions, industries, calendar, departments, settings. Small; on several nodes a copy on each. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table region (
			code text primary key constraint region_code_form check (code ~ '^[0-9]{6}$'),
			name text not null,
			level text not null constraint region_level check (level in ('nation', 'province', 'city', 'county')),
			kind text not null constraint region_kind check (kind in ('division', 'placeholder', 'zone')),
			parent_code text references region (code),
			longitude double precision,
			latitude double precision
		);
		create index region_parent on region (parent_code);

		-- A retired code and where its enterprises belong now. Codes never seen fall back to their city, then their province.
		create table region_succession (
			retired_code text primary key,
			retired_name text not null,
			successor_code text not null references region (code)
		);

		create table industry (
			key text primary key,
			code text not null,
			level smallint not null constraint industry_level check (level between 1 and 4),
			parent_key text references industry (key),
			name text not null
		);

		create table calendar_day (
			day date primary key,
			off boolean not null,
			holiday text,
			makeup boolean not null default false,
			lunar_month smallint not null,
			lunar_day smallint not null,
			lunar_leap boolean not null default false,
			-- The State Council has not published this year yet: statutory days by rule, no make-up days.
			assumed boolean not null,
			corrected_by text,
			corrected_at timestamptz,
			note text
		);

		create table department (
			id text primary key,
			name text not null,
			region_code text not null references region (code),
			-- Industry key prefixes this department is professionally in charge of; null: a general department.
			industries text[],
			created_at timestamptz not null default now()
		);

		-- Settings an office may change: level rules, deadlines, sampling baseline. Each value is checked by the concept that owns it.
		create table app_setting (
			key text primary key,
			value jsonb not null,
			version integer not null default 1,
			changed_by text,
			changed_at timestamptz not null default now()
		);
	`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/** Warnings: three axes that never mix, an append-only history, and the current row as its fold. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- 谁审批谁监管、谁主管谁监管: item × industry × region → department, longest match wins; '*' and '' match everything.
		create table routing (
			item text not null,
			industry_prefix text not null,
			region_prefix text not null,
			department_id text not null references department (id),
			changed_by text,
			changed_at timestamptz not null default now(),
			primary key (item, industry_prefix, region_prefix)
		);

		-- Running numbers of papers, by series and year.
		create table number_counter (
			series text not null,
			year text not null,
			last integer not null,
			primary key (series, year)
		);

		-- A series is indicator × scope. Snoozing binds it; what it breaches is a warning (one episode).
		create table warning_series (
			series_key text primary key,
			indicator_id text not null references indicator (id),
			evaluation text not null constraint warning_series_evaluation check (evaluation in ('pending', 'breaching', 'cleared', 'held')),
			evaluated_on date not null,
			warning_id text,
			snoozed_until timestamptz,
			snooze_reason text,
			snoozed_by text,
			snoozed_at timestamptz
		);

		create table warning (
			id text primary key,
			-- 2026-000123: the number people use.
			number text not null constraint warning_number_unique unique,
			series_key text not null references warning_series (series_key),
			indicator_id text not null references indicator (id),
			indicator_version integer not null,
			item text not null,
			scope_kind text not null constraint warning_scope_kind check (scope_kind in ('cell', 'enterprise', 'address', 'person', 'phone')),
			-- For jurisdiction and maps: the smallest region and industry that hold the whole scope ('000000', '*' for all).
			region_code text not null,
			industry_key text not null,
			-- Set only when the warning names one enterprise.
			uscc text,
			title_data jsonb not null default '{}',
			level text not null constraint warning_level check (level in ('red', 'orange', 'yellow', 'blue')),
			evaluation text not null constraint warning_evaluation check (evaluation in ('pending', 'breaching', 'cleared', 'held')),
			work text not null default 'new' constraint warning_work
				check (work in ('new', 'acknowledged', 'investigating', 'disposed', 'closed', 'reopened')),
			department_id text not null references department (id),
			owner_id text references app_user (id),
			first_breach_on date not null,
			last_breach_on date not null,
			occurred_on date not null,
			raised_at timestamptz not null,
			raised_on date not null,
			cleared_on date,
			acknowledged_at timestamptz,
			disposed_at timestamptz,
			closed_at timestamptz,
			close_reason text,
			acknowledge_due date,
			dispose_due date,
			observed double precision,
			expected double precision,
			upper double precision,
			q_value double precision,
			explanation jsonb not null,
			version integer not null default 1,
			changed_at timestamptz not null
		);
		-- One rise at a time: an episode that has cleared may still be worked on when the next one begins.
		create unique index warning_one_open on warning (series_key) where work <> 'closed' and evaluation <> 'cleared';
		create index warning_region on warning (region_code, raised_on);
		create index warning_desk on warning (department_id, work);
		create index warning_owner on warning (owner_id) where work <> 'closed';
		create index warning_raised on warning (raised_on);

		-- Append-only: the application role may insert and select, nothing else.
		create table warning_event (
			warning_id text not null references warning (id),
			seq integer not null,
			at timestamptz not null,
			as_of date not null,
			axis text not null constraint warning_event_axis check (axis in ('evaluation', 'work', 'visibility')),
			action text not null,
			actor_id text,
			actor_name text,
			from_state text,
			to_state text,
			note text,
			data jsonb not null default '{}',
			primary key (warning_id, seq)
		);

		create table warning_subject (
			uscc text not null,
			warning_id text not null,
			role text not null constraint warning_subject_role check (role in ('named', 'member', 'contributor')),
			weight double precision not null default 0,
			primary key (uscc, warning_id)
		);
		create index warning_subject_warning on warning_subject (warning_id);

		-- New and changed warnings in order: open pages catch up by id.
		create table warning_feed (
			id bigint generated always as identity primary key,
			warning_id text not null,
			region_code text not null,
			industry_key text not null,
			department_id text not null,
			what text not null,
			at timestamptz not null default now()
		);
	`.execute(db);
}

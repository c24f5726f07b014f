import { sql, type Kysely } from 'kysely';

/** From warnings to visits: presets, items, registers, tasks, draws, lead checks, results. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table sampling_preset (
			id text not null,
			version integer not null,
			name text not null,
			region_code text not null references region (code),
			-- The notice whose clauses the rules quote; null: the office's own.
			source text,
			rules jsonb not null,
			state text not null constraint sampling_preset_state check (state in ('draft', 'active', 'superseded')),
			created_by text,
			created_at timestamptz not null default now(),
			decided_by text,
			decided_at timestamptz,
			primary key (id, version)
		);

		create table inspection_item (
			id text primary key,
			number text not null,
			name text not null,
			sub_item text,
			legal_basis text not null,
			department_id text not null references department (id),
			industries text[],
			method text not null,
			staff_needed smallint not null default 2,
			validity_days integer not null default 365,
			active boolean not null default true
		);

		create table inspector (
			id text primary key,
			name text not null,
			unit text not null,
			department_id text not null references department (id),
			region_code text not null references region (code),
			certificate_no text not null,
			certificate_until date not null,
			-- Inspection item ids; null: all of the department.
			item_ids text[],
			expert boolean not null default false,
			state text not null default 'active' constraint inspector_state check (state in ('active', 'leave', 'left')),
			-- Declared interests: enterprises the inspector must not visit.
			recused_uscc text[] not null default '{}'
		);

		create table sampling_task (
			id text primary key,
			number text not null constraint sampling_task_number_unique unique,
			-- Neutral: leaves the system, so it implies no class, warning or reason (C11).
			name text not null,
			kind text not null constraint sampling_task_kind check (kind in ('targeted', 'undirected')),
			item_id text not null references inspection_item (id),
			department_id text not null references department (id),
			region_code text not null,
			preset_id text not null,
			preset_version integer not null,
			scope jsonb not null,
			-- The newest month among the classes of the frozen pool.
			class_month date,
			state text not null constraint sampling_task_state
				check (state in ('draft', 'pooled', 'committed', 'drawn', 'done', 'cancelled')),
			mode text constraint sampling_task_mode check (mode in ('number', 'ratio')),
			wanted double precision,
			due_on date,
			-- Chosen by the planner: joint, spareOnSite, floor, cap, team.
			settings jsonb not null default '{}',
			-- Fixed at the commitment: strata with quotas, eligible inspectors, the preset's rules.
			frozen jsonb,
			cancel_reason text,
			seed text,
			seed_commitment text,
			object_salt text,
			pool_hash text,
			pool_size integer,
			excluded_size integer,
			created_by text not null,
			created_at timestamptz not null default now(),
			pooled_at timestamptz,
			committed_at timestamptz,
			drawn_at timestamptz,
			drawn_by text,
			version integer not null default 1
		);
		create index sampling_task_department on sampling_task (department_id, state);

		create table sampling_task_warning (
			task_id text not null references sampling_task (id),
			warning_id text not null references warning (id),
			primary key (task_id, warning_id)
		);
		create index sampling_task_warning_warning on sampling_task_warning (warning_id);

		-- Who is in and who is out, and why; frozen before the draw.
		create table sampling_pool (
			uscc text not null,
			task_id text not null,
			object_id text not null,
			stratum text not null,
			eligible boolean not null,
			reason text not null,
			reason_data jsonb not null default '{}',
			class text,
			-- The month that class is of: the enterprise's newest when the pool was made.
			class_month date,
			primary key (uscc, task_id)
		);
		create index sampling_pool_task on sampling_pool (task_id, eligible);

		create table sampling_object (
			uscc text not null,
			task_id text not null,
			rank integer not null,
			object_id text not null,
			result text,
			result_note text,
			result_items jsonb,
			visited_on date,
			entered_by text,
			entered_at timestamptz,
			reviewed_by text,
			reviewed_at timestamptz,
			primary key (uscc, task_id)
		);
		create index sampling_object_task on sampling_object (task_id, rank);

		create table task_inspector (
			task_id text not null references sampling_task (id),
			uscc text not null,
			inspector_id text not null references inspector (id),
			rank smallint not null,
			primary key (uscc, task_id, inspector_id)
		);
		create index task_inspector_inspector on task_inspector (inspector_id);

		-- 线索核查: a named enterprise, no draw, own count.
		create table lead_check (
			id text primary key,
			number text not null constraint lead_check_number_unique unique,
			uscc text not null,
			warning_id text references warning (id),
			ground text not null constraint lead_check_ground
				check (ground in ('complaint', 'monitoring-finding', 'transferred-case', 'other-law', 'request')),
			evidence text not null,
			department_id text not null references department (id),
			region_code text not null,
			item_id text references inspection_item (id),
			inspector_ids text[] not null default '{}',
			due_on date,
			state text not null constraint lead_check_state check (state in ('open', 'done', 'cancelled')),
			result text,
			result_note text,
			visited_on date,
			entered_by text,
			entered_at timestamptz,
			reviewed_by text,
			reviewed_at timestamptz,
			cancel_reason text,
			created_by text not null,
			created_at timestamptz not null default now(),
			version integer not null default 1
		);
		create index lead_check_uscc on lead_check (uscc);
		create index lead_check_warning on lead_check (warning_id);

		-- Every visit that took place, ours or imported: caps, mutual recognition and back-validation read here.
		create table inspection_visit (
			uscc text not null,
			id text not null,
			visited_on date not null,
			department_id text not null,
			item_id text,
			path text not null constraint inspection_visit_path check (path in ('random', 'joint', 'campaign', 'lead-check', 'imported')),
			planned boolean not null,
			result text not null,
			task_id text,
			lead_check_id text,
			class text,
			recorded_at timestamptz not null default now(),
			primary key (uscc, id)
		);
		create index inspection_visit_day on inspection_visit (visited_on);
	`.execute(db);
}

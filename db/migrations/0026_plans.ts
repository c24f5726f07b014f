import { sql, type Kysely } from 'kysely';

/** What is planned before anybody is drawn: yearly plans with their filing, campaigns with their approval, tasks of several departments. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- 年度抽查工作计划 of one department.
		create table sampling_plan (
			id text primary key,
			number text not null constraint sampling_plan_number_unique unique,
			year smallint not null,
			name text not null,
			department_id text not null references department (id),
			region_code text not null,
			state text not null constraint sampling_plan_state check (state in ('draft', 'submitted', 'approved', 'filed', 'closed')),
			-- 备案: the day and the number under which it was filed.
			filed_on date,
			filing_no text,
			created_by text not null,
			created_at timestamptz not null default now(),
			submitted_by text,
			submitted_at timestamptz,
			decided_by text,
			decided_at timestamptz,
			decision_note text,
			version integer not null default 1
		);
		create index sampling_plan_department on sampling_plan (department_id, year);

		-- One line of a plan: which item, whom, how many, when, with whom.
		create table plan_entry (
			id text primary key,
			plan_id text not null references sampling_plan (id),
			position smallint not null,
			item_id text not null references inspection_item (id),
			kind text not null constraint plan_entry_kind check (kind in ('targeted', 'undirected')),
			occurrence text not null constraint plan_entry_occurrence check (occurrence in ('periodic', 'occasional')),
			scope jsonb not null,
			-- Other departments that go along (跨部门); empty: 本部门.
			department_ids text[] not null default '{}',
			from_on date not null,
			until_on date not null,
			-- What is promised: a number of enterprises, or a share (0 to 1) of the scope.
			mode text not null constraint plan_entry_mode check (mode in ('number', 'ratio')),
			promised double precision not null,
			note text
		);
		create index plan_entry_plan on plan_entry (plan_id, position);

		-- 专项检查: plan, approval, an own yearly count.
		create table campaign (
			id text primary key,
			number text not null constraint campaign_number_unique unique,
			name text not null,
			-- Why: what was found, what the campaign is to settle. Internal.
			reason text not null,
			-- On what: the law or the superior's order.
			basis text not null,
			-- How: the campaign's plan.
			plan text not null,
			department_id text not null references department (id),
			region_code text not null,
			item_id text not null references inspection_item (id),
			scope jsonb not null,
			from_on date not null,
			until_on date not null,
			state text not null constraint campaign_state check (state in ('draft', 'submitted', 'approved', 'done', 'cancelled')),
			created_by text not null,
			created_at timestamptz not null default now(),
			submitted_by text,
			submitted_at timestamptz,
			decided_by text,
			decided_at timestamptz,
			decision_note text,
			summary text,
			version integer not null default 1
		);
		create index campaign_department on campaign (department_id, from_on);
		create table campaign_warning (
			campaign_id text not null references campaign (id),
			warning_id text not null references warning (id),
			primary key (campaign_id, warning_id)
		);
		create index campaign_warning_warning on campaign_warning (warning_id);

		alter table sampling_task
			add column plan_entry_id text references plan_entry (id),
			add column campaign_id text references campaign (id),
			add column incident_id text,
			add column occurrence text not null default 'occasional' constraint sampling_task_occurrence check (occurrence in ('periodic', 'occasional'));
		-- The other departments of a joint task and what each looks into; the task's own department leads.
		create table sampling_task_partner (
			task_id text not null references sampling_task (id),
			department_id text not null references department (id),
			item_id text not null references inspection_item (id),
			primary key (task_id, department_id)
		);

		-- A media report is a lead first: verified or not before anybody is visited.
		create table lead_report (
			id text primary key,
			number text not null constraint lead_report_number_unique unique,
			uscc text not null,
			-- Who reported what where.
			medium text not null,
			reported_on date not null,
			content text not null,
			department_id text not null references department (id),
			region_code text not null,
			state text not null constraint lead_report_state check (state in ('open', 'verified', 'refuted')),
			-- What was verified and how.
			finding text,
			decided_by text,
			decided_at timestamptz,
			created_by text not null,
			created_at timestamptz not null default now(),
			version integer not null default 1
		);
		create index lead_report_uscc on lead_report (uscc);
		alter table lead_check add column report_id text references lead_report (id);

		-- C5: an end, a fall or a trigger ends it; it never suspends complaints, cases or statutory checks.
		create table observation_period (
			uscc text not null,
			id text not null,
			department_id text not null references department (id),
			-- 新技术 新产业 新业态 新模式
			newness text not null constraint observation_period_newness check (newness in ('technology', 'industry', 'form', 'model')),
			from_on date not null,
			until_on date not null,
			-- 触发式监管: the written bottom lines that end it.
			bottom_lines text not null,
			class_then text not null,
			granted_by text not null,
			granted_at timestamptz not null default now(),
			ended_on date,
			end_reason text constraint observation_period_end check (end_reason in ('class', 'trigger', 'revoked')),
			end_note text,
			ended_by text,
			primary key (uscc, id)
		);
		create index observation_period_open on observation_period (until_on) where ended_on is null;
	`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/** Reports (报告): monthly and quarterly briefs, yearly summaries, evaluations of effect. Drafts of the worker, words of people, papers that are issued. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table report (
			id text primary key,
			kind text not null constraint report_kind check (kind in ('monthly', 'quarterly', 'yearly', 'effect')),
			department_id text not null references department (id),
			-- What its figures are about, as the department was when it was begun: for the jurisdiction.
			region_code text not null,
			industries text[],
			-- Of what it is the report: 2026-10, 2026Q3, 2026.
			period_key text not null,
			from_day date not null,
			to_day date not null,
			edition integer not null default 1,
			replaces text references report (id),
			reason text,
			state text not null constraint report_state check (state in ('draft', 'submitted', 'reviewed', 'issued', 'withdrawn', 'replaced', 'discarded')),
			-- Null until the worker has composed it.
			content jsonb,
			composed_at timestamptz,
			-- Null: the worker began it by itself.
			created_by text references app_user (id),
			created_at timestamptz not null,
			-- Everybody whose words stand in it, or who handed it in: they neither review nor issue it.
			writers text[] not null default '{}',
			submitted_by text references app_user (id),
			submitted_at timestamptz,
			-- Whom it was sent to next.
			reviewer_id text references app_user (id),
			approver_id text references app_user (id),
			reviewed_by text references app_user (id),
			reviewed_at timestamptz,
			number text constraint report_number_unique unique,
			-- 发文机关 as it was on the day.
			agency jsonb,
			issued_by text references app_user (id),
			issued_at timestamptz,
			issued_on date,
			-- SHA-256 of all that was issued.
			paper_hash text,
			closed_by text references app_user (id),
			closed_at timestamptz,
			closed_reason text,
			changed_at timestamptz not null,
			version integer not null default 1,
			constraint report_frozen check (state not in ('issued', 'withdrawn', 'replaced') or (number is not null and issued_on is not null and paper_hash is not null and content is not null))
		);
		-- One paper at work for a unit and period; what was given up, withdrawn or replaced stays beside it.
		create unique index report_one on report (department_id, kind, period_key) where state in ('draft', 'submitted', 'reviewed');
		create unique index report_edition on report (department_id, kind, period_key, edition);
		create index report_place on report (region_code, kind, from_day);

		-- Drawn once, with the figures; part of what is hashed.
		create table report_picture (
			report_id text not null references report (id),
			hash text not null,
			bytes bytea not null,
			primary key (report_id, hash)
		);

		create table report_remark (
			id bigint generated always as identity primary key,
			report_id text not null references report (id),
			-- Null: about all of it.
			section_key text,
			said text not null,
			said_by text not null references app_user (id),
			said_at timestamptz not null
		);
		create index report_remark_report on report_remark (report_id);

		-- Which units get drafts by themselves; a unit without a row gets none.
		create table report_unit (
			department_id text primary key references department (id),
			kinds text[] not null,
			changed_by text not null references app_user (id),
			changed_at timestamptz not null
		);

		-- The day by which the yearly summaries of a region's units are due (中山: 5 November); unset where there is no row.
		create table report_due (
			region_code text primary key,
			month smallint not null constraint report_due_month check (month between 1 and 12),
			day smallint not null constraint report_due_day check (day between 1 and 31),
			changed_by text not null references app_user (id),
			changed_at timestamptz not null
		);

		alter table notice drop constraint notice_object_kind;
		alter table notice add constraint notice_object_kind check (object_kind in (
			'warning', 'incident', 'disposal', 'warnings', 'sampling_plan', 'campaign', 'sampling_task', 'lead_check', 'own_task', 'own_lead_check', 'report', 'reports'
		));
	`.execute(db);
}

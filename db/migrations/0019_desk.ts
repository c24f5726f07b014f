import { sql, type Kysely } from 'kysely';

/** The desk: hand-over that asks, incidents, parent episodes, escalation, duty, saved views. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Several warnings of one matter, worked on together. Each keeps its own history; splitting loses nothing.
		create table incident (
			id text primary key,
			-- 2026-000012: of its own series of numbers.
			number text not null constraint incident_number_unique unique,
			title text not null,
			department_id text not null references department (id),
			created_by text not null references app_user (id),
			created_at timestamptz not null
		);

		alter table warning
			-- The department that is asked to take it; until it accepts, the work stays where it is.
			add column hand_over_to text references department (id),
			add column incident_id text references incident (id),
			-- The wider episode that absorbed this one.
			add column parent_id text references warning (id),
			-- How far up the present obligation was reported: 0 nobody, 1 deputy, 2 head, 3 level above.
			add column escalation smallint not null default 0 constraint warning_escalation check (escalation between 0 and 3);
		create index warning_hand_over on warning (hand_over_to) where hand_over_to is not null;
		create index warning_incident on warning (incident_id) where incident_id is not null;
		create index warning_parent on warning (parent_id) where parent_id is not null;

		-- Accounts of the department. No foreign keys: accounts refer to departments, and backups want an order of tables.
		alter table department
			add column head_id text,
			add column deputy_id text;

		-- Who answers for new warnings of a department on a day.
		create table duty_day (
			department_id text not null references department (id),
			day date not null,
			user_id text not null references app_user (id),
			primary key (department_id, day)
		);

		-- A filter of the desk under a name; own, or shared with the department.
		create table saved_view (
			id text primary key,
			user_id text not null references app_user (id) on delete cascade,
			department_id text not null references department (id),
			name text not null,
			query text not null,
			shared boolean not null default false,
			created_at timestamptz not null default now(),
			constraint saved_view_name_unique unique (user_id, name)
		);
		create index saved_view_department on saved_view (department_id) where shared;
	`.execute(db);
}

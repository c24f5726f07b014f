import { sql, type Kysely } from 'kysely';

/** Carrying out: results by item with evidence, review and return, publication, rectification, joint visits. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- What was found about one item at one object of a task or lead check (C8). ref is task:<id> or lead:<id>, as in inspection_visit.
		create table inspection_result (
			uscc text not null,
			ref text not null,
			item_id text not null,
			result text not null,
			note text,
			entered_by text not null,
			entered_at timestamptz not null default now(),
			primary key (uscc, ref, item_id)
		);
		-- Evidence: photographs, records, minutes.
		create table inspection_file (
			uscc text not null,
			id text not null,
			ref text not null,
			item_id text,
			name text not null,
			media_type text not null,
			bytes bytea not null,
			size integer not null,
			hash text not null,
			added_by text not null,
			added_at timestamptz not null default now(),
			primary key (uscc, id)
		);
		create index inspection_file_ref on inspection_file (uscc, ref);

		-- What becomes public of a visit and by when (C9); the facts only.
		create table result_publication (
			uscc text not null,
			ref text not null,
			department_id text not null references department (id),
			due_on date not null,
			state text not null constraint result_publication_state check (state in ('due', 'published', 'exempt')),
			published_on date,
			channel text,
			-- The law that forbids or defers it.
			exempt_reason text,
			decided_by text,
			decided_at timestamptz,
			primary key (uscc, ref)
		);
		create index result_publication_due on result_publication (department_id, state, due_on);

		-- 责令改正 and what came of it: a follow-up check is planned by nobody's draw.
		create table rectification (
			uscc text not null,
			id text not null,
			ref text not null,
			item_id text not null,
			department_id text not null references department (id),
			region_code text not null,
			demand text not null,
			due_on date not null,
			state text not null constraint rectification_state check (state in ('open', 'corrected', 'not-corrected', 'dropped')),
			checked_on date,
			finding text,
			checked_by text,
			checked_at timestamptz,
			created_by text not null,
			created_at timestamptz not null default now(),
			version integer not null default 1,
			primary key (uscc, id)
		);
		create index rectification_due on rectification (department_id, state, due_on);

		-- What the reviewer sent back, until it was entered again; kept in the order it happened.
		create table result_return (
			uscc text not null,
			ref text not null,
			n smallint not null,
			reason text not null,
			returned_by text not null,
			returned_at timestamptz not null default now(),
			primary key (uscc, ref, n)
		);

		-- 综合查一次: visits of several departments that somebody joined, or decided to keep apart.
		create table joint_visit (
			id text primary key,
			number text not null constraint joint_visit_number_unique unique,
			uscc text not null,
			state text not null constraint joint_visit_state check (state in ('joined', 'apart', 'undone')),
			lead_department_id text not null references department (id),
			-- The rule by which it leads.
			lead_rule text not null,
			visit_from date,
			visit_until date,
			reason text,
			decided_by text not null,
			decided_at timestamptz not null default now(),
			version integer not null default 1
		);
		create index joint_visit_uscc on joint_visit (uscc);
		create table joint_visit_part (
			uscc text not null,
			joint_id text not null references joint_visit (id),
			-- task:<id> or lead:<id>
			ref text not null,
			department_id text not null,
			item_id text,
			due_on date,
			primary key (uscc, joint_id, ref)
		);
		create index joint_visit_part_ref on joint_visit_part (ref, uscc);

		alter table inspection_visit
			-- The level of the warning that led there, if one did; the grade or scale of an imported row.
			add column level text,
			add column indicator_id text,
			add column control boolean not null default false,
			add column kind text,
			add column scale text,
			add column scale_value text;
		create index inspection_visit_item on inspection_visit (item_id, visited_on);
		-- What came in since a commitment.
		create index inspection_visit_recorded on inspection_visit (recorded_at);
	`.execute(db);
}

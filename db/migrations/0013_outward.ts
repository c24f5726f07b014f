import { sql, type Kysely } from 'kysely';

/** What leaves: an append-only log of rows in the outside format, and who has taken how much of it. Plain local tables, like the feed. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Numbered without gaps by one writer at a time, so that a number that can be seen has everything before it. Never changed or deleted.
		create table outward_row (
			dataset text not null,
			seq bigint not null,
			-- What the row is about, within its period: corrections and withdrawals have the same.
			period text not null,
			object_key text not null,
			-- Whose takers get the row and all that revises it.
			region_code text not null,
			-- What makes a correction when it changes.
			fact text not null,
			revises bigint,
			withdrawn boolean not null default false,
			-- The row's own fields as the JSON that leaves, byte for byte.
			content text not null,
			logged_at timestamptz not null,
			primary key (dataset, seq)
		);
		create unique index outward_row_object on outward_row (dataset, period, object_key, seq);
		revoke update, delete, truncate on outward_row from qianshao_app;

		-- A dataset that is logged: from which month on, and how many source rows each period had when it was looked at last.
		create table outward_mark (
			dataset text primary key,
			since text not null,
			seen jsonb not null default '{}',
			head bigint not null default 0,
			looked_at timestamptz not null
		);

		-- How far each taker of the interface has come.
		create table outward_taker (
			token_id text not null,
			dataset text not null,
			region_code text not null,
			position bigint not null,
			rows bigint not null default 0,
			requests bigint not null default 0,
			last_at timestamptz not null,
			primary key (token_id, dataset)
		);

		-- Files put into the outbox. The range is fixed before the file is written: one that was interrupted is written again, the same.
		create table outward_drop (
			dataset text not null,
			after_seq bigint not null,
			through_seq bigint not null,
			file_name text not null,
			state text not null constraint outward_drop_state check (state in ('writing', 'done')),
			made_at timestamptz not null,
			rows bigint,
			bytes bigint,
			sha256 text,
			primary key (dataset, after_seq)
		);

		-- Which months' grades changed is asked often; the key begins with the enterprise.
		create index professional_grade_month on professional_grade (month);
	`.execute(db);
}

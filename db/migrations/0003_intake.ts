import { sql, type Kysely } from 'kysely';

/** Sources, batches, identities of source rows, rejects and watermarks. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table source (
			id text primary key,
			name text not null constraint source_name_unique unique,
			owner_department_id text not null references department (id),
			kinds text[] not null,
			region_code text not null references region (code),
			-- {"everyWorkingDaysBy": "09:00", "graceDays": 1} or {"monthlyByDay": 5}; null: on demand, never late.
			cadence jsonb,
			contact text,
			state text not null default 'active' constraint source_state check (state in ('active', 'stopped')),
			created_by text,
			created_at timestamptz not null default now()
		);

		create table source_mapping (
			source_id text not null references source (id),
			kind text not null,
			mapping jsonb not null,
			changed_by text,
			changed_at timestamptz not null default now(),
			primary key (source_id, kind)
		);

		create table intake_batch (
			id text primary key,
			source_id text not null references source (id),
			kind text not null,
			file_name text,
			file_sha256 text,
			file_bytes bigint,
			state text not null constraint intake_batch_state check (state in ('uploaded', 'running', 'done', 'failed')),
			-- Bulk imports of history set events' received_at to occurred_at; the true arrival is started_at here.
			history boolean not null default false,
			mapping jsonb,
			rows integer not null default 0,
			accepted integer not null default 0,
			duplicates integer not null default 0,
			versions integer not null default 0,
			rejected integer not null default 0,
			warnings jsonb not null default '[]',
			error text,
			first_day date,
			last_day date,
			actor_id text,
			started_at timestamptz not null default now(),
			finished_at timestamptz
		);
		create index intake_batch_source on intake_batch (source_id, started_at);

		-- The identity of a source row. The partitioned event table cannot enforce it; the merge locks and reads it here.
		create table intake_key (
			source_id text not null,
			kind text not null,
			source_key text not null,
			uscc text not null,
			occurred_at timestamptz not null,
			event_id uuid not null,
			content_hash text not null,
			primary key (source_id, kind, source_key)
		);

		create table intake_reject (
			batch_id text not null references intake_batch (id),
			line integer not null,
			reason text not null,
			message text not null,
			field text,
			raw text not null,
			state text not null default 'open' constraint intake_reject_state check (state in ('open', 'mended', 'dropped')),
			primary key (batch_id, line)
		);

		-- How far a source is known to be complete for one kind and one city.
		create table watermark (
			source_id text not null references source (id),
			kind text not null,
			region_code text not null,
			complete_up_to date not null,
			last_received_at timestamptz not null,
			state text not null constraint watermark_state
				check (state in ('on-time', 'late', 'missing', 'partial', 'changed-coverage', 'stopped')),
			changed_at timestamptz not null,
			primary key (source_id, kind, region_code)
		);
	`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/** Ways in for systems: tokens, files in the watched folder, exchange tables of other databases. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- A system's right to push or take. Made by one administrator, given its scopes by another.
		create table api_token (
			id text primary key,
			name text not null constraint api_token_name_unique unique,
			-- The system and the organisation that hold it, and whom to call.
			holder text not null,
			contact text not null,
			-- SHA-256 of the secret, which is kept nowhere; its last characters, to tell tokens apart.
			secret_hash text not null constraint api_token_secret_unique unique,
			secret_end text not null,
			-- The office whose administrators see it.
			office_region_code text not null references region (code),
			expires_on date not null,
			created_by text not null,
			created_at timestamptz not null default now(),
			-- What was granted; null and empty until then.
			region_code text references region (code),
			scopes text[] not null default '{}',
			source_ids text[] not null default '{}',
			granted_by text,
			granted_at timestamptz,
			revoked_by text,
			revoked_at timestamptz,
			revoked_why text,
			last_used_at timestamptz,
			last_used_address text,
			refusals bigint not null default 0,
			last_refused_at timestamptz,
			last_refusal text,
			constraint api_token_granted check ((granted_at is null) = (region_code is null)),
			constraint api_token_two_people check (granted_by <> created_by)
		);

		-- Files of the watched folder as they looked last: one that looks the same twice is complete.
		create table inbox_look (
			path text primary key,
			bytes bigint not null,
			modified_at timestamptz not null,
			first_seen_at timestamptz not null,
			seen_at timestamptz not null
		);

		-- A table of another PostgreSQL (前置库) that is read on schedule.
		create table exchange (
			id text primary key,
			name text not null constraint exchange_name_unique unique,
			source_id text not null references source (id),
			kind text not null,
			-- Names the connection; its address and password stand outside the database.
			connection text not null,
			table_schema text not null,
			table_name text not null,
			high_column text not null,
			-- Read again behind the mark, for rows that were committed late: a number of ids, or minutes.
			overlap integer not null constraint exchange_overlap check (overlap >= 0),
			batch_rows integer not null constraint exchange_batch_rows check (batch_rows between 1 and 1000000),
			every_minutes integer not null constraint exchange_every_minutes check (every_minutes between 1 and 10080),
			state text not null constraint exchange_state check (state in ('on', 'off')),
			-- Column → type as settled; a pull stops where the table has become another.
			columns jsonb,
			-- Newest value taken in, as the other database writes it; moved by the transaction of the merge.
			high_water text,
			last_started_at timestamptz,
			last_ok_at timestamptz,
			last_rows integer,
			last_sha256 text,
			last_batch_id text,
			problem text,
			problem_detail text,
			problem_since timestamptz,
			created_by text not null,
			created_at timestamptz not null default now()
		);
		create index exchange_source on exchange (source_id);
	`.execute(db);
}

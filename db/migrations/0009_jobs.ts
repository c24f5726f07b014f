import { sql, type Kysely } from 'kysely';

/** The ledger of due runs, requests from the web, and what the application role may do. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table job_run (
			job text not null,
			due_at timestamptz not null,
			claimed_by text not null,
			claimed_at timestamptz not null,
			lease_until timestamptz not null,
			attempt integer not null default 1,
			state text not null constraint job_run_state check (state in ('running', 'done', 'failed')),
			finished_at timestamptz,
			detail jsonb not null default '{}',
			error text,
			primary key (job, due_at)
		);
		create index job_run_latest on job_run (job, due_at desc);

		create table job_request (
			id bigint generated always as identity primary key,
			job text not null,
			payload jsonb not null default '{}',
			requested_by text,
			requested_at timestamptz not null default now(),
			state text not null default 'waiting' constraint job_request_state check (state in ('waiting', 'running', 'done', 'failed')),
			claimed_by text,
			lease_until timestamptz,
			attempt integer not null default 0,
			progress double precision,
			result jsonb,
			error text,
			finished_at timestamptz
		);
		create index job_request_waiting on job_request (id) where state in ('waiting', 'running');
	`.execute(db);

	// The application role: no DDL; audit trail and warning history can be added to and read, never changed.
	await sql`
		do $$ begin
			if not exists (select from pg_roles where rolname = 'qianshao_app') then
				create role qianshao_app nologin;
			end if;
		exception when duplicate_object or unique_violation then null; -- another database of this server was quicker
		end $$;
		do $$ begin
			execute format('grant qianshao_app to %I', current_user);
		exception when others then
			if not pg_has_role(current_user, 'qianshao_app', 'member') then raise; end if;
		end $$;
		grant usage on schema public to qianshao_app;
		grant select, insert, update, delete on all tables in schema public to qianshao_app;
		grant usage, select on all sequences in schema public to qianshao_app;
		alter default privileges in schema public grant select, insert, update, delete on tables to qianshao_app;
		alter default privileges in schema public grant usage, select on sequences to qianshao_app;
		revoke update, delete, truncate on audit_entry, warning_event from qianshao_app;
	`.execute(db);
}

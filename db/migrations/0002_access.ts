import { sql, type Kysely } from 'kysely';

/** Accounts, sessions, lockout and the audit trail. Plain local tables. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table app_user (
			id text primary key,
			name text not null constraint app_user_name_unique unique,
			display_name text not null,
			password_hash text not null,
			role text not null constraint app_user_role
				check (role in ('leader', 'monitor', 'planner', 'inspector', 'sysadmin', 'secadmin', 'auditor', 'none')),
			grants text[] not null default '{}',
			department_id text not null references department (id),
			region_code text not null references region (code),
			-- Industry key prefixes; null: every industry.
			industries text[],
			inspector_id text,
			state text not null default 'active' constraint app_user_state check (state in ('active', 'pending', 'disabled')),
			demo boolean not null default false,
			must_change_password boolean not null default false,
			acknowledged_rules_at timestamptz,
			created_by text,
			created_at timestamptz not null default now(),
			role_granted_by text,
			role_granted_at timestamptz,
			last_login_at timestamptz
		);

		-- id is the SHA-256 of the session id: who reads this table cannot use what it holds.
		create table app_session (
			id text primary key,
			user_id text not null references app_user (id) on delete cascade,
			expires_at timestamptz not null,
			last_seen timestamptz not null,
			created_at timestamptz not null default now(),
			address text,
			user_agent text
		);
		create index app_session_user on app_session (user_id);

		create table login_failure (
			kind text not null constraint login_failure_kind check (kind in ('account', 'address')),
			key text not null,
			failures integer not null,
			first_at timestamptz not null,
			last_at timestamptz not null,
			locked_until timestamptz,
			primary key (kind, key)
		);

		-- Append-only: the application role may insert and select, nothing else. hash covers prev_hash and every other column.
		create table audit_entry (
			seq bigint primary key,
			at timestamptz not null,
			actor_id text,
			actor_name text,
			action text not null,
			object_kind text,
			object_id text,
			detail jsonb not null,
			address text,
			prev_hash text not null,
			hash text not null
		);
		create index audit_entry_object on audit_entry (object_kind, object_id);
		create index audit_entry_at on audit_entry (at);
	`.execute(db);
}

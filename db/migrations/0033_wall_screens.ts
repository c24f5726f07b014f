import { sql, type Kysely } from 'kysely';

/** Screens on a wall: which region they show, how, and whether their token is still good. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table wall_screen (
			-- Stands in the token.
			id text primary key,
			name text not null,
			region_code text not null references region (code),
			-- How long each view stays.
			seconds integer not null constraint wall_screen_seconds check (seconds between 5 and 300),
			views text[] not null constraint wall_screen_views check (cardinality(views) > 0),
			-- The last day on which it shows anything; null: no end.
			last_day date,
			-- The token is derived outside the database from this and a key file; the hash tells when that file is another one.
			token_version integer not null default 1 constraint wall_screen_token_version check (token_version between 1 and 1023),
			token_hash text not null,
			token_made_by text not null,
			token_made_at timestamptz not null default now(),
			created_by text not null,
			created_at timestamptz not null default now(),
			last_seen_at timestamptz,
			last_seen_address text,
			revoked_by text,
			revoked_at timestamptz,
			revoked_why text,
			constraint wall_screen_revoked check ((revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revoked_why is null))
		);
		create unique index wall_screen_name on wall_screen (region_code, name) where revoked_at is null;

		-- Wrong tokens of screens are counted by address, apart from people's failures: neither closes the other's door.
		alter table login_failure drop constraint login_failure_kind;
		alter table login_failure add constraint login_failure_kind check (kind in ('account', 'address', 'screen'));
	`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/** Warnings of outside platforms (D12): what they say, and how far our work on it has come. Plain local tables, like the feed. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Which kind of thing raises: a monitor of ours, or an outside platform, which no evening runs.
		alter table indicator add column kind text not null default 'monitor' constraint indicator_kind check (kind in ('monitor', 'outside'));

		-- A warning by the platform's own id; the platform is the source that its token is bound to.
		create table outside_warning (
			source_id text not null references source (id),
			outside_id text not null,
			series_key text not null constraint outside_warning_series_unique unique,
			-- Of the newest statement.
			version integer not null,
			content_hash text not null,
			primary key (source_id, outside_id)
		);

		-- Everything a platform ever said of it, in its words. Never changed or deleted.
		create table outside_statement (
			source_id text not null,
			outside_id text not null,
			version integer not null,
			said jsonb not null,
			received_at timestamptz not null,
			token_id text not null,
			primary key (source_id, outside_id, version)
		);
		revoke update, delete, truncate on outside_statement from qianshao_app;

		-- The newest feed id of each of our warnings that came from outside: what platforms read on from. Outlives the feed, which is pruned.
		create table outside_status (
			warning_id text primary key references warning (id),
			source_id text not null,
			outside_id text not null,
			fed bigint not null
		);
		create unique index outside_status_fed on outside_status (source_id, fed);
	`.execute(db);
}

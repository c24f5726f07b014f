import { sql, type Kysely } from 'kysely';

/** What a source calls the items of its events: names that took the place of others, and codes that nobody translated. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table item_name (
			id text primary key,
			source_id text not null references source (id),
			kind text not null,
			-- The name as it comes, and what it means; null as long as nobody has said what a code means.
			item text not null,
			means text,
			-- First day of the name.
			since date not null,
			why text not null constraint item_name_why check (why in ('renamed', 'coded')),
			evidence jsonb not null,
			found_on date not null,
			state text not null default 'suggested' constraint item_name_state check (state in ('suggested', 'accepted', 'dismissed')),
			decided_by text,
			decided_at timestamptz,
			note text,
			constraint item_name_once unique (source_id, kind, item)
		);
		create index item_name_accepted on item_name (kind) where state = 'accepted';
	`.execute(db);
}

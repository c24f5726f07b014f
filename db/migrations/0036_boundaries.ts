import { sql, type Kysely } from 'kysely';

/** An office's own approved boundaries, drawn instead of the schematic map. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table boundary_set (
			id text primary key,
			-- Whose boundaries they are: all of them lie within.
			region_code text not null,
			-- 审图号: shown with every map that is drawn from the set.
			map_number text not null,
			source text not null,
			sha256 text not null,
			bytes integer not null,
			regions integer not null,
			loaded_by text not null references app_user (id),
			loaded_at timestamptz not null default now(),
			-- Replaced by a newer set or taken back.
			retired_at timestamptz,
			retired_by text references app_user (id)
		);
		create table boundary (
			region_code text not null,
			set_id text not null references boundary_set (id),
			-- Polygons of rings of [longitude, latitude].
			polygons jsonb not null,
			primary key (region_code, set_id)
		);
	`.execute(db);
}

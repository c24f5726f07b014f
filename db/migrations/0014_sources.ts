import { sql, type Kysely } from 'kysely';

/** Kinds that administrators define, and what the register says of a source: volumes, grading, who stopped it, where a mapping came from. */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		-- Stored in event.kind under its name, like ours.
		create table intake_kind (
			name text primary key constraint intake_kind_name check (name ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and length(name) <= 40),
			label text not null,
			label_en text not null,
			-- place: a row without an enterprise belongs to its region.
			subject text not null constraint intake_kind_subject check (subject in ('enterprise', 'place')),
			-- Headers under which its sources say what kind of thing happened, besides those we know.
			item_headers text[] not null default '{}',
			created_by text not null,
			created_at timestamptz not null default now(),
			retired_at timestamptz,
			retired_by text,
			retired_reason text,
			constraint intake_kind_retired check ((retired_at is null) = (retired_reason is null))
		);
		create table intake_kind_field (
			kind text not null references intake_kind (name) on delete cascade,
			name text not null constraint intake_kind_field_name check (name ~ '^[a-z][A-Za-z0-9]{0,39}$'),
			position smallint not null,
			label text not null,
			label_en text not null,
			type text not null constraint intake_kind_field_type check (type in ('text', 'number', 'day', 'flag', 'uscc')),
			required boolean not null,
			headers text[] not null default '{}',
			created_by text not null,
			created_at timestamptz not null default now(),
			primary key (kind, name)
		);
		-- Rows that were read by it stand in the events: what a kind is about and how a field is read never change.
		revoke update, truncate on intake_kind, intake_kind_field from qianshao_app;
		grant update (label, label_en, item_headers, retired_at, retired_by, retired_reason) on intake_kind to qianshao_app;
		grant update (label, label_en, required, headers) on intake_kind_field to qianshao_app;

		alter table source
			-- Data grading (Data Security Law, article 21); within general data, level 1 to 4 (GB/T 43697-2024). Null: not graded yet.
			add column grading text constraint source_grading check (grading in ('general', 'important', 'core')),
			add column grading_level smallint constraint source_grading_level_range check (grading_level between 1 and 4),
			add column graded_by text,
			add column graded_at timestamptz,
			add column stopped_at timestamptz,
			add column stopped_by text,
			add column stopped_reason text,
			add constraint source_grading_level check ((grading_level is not null) = (grading is not distinct from 'general'));

		-- Rows of a delivery as somebody set them; without a row they are learned from past deliveries.
		create table source_volume (
			source_id text not null references source (id) on delete cascade,
			kind text not null,
			rows_expected integer not null constraint source_volume_rows check (rows_expected > 0),
			primary key (source_id, kind)
		);

		alter table source_mapping
			add column origin text not null default 'upload' constraint source_mapping_origin check (origin in ('upload', 'editor'));
	`.execute(db);
}

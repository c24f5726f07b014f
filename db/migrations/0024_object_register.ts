import { sql, type Kysely } from 'kysely';

/**
 * 抽查检查对象名录库: what a draw looks at, one narrow row for each active enterprise. Filtering a province's millions reads this table
 * alone; it is kept in the transactions that change the register, its tags or the classes (`sampling/objects`).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table inspection_object (
			uscc text primary key,
			region_code text not null,
			industry_key text not null,
			established_on date,
			key_class boolean not null,
			-- The newest class there is and its month; null: never classified.
			class text,
			class_month date,
			-- What the register's source says and what the office added; empty for most.
			tags text[] not null default '{}',
			-- Planned visits since the beginning of last year, and the only one of them where it is one: most have none or one, and need
			-- no look at the visits themselves.
			visits smallint not null default 0,
			visit_on date,
			visit_by text,
			visit_path text
		);
		create index inspection_object_several on inspection_object (uscc) where visits > 1;
		-- What the office itself says an enterprise is (检查对象类别); taken back, never deleted.
		create table object_tag (
			uscc text not null,
			tag text not null,
			set_at timestamptz not null default now(),
			set_by text not null,
			removed_at timestamptz,
			removed_by text,
			primary key (uscc, tag, set_at)
		);
		create unique index object_tag_once on object_tag (uscc, tag) where removed_at is null;
		create index object_tag_tag on object_tag (tag, uscc) where removed_at is null;

		insert into inspection_object (uscc, region_code, industry_key, established_on, key_class, class, class_month, tags)
		select e.uscc, e.region_code, e.industry_key, e.established_on, e.key_class, k.class, k.month, e.tags
		from enterprise e
		left join lateral (
			select c.class, c.month from enterprise_class c where c.uscc = e.uscc order by c.month desc, c.version desc limit 1
		) k on true
		where e.status = 'active';
		update inspection_object o set visits = v.n, visit_on = v.visited_on, visit_by = v.department_id, visit_path = v.path
		from (
			select uscc, count(*) as n, max(visited_on) as visited_on, max(department_id) as department_id, max(path) as path
			from inspection_visit where planned and visited_on >= date_trunc('year', now() at time zone 'Asia/Shanghai') - interval '1 year' group by uscc
		) v
		where v.uscc = o.uscc;

		-- Versions of what stands in the registers of items, inspectors and objects: who changed what when, by form or by file.
		create table register_version (
			register text not null constraint register_version_register check (register in ('item', 'inspector', 'object')),
			id text not null,
			version integer not null,
			content jsonb not null,
			way text not null constraint register_version_way check (way in ('seed', 'form', 'import')),
			changed_by text,
			changed_at timestamptz not null default now(),
			primary key (register, id, version)
		);

		alter table inspection_item
			-- 检查对象类别: tags of which an object needs one; null: all.
			add column object_kinds text[],
			-- What the list says itself of share (0 to 1) and visits a year; null: the preset decides.
			add column ratio double precision,
			add column frequency smallint,
			-- A check that a law orders: observation periods do not suspend it.
			add column statutory boolean not null default false,
			-- The professional field whose grades apply (A8); null: the general class alone.
			add column field text,
			-- 重点领域: no class lowers it, and no result elsewhere stands in for it.
			add column key_field boolean not null default false;
		alter table inspector add column post text;
	`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/**
 * A draw of its own row: a task may be drawn again with a reason, and every draw is kept. The frozen pool lies in parts of at most a few
 * thousand, so that a province's millions are written in seconds. Tasks whose pool was frozen before go back to their scope.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table sampling_draw (
			task_id text not null references sampling_task (id),
			n smallint not null,
			-- The written algorithm by which it is repeated.
			format text not null,
			state text not null constraint sampling_draw_state check (state in ('committed', 'drawn', 'void', 'superseded')),
			salt text not null,
			-- Secret until it is drawn.
			seed text not null,
			commitment text not null,
			-- The commitment of the draw before; null for the first.
			previous text,
			pool_hash text not null,
			weighted boolean not null,
			-- Public entropy: what was named in advance, and the value it had; null: none was asked for.
			entropy_source text,
			entropy_value text,
			-- All that the draw depends on: strata with quotas, inspectors, experts, terms, class months.
			frozen jsonb not null,
			committed_at timestamptz not null,
			committed_by text not null,
			drawn_at timestamptz,
			drawn_by text,
			void_reason text,
			voided_by text,
			voided_at timestamptz,
			primary key (task_id, n)
		);

		-- The frozen pool, in parts. Those in it lie in the order of their object ids; those left out in that of their codes.
		create table sampling_pool_part (
			task_id text not null,
			draw_n smallint not null,
			-- Code of the stratum; '' for those left out.
			stratum text not null,
			reason text not null,
			-- Class of those left out; '' for those in it, whose stratum says it.
			class text not null,
			part integer not null,
			size integer not null,
			-- Credit codes one after the other, 18 characters each.
			usccs bytea not null,
			-- 16 bytes each, in the same order; null for those left out.
			objects bytea,
			-- Weights of the objects, in the same order; null: all the same.
			weights smallint[],
			-- What there is to say of each one (which visit, which list), in the same order; null where the reason says all.
			details jsonb,
			primary key (task_id, draw_n, stratum, reason, class, part)
		);
		-- Not compressed: a place of a part is then read without reading the part.
		alter table sampling_pool_part alter column usccs set storage external, alter column objects set storage external;

		-- Objects that the seed named but that might no longer be visited when it was drawn, with the reason.
		create table sampling_passed (
			uscc text not null,
			task_id text not null,
			draw_n smallint not null,
			object_id text not null,
			reason text not null,
			primary key (uscc, task_id, draw_n)
		);

		alter table sampling_object
			add column draw_n smallint not null default 1,
			-- Inside only: the stratum it was drawn from, and whether as part of the random arm.
			add column stratum text,
			add column control boolean not null default false,
			add column class text,
			add column class_month date;
		alter table sampling_object drop constraint sampling_object_pkey;
		alter table sampling_object add primary key (uscc, task_id, draw_n);
		update sampling_object o set class = p.class, class_month = p.class_month
			from sampling_pool p where p.task_id = o.task_id and p.uscc = o.uscc;
		alter table task_inspector
			add column draw_n smallint not null default 1,
			add column expert boolean not null default false;
		alter table task_inspector drop constraint task_inspector_pkey;
		alter table task_inspector add primary key (uscc, task_id, draw_n, inspector_id);

		insert into sampling_draw (task_id, n, format, state, salt, seed, commitment, pool_hash, weighted, frozen, committed_at, committed_by, drawn_at, drawn_by)
		select id, 1, 'qianshao-draw-1', 'drawn', object_salt, seed, seed_commitment, pool_hash, false, frozen, committed_at, created_by, drawn_at, drawn_by
		from sampling_task where state in ('drawn', 'done') and seed_commitment is not null;
		insert into sampling_pool_part (task_id, draw_n, stratum, reason, class, part, size, usccs, objects)
		select task_id, 1, stratum, '', '', 0, count(*), string_agg(convert_to(uscc, 'UTF8'), ''::bytea order by object_id), string_agg(decode(object_id, 'hex'), ''::bytea order by object_id)
		from sampling_pool p where eligible and object_id ~ '^[0-9a-f]{32}$' and exists (select 1 from sampling_draw d where d.task_id = p.task_id)
		group by task_id, stratum;
		insert into sampling_pool_part (task_id, draw_n, stratum, reason, class, part, size, usccs, details)
		select task_id, 1, '', reason, coalesce(class, 'none'), 0, count(*), string_agg(convert_to(uscc, 'UTF8'), ''::bytea order by uscc), jsonb_agg(reason_data order by uscc)
		from sampling_pool p where not eligible and exists (select 1 from sampling_draw d where d.task_id = p.task_id)
		group by task_id, reason, coalesce(class, 'none');
		drop table sampling_pool;

		update sampling_task set state = 'draft' where state in ('pooled', 'committed');
		alter table sampling_task drop constraint sampling_task_state, drop constraint sampling_task_kind, drop constraint sampling_task_mode;
		alter table sampling_task
			add constraint sampling_task_state check (state in ('draft', 'committed', 'drawn', 'done', 'cancelled')),
			add constraint sampling_task_kind check (kind in ('targeted', 'undirected', 'campaign')),
			drop column mode, drop column wanted, drop column frozen, drop column seed, drop column seed_commitment, drop column object_salt,
			drop column pool_hash, drop column pooled_at, drop column committed_at, drop column drawn_by,
			-- The draw that counts; null before the first commitment.
			add column draw_n smallint,
			-- Which of the months of classes made somebody look again; null: nothing newer is known.
			add column recheck jsonb;
	`.execute(db);
}

import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { MergeInput, Merged } from './merge.server.ts';

type Counts = Pick<Merged, 'accepted' | 'duplicates' | 'versions' | 'firstDay' | 'lastDay'>;

/** Classes of months: the same again is a duplicate, another one a further version; nothing is overwritten (A6). */
export async function mergeClasses(trx: Kysely<DB>, input: MergeInput): Promise<Counts> {
	return merge(trx, sql`
		insert into enterprise_class (uscc, month, version, class, source_id, batch_id, received_at)
		select s.uscc, s.month, coalesce(last.version, 0) + 1, s.class, ${input.sourceId}, ${input.batchId}, coalesce(s.received_at, now())
		from (select distinct on (uscc, month) * from stage where reason is null order by uscc, month, line desc) s
		left join (
			select distinct on (uscc, month) uscc, month, version, class from enterprise_class
			where month in (select distinct month from stage where reason is null)
			order by uscc, month, version desc
		) last on last.uscc = s.uscc and last.month = s.month
		where last.class is distinct from s.class
		order by s.uscc, s.month
		returning month, version
	`);
}

/** Professional grades by field, like classes. They are never written to the class (A8). */
export async function mergeGrades(trx: Kysely<DB>, input: MergeInput): Promise<Counts> {
	return merge(trx, sql`
		insert into professional_grade (uscc, field, month, version, grade, source_id, batch_id, received_at)
		select s.uscc, s.field, s.month, coalesce(last.version, 0) + 1, s.class, ${input.sourceId}, ${input.batchId}, coalesce(s.received_at, now())
		from (select distinct on (uscc, field, month) * from stage where reason is null order by uscc, field, month, line desc) s
		left join (
			select distinct on (uscc, field, month) uscc, field, month, version, grade from professional_grade
			where month in (select distinct month from stage where reason is null)
			order by uscc, field, month, version desc
		) last on last.uscc = s.uscc and last.field = s.field and last.month = s.month
		where last.grade is distinct from s.class
		order by s.uscc, s.field, s.month
		returning month, version
	`);
}

async function merge(trx: Kysely<DB>, insert: ReturnType<typeof sql>): Promise<Counts> {
	const { rows } = await sql<Counts>`
		with made as (${insert}), candidates as (select count(*)::int as n from stage where reason is null)
		select count(*)::int as accepted, (select n from candidates) - count(*)::int as duplicates,
			count(*) filter (where version > 1)::int as versions, min(month) as "firstDay", max(month) as "lastDay"
		from made
	`.execute(trx);
	return rows[0]!;
}

import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';

/** A query that gives the credit codes to look at, in a column `uscc`; null: everybody. */
type Which = RawBuilder<unknown> | null;

/** Months that have not begun say nothing of today. */
const begun = sql`date_trunc('month', now() at time zone 'Asia/Shanghai')::date`;

const newestClass = sql`
	left join lateral (
		select c.class, c.month from enterprise_class c where c.uscc = e.uscc and c.month <= ${begun} order by c.month desc, c.version desc limit 1
	) k on true`;

const tagsOf = sql`coalesce((select array_agg(distinct t order by t) from (
	select unnest(e.tags) union select g.tag from object_tag g where g.uscc = e.uscc and g.removed_at is null
) s (t)), '{}')`;

/**
 * Brings the register of objects (抽查检查对象名录库) in line with the enterprise register, the office's tags and the classes. Whoever changes
 * one of these calls it in the same transaction: a draw reads nothing else.
 */
export async function keepObjects(trx: Kysely<DB>, which: Which): Promise<void> {
	const those = which === null ? sql`` : sql`and e.uscc in (${which})`;
	await sql`
		insert into inspection_object as o (uscc, region_code, industry_key, established_on, key_class, class, class_month, tags)
		select e.uscc, e.region_code, e.industry_key, e.established_on, e.key_class, k.class, k.month, ${tagsOf}
		from enterprise e ${newestClass}
		where e.status = 'active' ${those}
		on conflict (uscc) do update set region_code = excluded.region_code, industry_key = excluded.industry_key,
			established_on = excluded.established_on, key_class = excluded.key_class, class = excluded.class, class_month = excluded.class_month, tags = excluded.tags
		where (o.region_code, o.industry_key, o.established_on, o.key_class, o.class, o.class_month, o.tags)
			is distinct from (excluded.region_code, excluded.industry_key, excluded.established_on, excluded.key_class, excluded.class, excluded.class_month, excluded.tags)
	`.execute(trx);
	// Who is new in it may have been visited before: under another status, or by a file that came first.
	await keepVisits(trx, which);
	await sql`
		delete from inspection_object o using enterprise e where e.uscc = o.uscc and e.status <> 'active' ${those}
	`.execute(trx);
}

/** The same for classes alone, which come by the million each month. */
export async function keepClasses(trx: Kysely<DB>, which: RawBuilder<unknown>): Promise<void> {
	await sql`
		update inspection_object o set class = k.class, class_month = k.month
		from (
			select distinct on (c.uscc) c.uscc, c.class, c.month from enterprise_class c
			where c.month <= ${begun} and c.uscc in (${which})
			order by c.uscc, c.month desc, c.version desc
		) k
		where o.uscc = k.uscc and (o.class, o.class_month) is distinct from (k.class, k.month)
	`.execute(trx);
}

/** Classes that were delivered before their month had begun, on the first days of that month. @returns how many objects got one. */
export async function beginMonth(trx: Kysely<DB>): Promise<number> {
	const { numAffectedRows } = await sql`
		update inspection_object o set class = k.class, class_month = k.month
		from (
			select distinct on (c.uscc) c.uscc, c.class, c.month from enterprise_class c where c.month = ${begun} order by c.uscc, c.version desc
		) k
		where o.uscc = k.uscc and o.class_month is distinct from k.month
	`.execute(trx);
	return Number(numAffectedRows ?? 0);
}

/**
 * Planned visits since the beginning of last year: as far back as limits look. Whoever writes visits calls it in the same transaction. Those
 * of the year before last go with the next write; until then they only make a query look at the visits themselves.
 */
export async function keepVisits(trx: Kysely<DB>, which: Which): Promise<void> {
	await sql`
		update inspection_object o set visits = v.n, visit_on = v.visited_on, visit_by = v.department_id, visit_path = v.path
		from (
			select e.uscc, count(v.uscc) as n, max(v.visited_on) as visited_on, max(v.department_id) as department_id, max(v.path) as path
			from inspection_object e left join inspection_visit v on v.uscc = e.uscc and v.planned
				and v.visited_on >= date_trunc('year', now() at time zone 'Asia/Shanghai') - interval '1 year'
			${which === null ? sql`` : sql`where e.uscc in (${which})`}
			group by e.uscc
		) v
		where o.uscc = v.uscc and (o.visits, o.visit_on, o.visit_by, o.visit_path) is distinct from (v.n, v.visited_on, v.department_id, v.path)
	`.execute(trx);
}

import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';

/** What waits for a decision about sources of one department. */
export type OwnerNotices = { readonly coverage: number; readonly items: number };

/** What the owner of a source is told: changes of coverage and names that nobody has decided about, of the sources of somebody's own department. */
export async function ownerNotices(db: Kysely<DB>, actor: Actor): Promise<OwnerNotices> {
	if (!may(actor, 'indicator.see')) return { coverage: 0, items: 0 };
	const { rows } = await sql<OwnerNotices>`
		with own as (select id from source where owner_department_id = ${actor.departmentId})
		select (select count(*)::int from coverage_notice where state = 'open' and source_id in (select id from own)) as coverage,
			(select count(*)::int from item_name where state = 'suggested' and source_id in (select id from own)) as items
	`.execute(db);
	return rows[0]!;
}

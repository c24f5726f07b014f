import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { regionPrefix } from '#lib/access/scope.ts';

/** Other departments of the jurisdiction, that of one's own region first: who can go along (跨部门). */
export async function otherDepartments(db: Kysely<DB>, actor: Actor): Promise<{ id: string; name: string }[]> {
	if (!may(actor, 'task.see')) return [];
	return db
		.selectFrom('department as d')
		.select(['d.id', 'd.name'])
		.where('d.id', '<>', actor.departmentId)
		.where(regionWithin(regionPrefix(actor.regionCode), 'd.region_code'))
		.orderBy('d.region_code')
		.orderBy('d.id')
		.execute();
}

export type PartnerItem = { readonly departmentId: string; readonly department: string; readonly itemId: string; readonly item: string };

/** What other departments of the jurisdiction can look into on a joint task: their own active items. */
export async function partnerItems(db: Kysely<DB>, actor: Actor): Promise<PartnerItem[]> {
	if (!may(actor, 'task.see')) return [];
	return db
		.selectFrom('inspection_item as i')
		.innerJoin('department as d', 'd.id', 'i.department_id')
		.select(['d.id as departmentId', 'd.name as department', 'i.id as itemId', 'i.name as item'])
		.where('i.active', '=', true)
		.where('d.id', '<>', actor.departmentId)
		.where(regionWithin(regionPrefix(actor.regionCode), 'd.region_code'))
		.orderBy('d.region_code')
		.orderBy('d.id')
		.orderBy('i.number')
		.execute();
}

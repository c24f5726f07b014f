import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';

export type ObjectRef = { readonly objectKind: string; readonly objectId: string };

/** What a page shows of an object beside its number; of the application's inside only. */
export type VisibleObject = {
	readonly level: string | null;
	readonly item: string | null;
	readonly regionName: string | null;
	readonly industryKey: string | null;
	readonly industryName: string | null;
	/** An incident's title. */
	readonly title: string | null;
};

export const refKey = ({ objectKind, objectId }: ObjectRef): string => `${objectKind}:${objectId}`;

const nothing: VisibleObject = { level: null, item: null, regionName: null, industryKey: null, industryName: null, title: null };

/**
 * The objects that a person may see now, by {@link refKey}. What was told when somebody could see it is not told any more after they
 * have moved elsewhere.
 */
export async function visibleObjects(db: Kysely<DB>, actor: Actor, refs: readonly ObjectRef[]): Promise<ReadonlyMap<string, VisibleObject>> {
	const found = new Map<string, VisibleObject>();
	if (!may(actor, 'warning.see')) return found;
	const ids = (kind: string) => refs.filter((ref) => ref.objectKind === kind).map((ref) => ref.objectId);
	const within = (table: string) => withinJurisdiction(scopeOf(actor), { region: `${table}.region_code`, industry: `${table}.industry_key` });
	for (const ref of refs) if (ref.objectKind === 'warnings') found.set(refKey(ref), nothing);
	const { rows } = await sql<VisibleObject & ObjectRef>`
		select t.*, r.name as "regionName", n.name as "industryName" from (
			select 'warning' as "objectKind", w.id as "objectId", w.level, w.item, w.region_code, w.industry_key as "industryKey", null as title
			from warning w where w.id = any(${ids('warning')}) and ${within('w')}
			union all
			select 'disposal', d.id, null, null, d.region_code, d.industry_key, null
			from disposal d where d.id = any(${ids('disposal')}) and ${within('d')}
			union all
			select 'incident', i.id, null, null, null, null, i.title
			from incident i where i.id = any(${ids('incident')})
				and exists (select from warning w where w.incident_id = i.id and ${within('w')})
		) t left join region r on r.code = t.region_code left join industry n on n.key = t."industryKey"
	`.execute(db);
	for (const { level, item, regionName, industryKey, industryName, title, ...ref } of rows) {
		found.set(refKey(ref), { level, item, regionName, industryKey, industryName, title });
	}
	return found;
}

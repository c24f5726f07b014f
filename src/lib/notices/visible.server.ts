import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { visibleWork, withinJurisdiction } from '#lib/access/scope.server.ts';
import { visibleReports } from '#lib/reports/visible.server.ts';
import type { NewNotice } from './notify.server.ts';

export type ObjectRef = { readonly objectKind: string; readonly objectId: string };

/** What a page shows of an object beside its number; of the application's inside only. */
export type VisibleObject = {
	readonly level: string | null;
	readonly item: string | null;
	readonly regionName: string | null;
	readonly industryKey: string | null;
	readonly industryName: string | null;
	/** An incident's title, the name of a plan, campaign or task, the enterprise of a lead check. */
	readonly title: string | null;
};

export const refKey = ({ objectKind, objectId }: ObjectRef): string => `${objectKind}:${objectId}`;

const nothing: VisibleObject = { level: null, item: null, regionName: null, industryKey: null, industryName: null, title: null };

type Kind = Exclude<NewNotice['objectKind'], 'warnings' | 'reports'>;

/** Objects of one kind with what is shown of them, of those whose ids are asked for and that the actor may see. */
const readers: Record<Kind, (actor: Actor, ids: readonly string[]) => RawBuilder<unknown>> = {
	warning: (actor, ids) => sql`select w.id, w.level, w.item, w.region_code, w.industry_key, null as title
		from warning w where w.id = any(${ids}) and ${watched(actor, 'w')}`,
	incident: (actor, ids) => sql`select i.id, null, null, null, null, i.title
		from incident i where i.id = any(${ids}) and exists (select from warning w where w.incident_id = i.id and ${watched(actor, 'w')})`,
	disposal: (actor, ids) => sql`select d.id, null, null, d.region_code, d.industry_key, null from disposal d where d.id = any(${ids}) and ${watched(actor, 'd')}`,
	sampling_plan: (actor, ids) => sql`select p.id, null, null, null, null, p.name from sampling_plan p where p.id = any(${ids}) and ${visibleWork(actor, 'p')}`,
	campaign: (actor, ids) => sql`select c.id, null, null, null, null, c.name from campaign c where c.id = any(${ids}) and ${visibleWork(actor, 'c')}`,
	sampling_task: (actor, ids) => sql`select t.id, null, null, null, null, t.name from sampling_task t where t.id = any(${ids}) and ${visibleWork(actor, 't')}`,
	lead_check: (actor, ids) => leadChecks(
		ids, may(actor, 'task.see') ? withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }) : sql`false`
	),
	own_task: (actor, ids) => sql`select t.id, null, null, null, null, t.name from sampling_task t where t.id = any(${ids}) and exists (
		select from task_inspector s where s.task_id = t.id and s.draw_n = t.draw_n and s.inspector_id = ${ownSeat(actor)}
	)`,
	own_lead_check: (actor, ids) => leadChecks(ids, sql`${ownSeat(actor)} = any(l.inspector_ids)`),
	report: (actor, ids) => sql`select r.id, null, null, null, null, r.content ->> 'title' from report r where r.id = any(${ids}) and ${visibleReports(actor)}`
};

const watched = (actor: Actor, table: string): RawBuilder<SqlBool> =>
	may(actor, 'warning.see') ? withinJurisdiction(scopeOf(actor), { region: `${table}.region_code`, industry: `${table}.industry_key` }) : sql<SqlBool>`false`;

const leadChecks = (ids: readonly string[], visible: RawBuilder<unknown>) => sql`select l.id, null, null, null, null, e.name
	from lead_check l join enterprise e on e.uscc = l.uscc where l.id = any(${ids}) and ${visible}`;

const ownSeat = (actor: Actor): string | null => (may(actor, 'task.see-own') ? actor.inspectorId : null);

/**
 * The objects that a person may see now, by {@link refKey}. What was told when somebody could see it is not told any more after they
 * have moved elsewhere.
 */
export async function visibleObjects(db: Kysely<DB>, actor: Actor, refs: readonly ObjectRef[]): Promise<ReadonlyMap<string, VisibleObject>> {
	const found = new Map<string, VisibleObject>();
	for (const ref of refs) {
		if ((ref.objectKind === 'warnings' && may(actor, 'warning.see')) || (ref.objectKind === 'reports' && may(actor, 'report.see'))) found.set(refKey(ref), nothing);
	}
	const asked = (Object.keys(readers) as Kind[]).flatMap((kind) => {
		const ids = refs.filter((ref) => ref.objectKind === kind).map((ref) => ref.objectId);
		return ids.length === 0 ? [] : [sql`select ${kind}::text as kind, o.* from (${readers[kind](actor, ids)}) o (id, level, item, region_code, industry_key, title)`];
	});
	if (asked.length === 0) return found;
	const { rows } = await sql<VisibleObject & ObjectRef>`
		select t.kind as "objectKind", t.id as "objectId", t.level::text, t.item::text, t.industry_key::text as "industryKey", t.title::text,
			r.name as "regionName", n.name as "industryName"
		from (${sql.join(asked, sql` union all `)}) t left join region r on r.code = t.region_code::text left join industry n on n.key = t.industry_key::text
	`.execute(db);
	for (const { level, item, regionName, industryKey, industryName, title, ...ref } of rows) {
		found.set(refKey(ref), { level, item, regionName, industryKey, industryName, title });
	}
	return found;
}

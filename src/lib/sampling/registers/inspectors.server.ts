import { sql, type Kysely, type Selectable, type SqlBool } from 'kysely';
import * as v from 'valibot';
import type { DB, Inspector } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { addDays } from '#lib/calendar/days.ts';
import { regionChoices } from '../tasks/names.server.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { differences } from './differences.ts';
import { inspectorColumns, type InspectorNames } from './inspector-columns.ts';
import { certificateState, inspectorContentSchema, inspectorIdSchema, newInspector, soonDays, type InspectorContent } from './inspectors.ts';
import { anyInspector, type InspectorFilter } from './inspector-filter.ts';
import { listItems } from './items.server.ts';
import { fieldRefusal, type Way } from './registers.ts';
import { addFirstVersion, addVersions, versionsOf } from './versions.server.ts';

type InspectorDbRow = Selectable<Inspector>;

/** What stands in the register, as histories and files know it. */
export const inspectorContentOf = (row: InspectorDbRow): InspectorContent => ({
	name: row.name, unit: row.unit, post: row.post, regionCode: row.region_code, certificateNo: row.certificate_no, certificateUntil: row.certificate_until,
	itemIds: row.item_ids, expert: row.expert, state: row.state as InspectorContent['state'], recused: row.recused_uscc
});

const columnsOf = (person: InspectorContent) => ({
	name: person.name, unit: person.unit, post: person.post, region_code: person.regionCode, certificate_no: person.certificateNo, certificate_until: person.certificateUntil,
	item_ids: person.itemIds, expert: person.expert, state: person.state, recused_uscc: person.recused
});

/** People are of a place; what industries an account looks after says nothing about them. */
const placeOf = (actor: Actor) => ({ ...scopeOf(actor), industries: null });

export type InspectorListRow = InspectorContent & {
	readonly id: string;
	readonly department: string;
	readonly departmentId: string;
	readonly region: string;
	/** Objects and lead checks assigned now and without a result. Never what was found. */
	readonly open: number;
	readonly certificate: 'expired' | 'soon' | 'valid';
};

/** 执法检查人员名录库: inspectors of the jurisdiction with what they are assigned to now; never a figure of what they found. */
export async function listInspectors(db: Kysely<DB>, actor: Actor, filter: InspectorFilter = anyInspector) {
	const today = await databaseToday(db);
	if (!may(actor, 'task.see')) return { today, inspectors: [] as InspectorListRow[] };
	const soon = addDays(today, soonDays);
	const text = filter.q === '' ? null : `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
	const certificates = {
		expired: sql<SqlBool>`i.certificate_until < ${today}::date`,
		soon: sql<SqlBool>`i.certificate_until between ${today}::date and ${soon}::date`,
		valid: sql<SqlBool>`i.certificate_until > ${soon}::date`
	};
	const { rows } = await sql<Omit<InspectorListRow, 'certificate'>>`
		select i.id, i.name, i.unit, i.post, d.name as department, i.department_id as "departmentId", coalesce(r.name, i.region_code) as region,
			i.region_code as "regionCode", i.certificate_no as "certificateNo", i.certificate_until as "certificateUntil",
			i.item_ids as "itemIds", i.expert, i.state, i.recused_uscc as recused,
			(select count(*)::int from task_inspector s join sampling_object o on o.task_id = s.task_id and o.uscc = s.uscc and o.draw_n = s.draw_n
				join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n and t.state = 'drawn'
				where s.inspector_id = i.id and o.result is null)
			+ (select count(*)::int from lead_check l where i.id = any (l.inspector_ids) and l.state = 'open' and l.result is null) as open
		from inspector i join department d on d.id = i.department_id left join region r on r.code = i.region_code
		where ${withinJurisdiction(placeOf(actor), { region: 'i.region_code' })}
			and (${text}::text is null or i.name like ${text} or i.id like ${text} or i.certificate_no like ${text})
			and (${filter.unit}::text is null or i.unit = ${filter.unit})
			and (${filter.state}::text is null or i.state = ${filter.state})
			and (${filter.mine ? actor.departmentId : null}::text is null or i.department_id = ${actor.departmentId})
			and ${filter.certificate === null ? sql<SqlBool>`true` : certificates[filter.certificate]}
		order by i.unit, i.id
	`.execute(db);
	return { today, inspectors: rows.map((row): InspectorListRow => ({ ...row, certificate: certificateState(row.certificateUntil, today, soon) })) };
}

/** Units that inspectors of the jurisdiction belong to, for a filter. */
export async function inspectorUnits(db: Kysely<DB>, actor: Actor): Promise<readonly string[]> {
	if (!may(actor, 'task.see')) return [];
	const rows = await db.selectFrom('inspector').select('unit').distinct().where(withinJurisdiction(placeOf(actor), { region: 'inspector.region_code' })).orderBy('unit').execute();
	return rows.map(({ unit }) => unit);
}

/** What cells of the register mean to an actor: items of the own department, regions of the jurisdiction. */
export async function inspectorNames(db: Kysely<DB>, actor: Actor): Promise<InspectorNames> {
	const [items, regions] = await Promise.all([listItems(db, actor), regionChoices(db, actor)]);
	return { items: items.filter((item) => item.department_id === actor.departmentId).map(({ id, number, name }) => ({ id, number, name })), regions };
}

/** An inspector with the history, newest version first; each version with what it changed. */
export async function inspectorDetail(db: Kysely<DB>, actor: Actor, id: string) {
	const person = (await listInspectors(db, actor)).inspectors.find((one) => one.id === id);
	if (person === undefined) return notFound;
	const [versions, items, regions] = await Promise.all([versionsOf(db, 'inspector', id), listItems(db, actor), regionChoices(db, actor)]);
	const names = { items: items.filter((item) => item.department_id === person.departmentId).map((item) => ({ id: item.id, number: item.number, name: item.name })), regions };
	const contents = versions.map(({ content }) => ({ ...newInspector, ...(content as InspectorContent), id }));
	return {
		ok: true as const,
		inspector: person,
		items: names.items,
		versions: versions.map(({ content: _, ...version }, i) => {
			const before = contents[i + 1];
			return { ...version, differences: before === undefined ? null : differences(inspectorColumns, before, contents[i]!, names) };
		})
	};
}

/** Adds or changes an inspector of the planner's own department. @param input content and `id`; what is not said stays, or is as usual. */
export async function saveInspector(db: Kysely<DB>, actor: Actor, input: Readonly<Record<string, unknown>>): Promise<{ ok: true } | Refusal> {
	const refusal = check(actor, 'register.edit', { departmentId: actor.departmentId });
	if (refusal) return refusal;
	const id = v.safeParse(inspectorIdSchema, input['id']);
	if (!id.success) return fieldRefusal('id');
	return db.transaction().execute(async (trx) => {
		const old = await trx.selectFrom('inspector').selectAll().where('id', '=', id.output).forUpdate().executeTakeFirst();
		if (old && !isOwn(actor, old)) return notAllowed;
		const parsed = v.safeParse(inspectorContentSchema, { ...(old ? inspectorContentOf(old) : newInspector), ...input });
		if (!parsed.success) return fieldRefusal(v.getDotPath(parsed.issues[0])?.split('.')[0] ?? '');
		const { regionCode, itemIds } = parsed.output;
		if (!inScope(scopeOf(actor), regionCode)) return refuse('region-outside', { what: 'regionCode' });
		const own = (await inspectorNames(trx, actor)).items.map((item) => item.id);
		if (itemIds?.some((item) => !own.includes(item) && !old?.item_ids?.includes(item))) return fieldRefusal('itemIds');
		await writeInspector(trx, actor, id.output, old ?? null, parsed.output, 'form');
		return { ok: true };
	});
}

/** Of the own department, and at a place that the actor looks after. */
export const isOwn = (actor: Actor, row: Pick<InspectorDbRow, 'department_id' | 'region_code'>): boolean =>
	row.department_id === actor.departmentId && inScope(scopeOf(actor), row.region_code);

/** Writes an inspector with a version and an entry in the trail; false where nothing changed. The row is locked by the caller. */
export async function writeInspector(trx: Kysely<DB>, actor: Actor, id: string, old: InspectorDbRow | null, person: InspectorContent, way: Way): Promise<boolean> {
	const noNames = { items: [], regions: [] };
	const changed = old === null ? [] : differences(inspectorColumns, { ...inspectorContentOf(old), id }, { ...person, id }, noNames);
	if (old !== null && changed.length === 0) return false;
	if (old === null) await trx.insertInto('inspector').values({ id, department_id: actor.departmentId, ...columnsOf(person) }).execute();
	else {
		await addFirstVersion(trx, 'inspector', id, inspectorContentOf(old));
		await trx.updateTable('inspector').set(columnsOf(person)).where('id', '=', id).execute();
	}
	await addVersions(trx, 'inspector', way, actor.id, [{ id, content: person }]);
	if (way === 'import') return true;
	await audit(trx, actor, {
		action: old ? 'inspector.change' : 'inspector.add', objectKind: 'inspector', objectId: id,
		detail: { until: person.certificateUntil, state: person.state, ...(old ? { fields: changed.map(({ key }) => key) } : {}) }
	});
	return true;
}

import { sql, type Kysely } from 'kysely';
import * as v from 'valibot';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, refuse, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { databaseToday } from './task-access.server.ts';
import { daySchema } from './task-scope.ts';

export const inspectorStates = ['active', 'leave', 'left'] as const;
export const itemMethods = ['on-site', 'paper', 'network'] as const;

/** 抽查事项清单, of all departments. */
export async function listItems(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'task.see')) return [];
	return db
		.selectFrom('inspection_item as i')
		.innerJoin('department as d', 'd.id', 'i.department_id')
		.selectAll('i')
		.select('d.name as department')
		.orderBy('i.number')
		.execute();
}

/** What a new task or lead check can be about: active items of the actor's own department. Nobody inspects for another authority. */
export async function ownItems(db: Kysely<DB>, actor: Actor) {
	return (await listItems(db, actor)).filter((i) => i.active && i.department_id === actor.departmentId);
}

const itemSchema = v.object({
	id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{2,40}$/)),
	number: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(20)),
	name: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(60)),
	subItem: v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(60))),
	legalBasis: v.pipe(v.string(), v.trim(), v.minLength(4), v.maxLength(300)),
	method: v.picklist(itemMethods),
	validityDays: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3650)),
	active: v.boolean()
});

/** Adds or changes an inspection item of the actor's department. */
export async function saveItem(db: Kysely<DB>, actor: Actor, input: unknown): Promise<{ ok: true } | Refusal> {
	const refusal = check(actor, 'preset.edit');
	if (refusal) return refusal;
	const item = v.safeParse(itemSchema, input);
	if (!item.success) return refuse('input-invalid', { what: v.getDotPath(item.issues[0]) ?? '' });
	const { id, number, name, subItem, legalBasis, method, validityDays, active } = item.output;
	const row = { number, name, sub_item: subItem || null, legal_basis: legalBasis, method, validity_days: validityDays, active };
	return db.transaction().execute(async (trx) => {
		const old = await trx.selectFrom('inspection_item').select('department_id').where('id', '=', id).forUpdate().executeTakeFirst();
		if (old && old.department_id !== actor.departmentId) return notAllowed;
		await trx
			.insertInto('inspection_item')
			.values({ id, ...row, department_id: actor.departmentId })
			.onConflict((oc) => oc.column('id').doUpdateSet(row))
			.execute();
		await audit(trx, actor, { action: old ? 'item.change' : 'item.add', objectKind: 'inspection_item', objectId: id, detail: row });
		return { ok: true };
	});
}

/** 执法检查人员名录库: inspectors of the jurisdiction with what they are assigned to now; never a figure of what they found. */
export async function listInspectors(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'task.see')) return { today: await databaseToday(db), inspectors: [] };
	const { rows } = await sql<{
		id: string; name: string; unit: string; department: string; departmentId: string; region: string; regionCode: string;
		certificateNo: string; certificateUntil: string; itemIds: string[] | null; expert: boolean; state: string; recused: string[]; open: number;
	}>`
		select i.id, i.name, i.unit, d.name as department, i.department_id as "departmentId", coalesce(r.name, i.region_code) as region,
			i.region_code as "regionCode", i.certificate_no as "certificateNo", i.certificate_until as "certificateUntil",
			i.item_ids as "itemIds", i.expert, i.state, i.recused_uscc as recused,
			(select count(*)::int from task_inspector s join sampling_object o on o.task_id = s.task_id and o.uscc = s.uscc
				where s.inspector_id = i.id and o.result is null) as open
		from inspector i join department d on d.id = i.department_id left join region r on r.code = i.region_code
		where ${withinJurisdiction({ ...scopeOf(actor), industries: null }, { region: 'i.region_code' })}
		order by i.unit, i.id
	`.execute(db);
	return { today: await databaseToday(db), inspectors: rows };
}

const inspectorSchema = v.object({
	id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{2,40}$/)),
	name: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(40)),
	unit: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(60)),
	regionCode: v.pipe(v.string(), v.regex(/^\d{6}$/)),
	certificateNo: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(40)),
	certificateUntil: daySchema,
	itemIds: v.nullable(v.array(v.string())),
	expert: v.boolean(),
	state: v.picklist(inspectorStates),
	recused: v.array(v.pipe(v.string(), v.length(18)))
});

/** Adds or changes an inspector of the planner's own department. */
export async function saveInspector(db: Kysely<DB>, actor: Actor, input: unknown): Promise<{ ok: true } | Refusal> {
	const refusal = check(actor, 'task.create');
	if (refusal) return refusal;
	const parsed = v.safeParse(inspectorSchema, input);
	if (!parsed.success) return refuse('input-invalid', { what: v.getDotPath(parsed.issues[0]) ?? '' });
	const { id, name, unit, regionCode, certificateNo, certificateUntil, itemIds, expert, state, recused } = parsed.output;
	if (!inScope(scopeOf(actor), regionCode)) return refuse('region-outside');
	const row = {
		name, unit, region_code: regionCode, certificate_no: certificateNo, certificate_until: certificateUntil,
		item_ids: itemIds, expert, state, recused_uscc: recused
	};
	return db.transaction().execute(async (trx) => {
		const old = await trx.selectFrom('inspector').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
		if (old && old.department_id !== actor.departmentId) return notAllowed;
		await trx
			.insertInto('inspector')
			.values({ id, department_id: actor.departmentId, ...row })
			.onConflict((oc) => oc.column('id').doUpdateSet(row))
			.execute();
		await audit(trx, actor, {
			action: old ? 'inspector.change' : 'inspector.add',
			objectKind: 'inspector',
			objectId: id,
			detail: { certificateUntil, state, expert, items: itemIds, recused: recused.length }
		});
		return { ok: true };
	});
}

import type { Kysely, Selectable } from 'kysely';
import * as v from 'valibot';
import type { DB, InspectionItem } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { differences } from './differences.ts';
import { itemColumns } from './item-columns.ts';
import { itemContentSchema, itemIdSchema, newItem, type ItemContent } from './items.ts';
import { fieldRefusal, type Way } from './registers.ts';
import { addFirstVersion, addVersions, versionsOf } from './versions.server.ts';

type ItemRow = Selectable<InspectionItem>;

/** What stands in the list, as histories and files know it. */
export const itemContentOf = (row: ItemRow): ItemContent => ({
	number: row.number, name: row.name, subItem: row.sub_item, legalBasis: row.legal_basis, objectKinds: row.object_kinds, ratio: row.ratio, frequency: row.frequency,
	method: row.method as ItemContent['method'], staffNeeded: row.staff_needed, validityDays: row.validity_days, statutory: row.statutory, keyField: row.key_field,
	field: row.field, industries: row.industries, active: row.active
});

const columnsOf = (item: ItemContent) => ({
	number: item.number, name: item.name, sub_item: item.subItem, legal_basis: item.legalBasis, object_kinds: item.objectKinds, ratio: item.ratio, frequency: item.frequency,
	method: item.method, staff_needed: item.staffNeeded, validity_days: item.validityDays, statutory: item.statutory, key_field: item.keyField,
	field: item.field, industries: item.industries, active: item.active
});

/** 抽查事项清单, of all departments. */
export async function listItems(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'task.see')) return [];
	return db
		.selectFrom('inspection_item as i')
		.innerJoin('department as d', 'd.id', 'i.department_id')
		.selectAll('i')
		.select('d.name as department')
		.orderBy('i.number')
		.orderBy('i.id')
		.execute();
}

/** What a new task or lead check can be about: active items of the actor's own department. Nobody inspects for another authority. */
export async function ownItems(db: Kysely<DB>, actor: Actor) {
	return (await listItems(db, actor)).filter((i) => i.active && i.department_id === actor.departmentId);
}

/** An item with its history, newest version first; each version with what it changed. */
export async function itemDetail(db: Kysely<DB>, actor: Actor, id: string) {
	if (!may(actor, 'task.see')) return notAllowed;
	const item = (await listItems(db, actor)).find((one) => one.id === id);
	if (item === undefined) return notFound;
	const versions = await versionsOf(db, 'item', id);
	const contents = versions.map(({ content }) => ({ ...newItem, ...(content as ItemContent) }));
	return {
		ok: true as const,
		item: { ...itemContentOf(item), id, department: item.department, departmentId: item.department_id },
		versions: versions.map(({ content: _, ...version }, i) => {
			const before = contents[i + 1];
			return { ...version, differences: before === undefined ? null : differences(itemColumns, before, contents[i]!, null) };
		})
	};
}

/** Adds or changes an inspection item of the actor's department. @param input content and `id`; what is not said stays, or is as usual. */
export async function saveItem(db: Kysely<DB>, actor: Actor, input: Readonly<Record<string, unknown>>): Promise<{ ok: true } | Refusal> {
	const refusal = check(actor, 'preset.edit');
	if (refusal) return refusal;
	const id = v.safeParse(itemIdSchema, input['id']);
	if (!id.success) return fieldRefusal('id');
	return db.transaction().execute(async (trx) => {
		const old = await trx.selectFrom('inspection_item').selectAll().where('id', '=', id.output).forUpdate().executeTakeFirst();
		if (old && old.department_id !== actor.departmentId) return notAllowed;
		const parsed = v.safeParse(itemContentSchema, { ...(old ? itemContentOf(old) : newItem), ...input });
		if (!parsed.success) return fieldRefusal(v.getDotPath(parsed.issues[0])?.split('.')[0] ?? '');
		const taken = await trx
			.selectFrom('inspection_item').select('id').where('department_id', '=', actor.departmentId).where('number', '=', parsed.output.number).where('id', '<>', id.output).executeTakeFirst();
		if (taken) return refuse('number-taken', { what: 'number' });
		await writeItem(trx, actor, id.output, old ?? null, parsed.output, 'form');
		return { ok: true };
	});
}

/** Writes an item with its version and its entry in the trail; says nothing where nothing changed. The row is locked by the caller. */
export async function writeItem(trx: Kysely<DB>, actor: Actor, id: string, old: ItemRow | null, item: ItemContent, way: Way): Promise<boolean> {
	const changed = old === null ? [] : differences(itemColumns, itemContentOf(old), item, null);
	if (old !== null && changed.length === 0) return false;
	if (old === null) await trx.insertInto('inspection_item').values({ id, department_id: actor.departmentId, ...columnsOf(item) }).execute();
	else {
		await addFirstVersion(trx, 'item', id, itemContentOf(old));
		await trx.updateTable('inspection_item').set(columnsOf(item)).where('id', '=', id).execute();
	}
	await addVersions(trx, 'item', way, actor.id, [{ id, content: item }]);
	if (way === 'import') return true;
	await audit(trx, actor, {
		action: old ? 'item.change' : 'item.add', objectKind: 'inspection_item', objectId: id,
		detail: { number: item.number, name: item.name, ...(old ? { fields: changed.map(({ key }) => key) } : {}) }
	});
	return true;
}


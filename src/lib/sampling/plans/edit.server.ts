import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import * as v from 'valibot';
import { nextNumbers } from '#db/numbers.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { ownItems } from '../registers/items.server.ts';
import { databaseToday, madeBefore } from '../tasks/access.server.ts';
import { lockPlan } from './access.server.ts';
import { entryFault, entrySchema, type PlanEntry } from './entry.ts';
import { otherDepartments } from './partners.server.ts';
import { wholeOf } from './scope-rules.ts';
import { planNumber } from './states.ts';

/** A plan's name as it is kept. */
const nameOf = (name: string): string | null => {
	const trimmed = name.trim();
	return trimmed.length >= 2 && trimmed.length <= 80 ? trimmed : null;
};

/** Begins a department's yearly plan (年度抽查工作计划). @param wanted `id` is chosen by the form, so that sending it twice makes one. */
export async function createPlan(
	db: Kysely<DB>, actor: Actor, wanted: { readonly id?: string; readonly year: number; readonly name: string }
): Promise<{ ok: true; id: string } | Refusal> {
	const refusal = check(actor, 'plan.edit', { departmentId: actor.departmentId });
	if (refusal) return refusal;
	const name = nameOf(wanted.name);
	if (name === null) return refuse('name-missing');
	const id = wanted.id ?? randomUUID();
	return db.transaction().execute(async (trx) => {
		const made = await madeBefore(trx, 'sampling_plan', id, actor);
		if (made) return made;
		const thisYear = Number((await databaseToday(trx)).slice(0, 4));
		// A plan is made for the year that runs or the one to come.
		if (wanted.year !== thisYear && wanted.year !== thisYear + 1) return refuse('plan-year', { from: thisYear, to: thisYear + 1 });
		const number = planNumber(String(wanted.year), await nextNumbers(trx, 'sampling-plan', String(wanted.year)));
		await trx
			.insertInto('sampling_plan')
			.values({ id, number, year: wanted.year, name, department_id: actor.departmentId, region_code: actor.regionCode, state: 'draft', created_by: actor.id })
			.execute();
		await audit(trx, actor, { action: 'plan.create', objectKind: 'sampling_plan', objectId: id, detail: { number, name } });
		return { ok: true, id };
	});
}

/** Gives a draft another name. */
export async function renamePlan(db: Kysely<DB>, actor: Actor, id: string, version: number, name: string): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockPlan(trx, actor, id, version, null);
		if (!locked.ok) return locked;
		const kept = nameOf(name);
		if (kept === null) return refuse('name-missing');
		await trx.updateTable('sampling_plan').set({ name: kept, version: version + 1 }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'plan.change', objectKind: 'sampling_plan', objectId: id, detail: { number: locked.plan.number, name: kept } });
		return { ok: true };
	});
}

async function entryRefusal(trx: Kysely<DB>, actor: Actor, year: number, entry: PlanEntry): Promise<Refusal | null> {
	const fault = entryFault(entry, year, wholeOf(actor.regionCode, actor.industries));
	if (fault) return refuse(fault.reason, 'what' in fault ? { what: fault.what } : {});
	const own = scopeOf(actor);
	if (entry.scope.memberWarnings.length > 0) return refuse('input-invalid');
	if (entry.scope.cells.some((cell) => !inScope(own, cell.region, cell.industry))) return notFound;
	if (!(await ownItems(trx, actor)).some((item) => item.id === entry.itemId)) return refuse('item-unknown');
	const departments = await otherDepartments(trx, actor);
	return entry.departmentIds.every((one) => departments.some((d) => d.id === one)) ? null : refuse('department-unknown');
}

/** Adds a line to a draft, or changes one. @param entryId null: a new line at the end. */
export async function saveEntry(
	db: Kysely<DB>, actor: Actor, planId: string, version: number, entryId: string | null, input: unknown
): Promise<{ ok: true; id: string } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockPlan(trx, actor, planId, version, null);
		if (!locked.ok) return locked;
		const parsed = v.safeParse(entrySchema, input);
		if (!parsed.success) return refuse('input-invalid', { what: v.getDotPath(parsed.issues[0]) ?? '' });
		const entry = { ...parsed.output, departmentIds: [...new Set(parsed.output.departmentIds)] };
		const refusal = await entryRefusal(trx, actor, locked.plan.year, entry);
		if (refusal) return refusal;
		const row = {
			item_id: entry.itemId, kind: entry.kind, occurrence: entry.occurrence, scope: JSON.stringify(entry.scope), department_ids: entry.departmentIds,
			from_on: entry.fromOn, until_on: entry.untilOn, mode: entry.mode, promised: entry.promised, note: entry.note || null
		};
		const id = entryId ?? randomUUID();
		if (entryId === null) {
			await trx
				.insertInto('plan_entry')
				.values((eb) => ({
					id, plan_id: planId, origin: id, ...row,
					position: eb.selectFrom('plan_entry').select(sql<number>`coalesce(max(position), 0) + 1`.as('next')).where('plan_id', '=', planId)
				}))
				.execute();
		} else {
			const changed = await trx.updateTable('plan_entry').set(row).where('id', '=', entryId).where('plan_id', '=', planId).executeTakeFirst();
			if (changed.numUpdatedRows === 0n) return notFound;
		}
		await changedPlan(trx, actor, locked.plan, { entry: id, item: entry.itemId });
		return { ok: true, id };
	});
}

/** Takes a line out of a draft. */
export async function removeEntry(db: Kysely<DB>, actor: Actor, planId: string, version: number, entryId: string): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockPlan(trx, actor, planId, version, null);
		if (!locked.ok) return locked;
		const gone = await trx.deleteFrom('plan_entry').where('id', '=', entryId).where('plan_id', '=', planId).returning('item_id').executeTakeFirst();
		if (!gone) return notFound;
		await changedPlan(trx, actor, locked.plan, { entry: entryId, item: gone.item_id, removed: true });
		return { ok: true };
	});
}

async function changedPlan(trx: Kysely<DB>, actor: Actor, plan: { id: string; number: string; version: number }, detail: object): Promise<void> {
	await trx.updateTable('sampling_plan').set({ version: plan.version + 1 }).where('id', '=', plan.id).execute();
	await audit(trx, actor, { action: 'plan.change', objectKind: 'sampling_plan', objectId: plan.id, detail: { number: plan.number, ...detail } });
}

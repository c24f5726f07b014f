import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { nextNumbers } from '#db/numbers.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notAllowed, refuse, type Refusal } from '#lib/access/refuse.ts';
import { dayOf, isDay } from '#lib/calendar/days.ts';
import { retireApproval, tellApprovers, tellAuthors } from '../notices.server.ts';
import { saysWhy } from '../reasons.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { findPlan, lockPlan, type Plan } from './access.server.ts';
import { planInForce, planNumber } from './states.ts';

type Done = { readonly ok: true } | Refusal;

const toldOf = ({ id, number }: Plan) => ({ objectKind: 'sampling_plan' as const, objectId: id, number });

/** Puts a draft before the head of the department. */
export async function submitPlan(db: Kysely<DB>, actor: Actor, id: string, version: number): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockPlan(trx, actor, id, version, 'submit');
		if (!locked.ok) return locked;
		const entries = await trx.selectFrom('plan_entry').select('id').where('plan_id', '=', id).execute();
		if (entries.length === 0) return refuse('plan-empty');
		await trx
			.updateTable('sampling_plan')
			.set({ state: locked.to, submitted_by: actor.id, submitted_at: sql`now()`, version: version + 1 })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, { action: 'plan.submit', objectKind: 'sampling_plan', objectId: id, detail: { number: locked.plan.number, entries: entries.length } });
		await tellApprovers(trx, toldOf(locked.plan), locked.plan.department_id, [locked.plan.created_by], version, actor);
		return { ok: true };
	});
}

/** Takes a submitted plan back to its draft, before anybody has decided. */
export async function recallPlan(db: Kysely<DB>, actor: Actor, id: string, version: number): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockPlan(trx, actor, id, version, 'recall');
		if (!locked.ok) return locked;
		await trx.updateTable('sampling_plan').set({ state: locked.to, version: version + 1 }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'plan.recall', objectKind: 'sampling_plan', objectId: id, detail: { number: locked.plan.number } });
		await retireApproval(trx, toldOf(locked.plan));
		return { ok: true };
	});
}

/** The head of the department approves, or gives back with the reason; never their own. What an approved plan amends is closed with it. */
export async function decidePlan(
	db: Kysely<DB>, actor: Actor, id: string, version: number, decision: { readonly approve: boolean; readonly note: string }
): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockPlan(trx, actor, id, version, decision.approve ? 'approve' : 'return');
		if (!locked.ok) return locked;
		const note = decision.note.trim();
		if (!decision.approve && !saysWhy(note)) return refuse('reason-missing');
		await trx
			.updateTable('sampling_plan')
			.set({ state: locked.to, decided_by: actor.id, decided_at: sql`now()`, decision_note: note || null, version: version + 1 })
			.where('id', '=', id)
			.execute();
		if (decision.approve && locked.plan.amends !== null) {
			await trx
				.updateTable('sampling_plan')
				.set((eb) => ({ state: 'closed', version: eb('version', '+', 1) }))
				.where('id', '=', locked.plan.amends)
				.execute();
		}
		await audit(trx, actor, {
			action: decision.approve ? 'plan.approve' : 'plan.return', objectKind: 'sampling_plan', objectId: id,
			detail: { number: locked.plan.number, ...(decision.approve ? {} : { reason: note }) }
		});
		await retireApproval(trx, toldOf(locked.plan));
		await tellAuthors(trx, toldOf(locked.plan), [locked.plan.created_by, locked.plan.submitted_by], decision.approve, version, actor);
		return { ok: true };
	});
}

/** Notes under which number and on which day an approved plan was filed (备案). @param filedOn `YYYY-MM-DD`, from the approval to today. */
export async function filePlan(
	db: Kysely<DB>, actor: Actor, id: string, version: number, filing: { readonly filedOn: string; readonly filingNo: string }
): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockPlan(trx, actor, id, version, 'file');
		if (!locked.ok) return locked;
		const filingNo = filing.filingNo.trim();
		if (filingNo.length < 2 || filingNo.length > 60) return refuse('filing-no-missing');
		if (!isDay(filing.filedOn)) return refuse('not-a-day');
		if (filing.filedOn > (await databaseToday(trx))) return refuse('in-the-future');
		const approved = locked.plan.decided_at === null ? null : dayOf(new Date(locked.plan.decided_at));
		if (approved !== null && filing.filedOn < approved) return refuse('filed-before-approval', { day: approved });
		await trx
			.updateTable('sampling_plan')
			.set({ state: locked.to, filed_on: filing.filedOn, filing_no: filingNo, version: version + 1 })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, {
			action: 'plan.file', objectKind: 'sampling_plan', objectId: id, detail: { number: locked.plan.number, filingNo, day: filing.filedOn }
		});
		return { ok: true };
	});
}

/** Ends a plan: a draft that is given up, or a filed one that was carried out. Tasks still under way are finished first. */
export async function closePlan(db: Kysely<DB>, actor: Actor, id: string, version: number): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockPlan(trx, actor, id, version, 'close');
		if (!locked.ok) return locked;
		const { rows } = await sql<{ n: number }>`
			select count(*)::int as n from sampling_task t join plan_entry e on e.id = t.plan_entry_id
			where e.plan_id = ${id} and t.state not in ('done', 'cancelled')
		`.execute(trx);
		if (rows[0]!.n > 0) return refuse('tasks-open', { n: rows[0]!.n });
		await trx.updateTable('sampling_plan').set({ state: locked.to, version: version + 1 }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'plan.close', objectKind: 'sampling_plan', objectId: id, detail: { number: locked.plan.number, from: locked.plan.state } });
		return { ok: true };
	});
}

/** Copies a plan in force into a draft that will take its place: its lines go on with what was done under them. */
export async function amendPlan(db: Kysely<DB>, actor: Actor, id: string): Promise<{ ok: true; id: string } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await findPlan(trx, actor, id);
		if (!found.ok) return found;
		const { plan } = found;
		if (check(actor, 'plan.edit', { departmentId: plan.department_id })) return notAllowed;
		// Two at once would make two drafts.
		await trx.selectFrom('sampling_plan').select('id').where('id', '=', id).forUpdate().execute();
		if (!planInForce(plan.state)) return refuse('plan-wrong-state', { state: plan.state });
		const open = await trx.selectFrom('sampling_plan').select('number').where('amends', '=', id).where('state', 'in', ['draft', 'submitted']).executeTakeFirst();
		if (open) return refuse('amended-already', { number: open.number });
		return { ok: true, id: await copyOf(trx, actor, plan) };
	});
}

async function copyOf(trx: Kysely<DB>, actor: Actor, plan: Plan): Promise<string> {
	const id = randomUUID();
	const year = String(plan.year);
	const number = planNumber(year, await nextNumbers(trx, 'sampling-plan', year));
	await trx
		.insertInto('sampling_plan')
		.values({
			id, number, year: plan.year, name: plan.name, department_id: plan.department_id, region_code: plan.region_code, state: 'draft',
			created_by: actor.id, amends: plan.id
		})
		.execute();
	await sql`
		insert into plan_entry (id, plan_id, position, item_id, kind, occurrence, scope, department_ids, from_on, until_on, mode, promised, note, origin)
		select gen_random_uuid()::text, ${id}, position, item_id, kind, occurrence, scope, department_ids, from_on, until_on, mode, promised, note, origin
		from plan_entry where plan_id = ${plan.id}
	`.execute(trx);
	await audit(trx, actor, { action: 'plan.amend', objectKind: 'sampling_plan', objectId: id, detail: { number, from: plan.number } });
	return id;
}

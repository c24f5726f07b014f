import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { nextNumbers } from '#db/numbers.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { saysWhy } from '../reasons.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { pendingVisits, type PendingRow } from './pending.server.ts';
import { leadOf } from './propose.ts';

/** `ZH2026-000012`. */
const jointNumber = (year: string, serial: number): string => `ZH${year}-${String(serial).padStart(6, '0')}`;

/** Decisions about one enterprise take turns: two departments must not join the same visits twice. */
async function lockEnterprise(trx: Transaction<DB>, uscc: string): Promise<void> {
	await sql`select pg_advisory_xact_lock(hashtextextended(${`joint ${uscc}`}, 0))`.execute(trx);
}

/** The visits asked for, as they are still to be made now; refused where one of them was made or decided meanwhile, or none is the actor's own. */
async function partsOf(trx: Transaction<DB>, actor: Actor, uscc: string, refs: readonly string[]): Promise<{ readonly ok: true; readonly parts: readonly PendingRow[] } | Refusal> {
	const wanted = new Set(refs);
	const parts = (await pendingVisits(trx, actor, [uscc])).filter((p) => wanted.has(p.ref));
	if (parts.length === 0) return notFound;
	if (parts.length < wanted.size || parts.length < 2) return refuse('visit-made');
	return parts.some((p) => p.departmentId === actor.departmentId) ? { ok: true, parts } : notAllowed;
}

async function write(
	trx: Transaction<DB>, actor: Actor, state: 'joined' | 'apart', uscc: string, parts: readonly PendingRow[], reason: string | null
): Promise<{ readonly id: string; readonly number: string }> {
	const today = await databaseToday(trx);
	const id = randomUUID();
	const number = jointNumber(today.slice(0, 4), await nextNumbers(trx, 'joint-visit', today.slice(0, 4)));
	const lead = leadOf(parts);
	const last = parts.flatMap((p) => p.dueOn ?? []).sort()[0] ?? null;
	// What was said about some of these visits before is replaced by what is said now about all of them.
	await sql`
		update joint_visit j set state = 'undone', version = j.version + 1
		where j.uscc = ${uscc} and j.state in ('joined', 'apart')
			and exists (select from joint_visit_part p where p.joint_id = j.id and p.ref = any(${parts.map((p) => p.ref)}::text[]))
	`.execute(trx);
	await trx
		.insertInto('joint_visit')
		.values({
			id, number, uscc, state, lead_department_id: lead.departmentId, lead_rule: lead.rule, visit_from: state === 'joined' ? today : null,
			visit_until: state === 'joined' ? last : null, reason, decided_by: actor.id
		})
		.execute();
	await trx
		.insertInto('joint_visit_part')
		.values(parts.map((p) => ({ uscc, joint_id: id, ref: p.ref, department_id: p.departmentId, item_id: p.itemId, due_on: p.dueOn })))
		.execute();
	await audit(trx, actor, {
		action: state === 'joined' ? 'joint.join' : 'joint.apart', objectKind: 'joint_visit', objectId: id,
		detail: { number, uscc, visits: parts.length, ...(reason === null ? {} : { reason }) }
	});
	return { id, number };
}

/** Visits of several lists to one enterprise become one; the department that leads follows by rule. */
export async function joinVisits(
	db: Kysely<DB>, actor: Actor, uscc: string, refs: readonly string[]
): Promise<{ readonly ok: true; readonly number: string } | Refusal> {
	const refusal = check(actor, 'task.merge');
	if (refusal) return refusal;
	return db.transaction().execute(async (trx) => {
		await lockEnterprise(trx, uscc);
		const found = await partsOf(trx, actor, uscc, refs);
		if (!found.ok) return found;
		const { number } = await write(trx, actor, 'joined', uscc, found.parts, null);
		return { ok: true, number };
	});
}

/** Somebody decided that the visits stay apart, and why. */
export async function keepApart(
	db: Kysely<DB>, actor: Actor, uscc: string, refs: readonly string[], reason: string
): Promise<{ readonly ok: true } | Refusal> {
	const refusal = check(actor, 'task.merge');
	if (refusal) return refusal;
	if (!saysWhy(reason)) return refuse('reason-missing');
	return db.transaction().execute(async (trx) => {
		await lockEnterprise(trx, uscc);
		const found = await partsOf(trx, actor, uscc, refs);
		if (!found.ok) return found;
		await write(trx, actor, 'apart', uscc, found.parts, reason.trim().slice(0, 300));
		return { ok: true };
	});
}

/** Takes a decision back while none of its visits was made: the proposal is there again. */
export async function undoJoint(db: Kysely<DB>, actor: Actor, id: string): Promise<{ readonly ok: true } | Refusal> {
	const refusal = check(actor, 'task.merge');
	if (refusal) return refusal;
	return db.transaction().execute(async (trx) => {
		const joint = await trx.selectFrom('joint_visit').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
		const parts = await trx.selectFrom('joint_visit_part').selectAll().where('joint_id', '=', id).execute();
		if (!joint) return notFound;
		const pending = await pendingVisits(trx, actor, [joint.uscc]);
		if (pending.length === 0) return notFound;
		if (!parts.some((p) => p.department_id === actor.departmentId)) return notAllowed;
		if (joint.state === 'undone' || parts.some((p) => !pending.some((v) => v.ref === p.ref))) return refuse('visit-made');
		await trx.updateTable('joint_visit').set({ state: 'undone', version: joint.version + 1 }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'joint.undo', objectKind: 'joint_visit', objectId: id, detail: { number: joint.number, uscc: joint.uscc } });
		return { ok: true };
	});
}

/**
 * A draw whose task leaves those on other open lists in has decided it: whoever was drawn and waits on another list is visited once. Called
 * with the draw.
 */
export async function joinDrawn(trx: Transaction<DB>, actor: Actor, taskId: string, usccs: readonly string[]): Promise<number> {
	const visits = await pendingVisits(trx, actor, usccs);
	const byUscc = Map.groupBy(visits, (v) => v.uscc);
	let joined = 0;
	for (const [uscc, parts] of byUscc) {
		if (parts.length < 2 || !parts.some((p) => p.ref === `task:${taskId}`)) continue;
		await lockEnterprise(trx, uscc);
		await write(trx, actor, 'joined', uscc, parts, null);
		joined++;
	}
	return joined;
}

/** A draw that was taken back takes its visits out of what was decided about them. */
export async function leaveJoint(trx: Transaction<DB>, ref: string): Promise<void> {
	await sql`
		update joint_visit j set state = 'undone', version = j.version + 1
		where j.state in ('joined', 'apart') and exists (select from joint_visit_part p where p.joint_id = j.id and p.ref = ${ref})
	`.execute(trx);
}

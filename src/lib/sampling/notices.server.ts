import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NoticeKind } from '#lib/notices/kinds.ts';
import { notify, retire, type NewNotice } from '#lib/notices/notify.server.ts';
import { listOf, refText, type VisitRef } from './fieldwork/refs.ts';

/** What people are told about: a plan or campaign, a list, or, for its inspectors, their part of a list. */
export type Told = {
	readonly objectKind: 'sampling_plan' | 'campaign' | 'sampling_task' | 'lead_check' | 'own_task' | 'own_lead_check';
	readonly objectId: string;
	readonly number: string;
};

/** @param round sets apart the times that the same thing is told of the same object. @param by null: the system. */
async function tell(
	trx: Transaction<DB>, kind: NoticeKind, { objectKind, objectId, number }: Told, people: readonly string[], round: string | number, by: Actor | null,
	unlessUnread = false
): Promise<void> {
	const key = `${kind}|${objectId}|${round}`;
	const detail: NewNotice['detail'] = by === null ? {} : { by: by.displayName };
	await notify(trx, people.filter((id) => id !== by?.id).map((userId) => ({ userId, kind, objectKind, objectId, number, key, detail, unlessUnread })));
}

/** Tells the heads of a department that something waits for their decision; not those who made it. */
export async function tellApprovers(
	trx: Transaction<DB>, told: Told, departmentId: string, authors: readonly (string | null)[], round: number, by: Actor
): Promise<void> {
	const heads = await trx
		.selectFrom('app_user').select('id')
		.where('role', '=', 'leader').where('state', '=', 'active').where('department_id', '=', departmentId).where(sql<boolean>`'approver' = any(grants)`)
		.orderBy('id').execute();
	await tell(trx, 'sampling-to-approve', told, heads.map(({ id }) => id).filter((id) => !authors.includes(id)), round, by);
}

/** Tells those who made something how it was decided. */
export async function tellAuthors(
	trx: Transaction<DB>, told: Told, authors: readonly (string | null)[], approved: boolean, round: number, by: Actor
): Promise<void> {
	const people = await trx
		.selectFrom('app_user').select('id')
		.where('state', '=', 'active').where('id', 'in', ['', ...authors.filter((id) => id !== null)]).orderBy('id').execute();
	await tell(trx, approved ? 'sampling-approved' : 'sampling-returned', told, people.map(({ id }) => id), round, by);
}

/** Tells the planner of a list; where they have left, every planner of its department. */
export async function tellPlanner(
	trx: Transaction<DB>, kind: 'task-rechecked' | 'results-to-review' | 'rectification-checked', told: Told,
	list: { readonly createdBy: string | null; readonly departmentId: string }, round: string, by: Actor | null, unlessUnread = false
): Promise<void> {
	const planners = await trx
		.selectFrom('app_user').select('id')
		.where('role', '=', 'planner').where('state', '=', 'active').where('department_id', '=', list.departmentId).orderBy('id').execute();
	const own = planners.filter(({ id }) => id === list.createdBy);
	await tell(trx, kind, told, (own.length > 0 ? own : planners).map(({ id }) => id), round, by, unlessUnread);
}

/** A list as its inspectors find it among their own. */
const ownList = (ref: VisitRef, number: string): Told => ({ objectKind: ref.kind === 'task' ? 'own_task' : 'own_lead_check', objectId: ref.id, number });

async function tellInspectors(
	trx: Transaction<DB>, kind: 'visits-assigned' | 'visit-returned' | 'rectification-to-check', ref: VisitRef, number: string, inspectorIds: readonly string[], round: string | number, by: Actor
): Promise<void> {
	const accounts = await trx
		.selectFrom('app_user').select('id')
		.where('role', '=', 'inspector').where('state', '=', 'active').where('inspector_id', 'in', ['', ...inspectorIds]).orderBy('id').execute();
	await tell(trx, kind, ownList(ref, number), accounts.map(({ id }) => id), round, by);
}

/** Tells inspectors and experts that there are visits for them. @param round number of the draw; 1 for a lead check. */
export const tellAssigned = (trx: Transaction<DB>, ref: VisitRef, number: string, inspectorIds: readonly string[], round: number, by: Actor): Promise<void> =>
	tellInspectors(trx, 'visits-assigned', ref, number, inspectorIds, round, by);

/** Tells the inspectors of a visit that its result came back. @param n which return of this visit. */
export const tellVisitReturned = (
	trx: Transaction<DB>, visit: { readonly ref: VisitRef; readonly number: string; readonly uscc: string; readonly team: readonly string[] }, n: number, by: Actor
): Promise<void> => tellInspectors(trx, 'visit-returned', visit.ref, visit.number, visit.team, `${visit.uscc}|${n}`, by);

/** Tells the planner that results wait for their review: once, however many come in, until the planner has read it. */
export async function tellReviewer(trx: Transaction<DB>, ref: VisitRef, number: string, by: Actor): Promise<void> {
	const { objectKind } = listOf(ref);
	const { rows } = await sql<{ createdBy: string; departmentId: string }>`
		select created_by as "createdBy", department_id as "departmentId" from ${sql.table(objectKind)} where id = ${ref.id}
	`.execute(trx);
	const list = rows[0];
	if (list) await tellPlanner(trx, 'results-to-review', { objectKind, objectId: ref.id, number }, list, randomUUID(), by, true);
}

/** Tells the inspectors of a visit that something has to be put right, and that they are to look again. */
export async function tellRectificationOpened(trx: Transaction<DB>, ref: VisitRef, uscc: string, number: string, id: string, by: Actor): Promise<void> {
	const { rows } = await sql<{ inspector: string }>`
		select s.inspector_id as inspector from task_inspector s join sampling_task t on t.id = s.task_id and t.draw_n = s.draw_n
		where ${ref.kind} = 'task' and s.task_id = ${ref.id} and s.uscc = ${uscc} and not s.expert
		union select unnest(l.inspector_ids) from lead_check l where ${ref.kind} = 'lead' and l.id = ${ref.id}
	`.execute(trx);
	await tellInspectors(trx, 'rectification-to-check', ref, number, rows.map((row) => row.inspector), id, by);
}

/** Tells who asked for something to be put right how it was found. @param version of the rectification: each check is told. */
export async function tellRectificationChecked(
	trx: Transaction<DB>, ref: VisitRef, number: string, asked: { readonly id: string; readonly createdBy: string | null; readonly departmentId: string }, version: number, by: Actor
): Promise<void> {
	await tellPlanner(trx, 'rectification-checked', { ...listOf(ref), number }, asked, `${asked.id}|${version}`, by);
}

/** Nothing of a plan or campaign waits for a decision any more. */
export const retireApproval = (trx: Transaction<DB>, told: Told): Promise<void> => retire(trx, told, ['sampling-to-approve']);

/** The visits of a list that was drawn before wait for nobody any more. */
export const retireVisits = (trx: Transaction<DB>, taskId: string): Promise<void> =>
	retire(trx, { objectKind: 'own_task', objectId: taskId }, ['visits-assigned', 'visit-returned']);

/** A list that was given up asks nothing of anybody. */
export async function retireList(trx: Transaction<DB>, ref: VisitRef): Promise<void> {
	await retire(trx, listOf(ref), ['task-rechecked', 'results-to-review']);
	await retire(trx, ownList(ref, ''), ['visits-assigned', 'visit-returned']);
}

/** Is there a visit of a list of which this holds? `v` has `uscc`, `result` and `reviewed_at`. */
async function someVisit(trx: Transaction<DB>, { kind, id }: VisitRef, holds: RawBuilder<unknown>): Promise<boolean> {
	const visits = kind === 'task'
		? sql`sampling_object v join sampling_task t on t.id = v.task_id and t.draw_n = v.draw_n where t.id = ${id}`
		: sql`lead_check v where v.id = ${id}`;
	const { rows } = await sql<{ some: boolean }>`select exists (select from ${visits} and ${holds}) as some`.execute(trx);
	return rows[0]!.some;
}

/** After a review or a return: takes back what the planner was told, where no result of the list waits for review any more. */
export async function retireReview(trx: Transaction<DB>, ref: VisitRef): Promise<void> {
	if (!(await someVisit(trx, ref, sql`v.result is not null and v.reviewed_at is null`))) await retire(trx, listOf(ref), ['results-to-review']);
}

/** After a visit that came back was entered anew: takes back what its inspectors were told, where no other one waits for that. */
export async function retireReturned(trx: Transaction<DB>, ref: VisitRef): Promise<void> {
	const waits = sql`v.result is null and exists (select from result_return b where b.uscc = v.uscc and b.ref = ${refText(ref)})`;
	if (!(await someVisit(trx, ref, waits))) await retire(trx, ownList(ref, ''), ['visit-returned']);
}

import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NoticeKind } from '#lib/notices/kinds.ts';
import { notify, type NewNotice } from '#lib/notices/notify.server.ts';
import { refText, type VisitRef } from './fieldwork/refs.ts';

/** What people are told about: a plan or campaign, a list, or, for its inspectors, their part of a list. */
export type Told = {
	readonly objectKind: 'sampling_plan' | 'campaign' | 'sampling_task' | 'lead_check' | 'own_task' | 'own_lead_check';
	readonly objectId: string;
	readonly number: string;
};

/** @param round sets apart the times that the same thing is told of the same object. @param by null: the system. */
async function tell(
	trx: Transaction<DB>, kind: NoticeKind, { objectKind, objectId, number }: Told, people: readonly string[], round: string | number, by: Actor | null
): Promise<void> {
	const key = `${kind}|${objectId}|${round}`;
	const detail: NewNotice['detail'] = by === null ? {} : { by: by.displayName };
	await notify(trx, people.filter((id) => id !== by?.id).map((userId) => ({ userId, kind, objectKind, objectId, number, key, detail })));
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
	trx: Transaction<DB>, kind: 'task-rechecked' | 'results-to-review', told: Told, list: { readonly createdBy: string; readonly departmentId: string }, round: string,
	by: Actor | null
): Promise<void> {
	const planners = await trx
		.selectFrom('app_user').select('id')
		.where('role', '=', 'planner').where('state', '=', 'active').where('department_id', '=', list.departmentId).orderBy('id').execute();
	const own = planners.filter(({ id }) => id === list.createdBy);
	await tell(trx, kind, told, (own.length > 0 ? own : planners).map(({ id }) => id), round, by);
}

/** A list as its inspectors find it among their own. */
const ownList = (ref: VisitRef, number: string): Told => ({ objectKind: ref.kind === 'task' ? 'own_task' : 'own_lead_check', objectId: ref.id, number });

async function tellInspectors(
	trx: Transaction<DB>, kind: 'visits-assigned' | 'visit-returned', ref: VisitRef, number: string, inspectorIds: readonly string[], round: string | number, by: Actor
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

/** Tells the planner that results wait for their review: once a day and list, however many come in. @param today `YYYY-MM-DD` */
export async function tellReviewer(trx: Transaction<DB>, ref: VisitRef, number: string, today: string, by: Actor): Promise<void> {
	const objectKind = ref.kind === 'task' ? 'sampling_task' : 'lead_check';
	const { rows } = await sql<{ createdBy: string; departmentId: string }>`
		select created_by as "createdBy", department_id as "departmentId" from ${sql.table(objectKind)} where id = ${ref.id}
	`.execute(trx);
	const list = rows[0];
	if (list) await tellPlanner(trx, 'results-to-review', { objectKind, objectId: ref.id, number }, list, `${refText(ref)}|${today}`, by);
}

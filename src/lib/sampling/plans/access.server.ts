import type { Kysely, Selectable } from 'kysely';
import type { DB, SamplingPlan } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { visibleWork } from '#lib/access/scope.server.ts';
import { afterPlanMove, planStates, type PlanMove, type PlanState } from './states.ts';

export type Plan = Omit<Selectable<SamplingPlan>, 'state'> & { readonly state: PlanState };

function planOf(row: Selectable<SamplingPlan>): Plan {
	const state = planStates.find((s) => s === row.state);
	if (!state) throw new Error(`plan ${row.id} has the unknown state ${row.state}`);
	return { ...row, state };
}

/** Loads a plan for reading; outside the jurisdiction it does not exist. */
export async function findPlan(db: Kysely<DB>, actor: Actor, id: string): Promise<{ ok: true; plan: Plan } | Refusal> {
	if (check(actor, 'task.see')) return notAllowed;
	const row = await db.selectFrom('sampling_plan as p').selectAll('p').where('p.id', '=', id).where(visibleWork(actor, 'p')).executeTakeFirst();
	return row ? { ok: true, plan: planOf(row) } : notFound;
}

/**
 * Locks a plan for a step of its own department: a planner's, or an approver's about what others made.
 *
 * @param move the step to come; null: its content is edited, which only a draft allows.
 * @param version what the actor saw; another one is a conflict.
 */
export async function lockPlan(
	trx: Kysely<DB>, actor: Actor, id: string, version: number, move: PlanMove | null
): Promise<{ ok: true; plan: Plan; to: PlanState } | Refusal> {
	const decides = move === 'approve' || move === 'return';
	if (!may(actor, decides ? 'plan.approve' : 'plan.edit')) return notAllowed;
	const row = await trx.selectFrom('sampling_plan as p').selectAll('p').where('p.id', '=', id).where(visibleWork(actor, 'p')).forUpdate().executeTakeFirst();
	if (!row) return notFound;
	const plan = planOf(row);
	if (plan.department_id !== actor.departmentId) return notAllowed;
	const refusal = decides
		? (check(actor, 'plan.approve', { authorId: plan.created_by }) ?? check(actor, 'plan.approve', { authorId: plan.submitted_by }))
		: check(actor, 'plan.edit', { departmentId: plan.department_id });
	if (refusal) return refusal;
	if (plan.version !== version) return conflict;
	const to = move === null ? (plan.state === 'draft' ? plan.state : null) : afterPlanMove(plan.state, move);
	return to === null ? refuse('plan-wrong-state', { state: plan.state }) : { ok: true, plan, to };
}

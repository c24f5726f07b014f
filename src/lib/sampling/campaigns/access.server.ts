import type { Kysely, Selectable } from 'kysely';
import * as v from 'valibot';
import type { Campaign as Row, DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { visibleWork } from '#lib/access/scope.server.ts';
import { taskScopeSchema, type TaskScope } from '../tasks/scope.ts';
import { afterCampaignMove, campaignStates, type CampaignMove, type CampaignState } from './states.ts';

export type Campaign = Omit<Selectable<Row>, 'state' | 'scope'> & { readonly state: CampaignState; readonly scope: TaskScope };

function campaignOf(row: Selectable<Row>): Campaign {
	const state = campaignStates.find((s) => s === row.state);
	if (!state) throw new Error(`campaign ${row.id} has the unknown state ${row.state}`);
	return { ...row, state, scope: v.parse(taskScopeSchema, row.scope) };
}

/** Loads a campaign for reading; outside the jurisdiction it does not exist. */
export async function findCampaign(db: Kysely<DB>, actor: Actor, id: string): Promise<{ ok: true; campaign: Campaign } | Refusal> {
	if (check(actor, 'task.see')) return notAllowed;
	const row = await db.selectFrom('campaign as c').selectAll('c').where('c.id', '=', id).where(visibleWork(actor, 'c')).executeTakeFirst();
	return row ? { ok: true, campaign: campaignOf(row) } : notFound;
}

/**
 * Locks a campaign for a step of its own department: a planner's, or an approver's about what others made.
 *
 * @param move the step to come; null: its content is edited, which only a draft allows.
 * @param version what the actor saw; another one is a conflict.
 */
export async function lockCampaign(
	trx: Kysely<DB>, actor: Actor, id: string, version: number, move: CampaignMove | null
): Promise<{ ok: true; campaign: Campaign; to: CampaignState } | Refusal> {
	const decides = move === 'approve' || move === 'return';
	if (!may(actor, decides ? 'campaign.approve' : 'campaign.edit')) return notAllowed;
	const row = await trx.selectFrom('campaign as c').selectAll('c').where('c.id', '=', id).where(visibleWork(actor, 'c')).forUpdate().executeTakeFirst();
	if (!row) return notFound;
	const campaign = campaignOf(row);
	if (campaign.department_id !== actor.departmentId) return notAllowed;
	const refusal = decides
		? (check(actor, 'campaign.approve', { authorId: campaign.created_by }) ?? check(actor, 'campaign.approve', { authorId: campaign.submitted_by }))
		: check(actor, 'campaign.edit', { departmentId: campaign.department_id });
	if (refusal) return refusal;
	if (campaign.version !== version) return conflict;
	const to = move === null ? (campaign.state === 'draft' ? campaign.state : null) : afterCampaignMove(campaign.state, move);
	return to === null ? refuse('campaign-wrong-state', { state: campaign.state }) : { ok: true, campaign, to };
}

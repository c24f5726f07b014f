import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { retireApproval, tellApprovers, tellAuthors } from '../notices.server.ts';
import { saysWhy } from '../reasons.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { lockCampaign, type Campaign } from './access.server.ts';

type Done = { readonly ok: true } | Refusal;

const toldOf = ({ id, number }: Campaign) => ({ objectKind: 'campaign' as const, objectId: id, number });

/** Puts a draft before the head of the department. */
export async function submitCampaign(db: Kysely<DB>, actor: Actor, id: string, version: number): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockCampaign(trx, actor, id, version, 'submit');
		if (!locked.ok) return locked;
		if (locked.campaign.until_on < (await databaseToday(trx))) return refuse('window-over');
		await trx
			.updateTable('campaign')
			.set({ state: locked.to, submitted_by: actor.id, submitted_at: sql`now()`, version: version + 1 })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, { action: 'campaign.submit', objectKind: 'campaign', objectId: id, detail: { number: locked.campaign.number } });
		await tellApprovers(trx, toldOf(locked.campaign), locked.campaign.department_id, [locked.campaign.created_by], version, actor);
		return { ok: true };
	});
}

/** Takes a submitted campaign back to its draft, before anybody has decided. */
export async function recallCampaign(db: Kysely<DB>, actor: Actor, id: string, version: number): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockCampaign(trx, actor, id, version, 'recall');
		if (!locked.ok) return locked;
		await trx.updateTable('campaign').set({ state: locked.to, version: version + 1 }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'campaign.recall', objectKind: 'campaign', objectId: id, detail: { number: locked.campaign.number } });
		await retireApproval(trx, toldOf(locked.campaign));
		return { ok: true };
	});
}

/** The head of the department approves, or gives back with the reason; never their own. */
export async function decideCampaign(
	db: Kysely<DB>, actor: Actor, id: string, version: number, decision: { readonly approve: boolean; readonly note: string }
): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockCampaign(trx, actor, id, version, decision.approve ? 'approve' : 'return');
		if (!locked.ok) return locked;
		const note = decision.note.trim();
		if (!decision.approve && !saysWhy(note)) return refuse('reason-missing');
		await trx
			.updateTable('campaign')
			.set({ state: locked.to, decided_by: actor.id, decided_at: sql`now()`, decision_note: note || null, version: version + 1 })
			.where('id', '=', id)
			.execute();
		await audit(trx, actor, {
			action: decision.approve ? 'campaign.approve' : 'campaign.return', objectKind: 'campaign', objectId: id,
			detail: { number: locked.campaign.number, ...(decision.approve ? {} : { reason: note }) }
		});
		await retireApproval(trx, toldOf(locked.campaign));
		await tellAuthors(trx, toldOf(locked.campaign), [locked.campaign.created_by, locked.campaign.submitted_by], decision.approve, version, actor);
		return { ok: true };
	});
}

async function openTasks(trx: Kysely<DB>, id: string): Promise<number> {
	const rows = await trx.selectFrom('sampling_task').select('id').where('campaign_id', '=', id).where('state', 'not in', ['done', 'cancelled']).execute();
	return rows.length;
}

/** Ends a campaign that was carried out, with what came of it; its tasks are finished first. */
export async function finishCampaign(db: Kysely<DB>, actor: Actor, id: string, version: number, summary: string): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockCampaign(trx, actor, id, version, 'finish');
		if (!locked.ok) return locked;
		const text = summary.trim();
		if (text.length < 10 || text.length > 4000) return refuse('summary-missing');
		const open = await openTasks(trx, id);
		if (open > 0) return refuse('tasks-open', { n: open });
		await trx.updateTable('campaign').set({ state: locked.to, summary: text, version: version + 1 }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'campaign.finish', objectKind: 'campaign', objectId: id, detail: { number: locked.campaign.number } });
		return { ok: true };
	});
}

/** Gives a campaign up, with the reason; what is under way is finished or cancelled first. */
export async function cancelCampaign(db: Kysely<DB>, actor: Actor, id: string, version: number, reason: string): Promise<Done> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockCampaign(trx, actor, id, version, 'cancel');
		if (!locked.ok) return locked;
		const text = reason.trim();
		if (!saysWhy(text) || text.length > 1000) return refuse('reason-missing');
		const open = await openTasks(trx, id);
		if (open > 0) return refuse('tasks-open', { n: open });
		await trx.updateTable('campaign').set({ state: locked.to, summary: text, version: version + 1 }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'campaign.cancel', objectKind: 'campaign', objectId: id, detail: { number: locked.campaign.number, reason: text } });
		await retireApproval(trx, toldOf(locked.campaign));
		return { ok: true };
	});
}

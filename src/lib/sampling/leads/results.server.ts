import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { notFound, ownWork, refuse, type Refusal } from '#lib/access/refuse.ts';
import { tellResultBack } from '#lib/disposals/result-back.server.ts';
import { enterFindings } from '../fieldwork/enter.server.ts';
import { enteredBy, owePublication } from '../fieldwork/review.server.ts';
import { noItem } from '../fieldwork/subject.server.ts';
import { retireReview } from '../notices.server.ts';
import { lockLeadCheck } from './checks.server.ts';
import type { EnteredResult } from '../tasks/results.server.ts';

/** The inspector on a lead check enters what was found; it can be corrected until it is reviewed. @see enterFindings */
export async function enterLeadResult(db: Kysely<DB>, actor: Actor, id: string, entered: EnteredResult): Promise<{ ok: true } | Refusal> {
	const lead = await db.selectFrom('lead_check').select(['uscc', 'item_id']).where('id', '=', id).executeTakeFirst();
	if (!lead) return notFound;
	const findings = [{ itemId: lead.item_id ?? noItem, result: entered.result, note: entered.note }];
	const done = await enterFindings(db, actor, { kind: 'lead', id }, lead.uscc, { visitedOn: entered.visitedOn, findings });
	return done.ok ? { ok: true } : done;
}

/** The planner accepts an entered result: that closes the lead check, and its result has to become public. Never one they entered themselves. */
export async function reviewLeadResult(db: Kysely<DB>, actor: Actor, id: string): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockLeadCheck(trx, actor, 'result.review', id);
		if (!found.ok) return found;
		const { lead } = found;
		const ref = { kind: 'lead', id } as const;
		if (lead.state !== 'open') return refuse('wrong-state', { state: lead.state });
		if (lead.result === null || lead.visited_on === null) return refuse('not-entered');
		if (lead.entered_by === actor.id || (await enteredBy(trx, actor, ref, lead.uscc))) return ownWork;
		await trx
			.updateTable('lead_check')
			.set({ state: 'done', reviewed_by: actor.id, reviewed_at: sql`now()`, version: lead.version + 1 })
			.where('id', '=', id)
			.execute();
		await owePublication(trx, ref, lead.department_id, [{ uscc: lead.uscc, visitedOn: lead.visited_on }]);
		await tellResultBack(trx, lead.warning_id === null ? [] : [lead.warning_id], { id, uscc: lead.uscc });
		await audit(trx, actor, {
			action: 'result.review',
			objectKind: 'lead_check',
			objectId: id,
			detail: { number: lead.number, uscc: lead.uscc, result: lead.result }
		});
		await retireReview(trx, ref);
		return { ok: true };
	});
}

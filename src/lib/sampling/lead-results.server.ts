import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, ownWork, refuse, type Refusal } from '#lib/access/refuse.ts';
import { tellResultBack } from '#lib/disposals/result-back.server.ts';
import { lockLeadCheck } from './lead-checks.server.ts';
import { inspectionResults, visitDayRefusal } from './results.ts';
import type { EnteredResult } from './results.server.ts';
import { databaseToday } from './task-access.server.ts';

/** The inspector on a lead check enters what was found; it can be corrected until it is reviewed. */
export async function enterLeadResult(db: Kysely<DB>, actor: Actor, id: string, entered: EnteredResult): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const lead = await trx.selectFrom('lead_check').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
		if (!lead) return notFound;
		const refusal = check(actor, 'result.enter', { memberIds: lead.inspector_ids });
		if (refusal) return refusal;
		if (lead.reviewed_at !== null) return refuse('already-reviewed');
		if (lead.state !== 'open') return refuse('wrong-state', { state: lead.state });
		const result = inspectionResults.find((r) => r === entered.result);
		if (!result) return refuse('result-unknown');
		const { rows } = await sql<{ day: string }>`select ((${lead.created_at}::timestamptz at time zone 'Asia/Shanghai')::date)::text as day`.execute(trx);
		const dayRefusal = visitDayRefusal(entered.visitedOn, rows[0]?.day ?? '', await databaseToday(trx));
		if (dayRefusal) return refuse(dayRefusal);
		await trx
			.updateTable('lead_check')
			.set({
				result,
				result_note: entered.note.trim() || null,
				visited_on: entered.visitedOn,
				entered_by: actor.id,
				entered_at: sql`now()`,
				version: lead.version + 1
			})
			.where('id', '=', id)
			.execute();
		await trx
			.insertInto('inspection_visit')
			.values({
				uscc: lead.uscc,
				id: `lead:${id}`,
				visited_on: entered.visitedOn,
				department_id: lead.department_id,
				item_id: lead.item_id,
				path: 'lead-check',
				planned: false,
				result,
				lead_check_id: id
			})
			.onConflict((oc) => oc.columns(['uscc', 'id']).doUpdateSet({ visited_on: entered.visitedOn, result }))
			.execute();
		await audit(trx, actor, {
			action: 'result.enter',
			objectKind: 'lead_check',
			objectId: id,
			detail: { number: lead.number, uscc: lead.uscc, result, visitedOn: entered.visitedOn }
		});
		return { ok: true };
	});
}

/** The planner accepts an entered result: that closes the lead check. Never one they entered themselves. */
export async function reviewLeadResult(db: Kysely<DB>, actor: Actor, id: string): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockLeadCheck(trx, actor, 'result.review', id);
		if (!found.ok) return found;
		const { lead } = found;
		if (lead.state !== 'open') return refuse('wrong-state', { state: lead.state });
		if (lead.result === null) return refuse('not-entered');
		if (lead.entered_by === actor.id) return ownWork;
		await trx
			.updateTable('lead_check')
			.set({ state: 'done', reviewed_by: actor.id, reviewed_at: sql`now()`, version: lead.version + 1 })
			.where('id', '=', id)
			.execute();
		await tellResultBack(trx, lead.warning_id === null ? [] : [lead.warning_id], { id, uscc: lead.uscc });
		await audit(trx, actor, {
			action: 'result.review',
			objectKind: 'lead_check',
			objectId: id,
			detail: { number: lead.number, uscc: lead.uscc, result: lead.result }
		});
		return { ok: true };
	});
}

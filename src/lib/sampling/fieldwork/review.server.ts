import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { ownWork, refuse, type Refusal } from '#lib/access/refuse.ts';
import { loadWorkCalendar } from '#lib/calendar/working-days.server.ts';
import { noteVisits } from '#lib/counts/inspection-month.server.ts';
import { keepVisits } from '../objects/keep.server.ts';
import { lockLeadCheck } from '../leads/checks.server.ts';
import { saysWhy } from '../reasons.ts';
import { lockTask } from '../tasks/access.server.ts';
import { retireReview, tellVisitReturned } from '../notices.server.ts';
import { publicationDue } from './publication.ts';
import { listOf, refText, type VisitRef } from './refs.ts';
import { lockSubject } from './subject.server.ts';

/** Did this person enter any item of the visit? Nobody reviews that. */
export async function enteredBy(trx: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string): Promise<boolean> {
	const own = await trx
		.selectFrom('inspection_result').select('item_id')
		.where('uscc', '=', uscc).where('ref', '=', refText(ref)).where('entered_by', '=', actor.id).limit(1).executeTakeFirst();
	return own !== undefined;
}

/** What was reviewed has to become public: notes by when. Not again for what stands there. */
export async function owePublication(
	trx: Transaction<DB>, ref: VisitRef, departmentId: string, visits: readonly { readonly uscc: string; readonly visitedOn: string }[]
): Promise<void> {
	if (visits.length === 0) return;
	const calendar = await loadWorkCalendar(trx);
	await trx
		.insertInto('result_publication')
		.values(visits.map((v) => ({ uscc: v.uscc, ref: refText(ref), department_id: departmentId, due_on: publicationDue(calendar, v.visitedOn), state: 'due' })))
		.onConflict((oc) => oc.columns(['uscc', 'ref']).doNothing())
		.execute();
}

/**
 * Sends one entered result back to its inspectors, with the reason: it is open again, and counts nowhere until it is entered anew. What was
 * entered stays to be corrected.
 */
export async function returnResult(db: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string, reason: string): Promise<{ readonly ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const locked = ref.kind === 'task' ? await lockTask(trx, actor, 'result.review', ref.id) : await lockLeadCheck(trx, actor, 'result.review', ref.id);
		if (!locked.ok) return locked;
		const found = await lockSubject(trx, ref, uscc);
		if (!found.ok) return found;
		const { subject } = found;
		const because = reason.trim();
		if (!saysWhy(because)) return refuse('reason-missing');
		if (subject.reviewedAt !== null) return refuse('already-reviewed');
		if (!subject.open) return refuse('wrong-state', { state: subject.state });
		if (subject.result === null) return refuse('not-entered');
		if (await enteredBy(trx, actor, ref, uscc)) return ownWork;
		const open = { result: null, result_note: null, entered_at: null, entered_by: null };
		if (ref.kind === 'lead') await trx.updateTable('lead_check').set((eb) => ({ ...open, version: eb('version', '+', 1) })).where('id', '=', ref.id).execute();
		else {
			await trx
				.updateTable('sampling_object').set(open).where('task_id', '=', ref.id).where('uscc', '=', uscc)
				.where('draw_n', '=', sql<number>`(select draw_n from sampling_task where id = ${ref.id})`).execute();
		}
		const id = ref.kind === 'task' ? ('task_id' as const) : ('lead_check_id' as const);
		await trx.deleteFrom('inspection_visit').where('uscc', '=', uscc).where(id, '=', ref.id).execute();
		await keepVisits(trx, sql`select ${uscc}::text`);
		if (subject.visitedOn !== null) await noteVisits(trx, [subject.visitedOn]);
		const { rows } = await sql<{ n: number }>`
			insert into result_return (uscc, ref, n, reason, returned_by)
			select ${uscc}, ${refText(ref)}, coalesce(max(n), 0) + 1, ${because}, ${actor.id} from result_return where uscc = ${uscc} and ref = ${refText(ref)}
			returning n
		`.execute(trx);
		await audit(trx, actor, {
			action: 'result.return', ...listOf(ref),
			detail: { number: subject.number, uscc, reason: because }
		});
		await retireReview(trx, ref);
		await tellVisitReturned(trx, subject, rows[0]!.n, actor);
		return { ok: true };
	});
}

import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { notify } from '#lib/notices/notify.server.ts';

/**
 * Tells the owners of warnings whose inspection was asked for that its result is there. Called by the review of a lead check or a task, before
 * its audit entry.
 *
 * @param visit the lead check or task; `usccs` null: a task, which is about nobody in particular.
 */
export async function tellResultBack(
	trx: Transaction<DB>, warningIds: readonly string[], visit: { readonly id: string; readonly uscc: string | null }
): Promise<void> {
	if (warningIds.length === 0) return;
	const { rows } = await sql<{ id: string; userId: string; number: string }>`
		select d.id, coalesce(w.owner_id, d.issued_by) as "userId", w.number
		from disposal d join warning w on w.id = d.warning_id
		where d.warning_id = any(${[...warningIds]}) and d.state = 'issued' and d.measure ->> 'follow' = 'inspection'
			and (d.uscc is not distinct from ${visit.uscc} or d.uscc is null)
	`.execute(trx);
	await notify(trx, rows.map(({ id, userId, number }) => ({
		userId, kind: 'result-back', objectKind: 'disposal', objectId: id, number, key: `result-back|${id}|${visit.id}`
	})));
}

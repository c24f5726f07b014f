import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';

/**
 * Says of a source's partial days that what came is all there is: they count again, and as much is enough on such days from now on.
 * For the stewards of the source's department.
 */
export async function acceptPartialDays(
	db: Kysely<DB>, actor: Actor, about: { readonly sourceId: string; readonly kind: string }, note: string
): Promise<{ readonly ok: true; readonly days: number } | NotAllowed | NotFound | OwnWork | Refusal<'note-missing'>> {
	const source = await db.selectFrom('source').select('owner_department_id').where('id', '=', about.sourceId).executeTakeFirst();
	if (source === undefined) return notFound;
	const refusal = check(actor, 'intake.mend', { departmentId: source.owner_department_id });
	if (refusal !== null) return refusal;
	if (note.trim() === '') return refuse('note-missing');
	return db.transaction().execute(async (trx) => {
		const accepted = await trx
			.updateTable('partial_day')
			.set({ settled_on: sql<string>`(now() at time zone 'Asia/Shanghai')::date`, settled_by: actor.id, note: note.trim() })
			.where('source_id', '=', about.sourceId)
			.where('kind', '=', about.kind)
			.where('settled_on', 'is', null)
			.returning(['region_code', 'day'])
			.execute();
		if (accepted.length === 0) return notFound;
		await audit(trx, actor, {
			action: 'intake.accept-partial', objectKind: 'source', objectId: about.sourceId,
			detail: { kind: about.kind, days: accepted.map(({ region_code, day }) => `${region_code} ${day}`), note: note.trim() }
		});
		return { ok: true as const, days: accepted.length };
	});
}

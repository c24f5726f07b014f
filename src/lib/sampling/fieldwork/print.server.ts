import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notFound, type NotFound } from '#lib/access/refuse.ts';
import { findTask } from '../tasks/access.server.ts';
import { listOf, type VisitRef } from './refs.ts';
import { ownUsccs, sheetsOf, type Sheet } from './sheet.server.ts';

/** Sheets to print: an inspector's own, or a task's for who may see and export it. Written down, as they leave the system. @param uscc one enterprise; null: all. */
export async function printSheets(
	db: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string | null
): Promise<{ readonly ok: true; readonly sheets: readonly Sheet[] } | NotFound> {
	const all = may(actor, 'business.export') && ref.kind === 'task' && (await findTask(db, actor, ref.id)).ok;
	const own = all ? null : await ownUsccs(db, actor, ref);
	const wanted = uscc === null ? own : own === null || own.includes(uscc) ? [uscc] : [];
	const sheets = await sheetsOf(db, actor, ref, wanted);
	if (sheets.length === 0) return notFound;
	await audit(db, actor, {
		action: 'task.print-sheets', ...listOf(ref), detail: { number: sheets[0]!.number, rows: sheets.length }
	});
	return { ok: true, sheets };
}

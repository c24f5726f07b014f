import { createHash, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { attachmentCount, typeOf, type AttachmentFault } from '#lib/attachments/types.ts';
import { lockDisposal, type StepLock } from './lock.server.ts';
import type { DisposalState } from './states.ts';

export type AttachRefusal = StepLock | NotAllowed | OwnWork | Refusal<'bad-file', { fault: AttachmentFault }> | Refusal<'too-many-files', { limit: number }>;

/** Keeps a file with a disposal: a receipt of service, minutes, photographs. Until it is concluded. */
export async function attach(
	db: Kysely<DB>, actor: Actor, id: string, file: { readonly name: string; readonly bytes: Uint8Array }
): Promise<{ readonly ok: true; readonly id: string } | AttachRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	const typed = typeOf(file.name, file.bytes);
	if (!typed.ok) return refuse('bad-file', { fault: typed.fault });
	return db.transaction().execute(async (trx) => {
		const locked = await lockDisposal(trx, actor, { id, version: 0 }, 'attach');
		if (!locked.ok) return locked;
		const refused = refusedFor(actor, locked);
		if (refused) return refused;
		const { n } = await trx
			.selectFrom('disposal_attachment').select((eb) => eb.fn.countAll<number>().as('n')).where('disposal_id', '=', id).executeTakeFirstOrThrow();
		if (n >= attachmentCount) return refuse('too-many-files', { limit: attachmentCount });
		const attachment = randomUUID();
		const hash = createHash('sha256').update(file.bytes).digest('hex');
		await trx
			.insertInto('disposal_attachment')
			.values({
				id: attachment, disposal_id: id, name: typed.name, media_type: typed.type, bytes: Buffer.from(file.bytes), size: file.bytes.length, hash,
				added_by: actor.id, added_at: locked.warning.now
			})
			.execute();
		await audit(trx, actor, { action: 'disposal.attach', objectKind: 'disposal', objectId: id, detail: { name: typed.name, size: file.bytes.length, hash } });
		return { ok: true, id: attachment };
	});
}

/** Takes a file away that should not be there; the audit trail keeps its name and hash. Until the disposal is concluded. */
export async function detach(db: Kysely<DB>, actor: Actor, id: string, attachmentId: string): Promise<{ readonly ok: true } | AttachRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockDisposal(trx, actor, { id, version: 0 }, 'attach');
		if (!locked.ok) return locked;
		const refused = refusedFor(actor, locked);
		if (refused) return refused;
		const gone = await trx
			.deleteFrom('disposal_attachment').where('id', '=', attachmentId).where('disposal_id', '=', id).returning(['name', 'hash']).executeTakeFirst();
		if (!gone) return notFound;
		await audit(trx, actor, { action: 'disposal.detach', objectKind: 'disposal', objectId: id, detail: gone });
		return { ok: true };
	});
}

function refusedFor(actor: Actor, { row, warning }: Extract<Awaited<ReturnType<typeof lockDisposal>>, { ok: true }>) {
	const refused = check(actor, 'warning.work', { departmentId: warning.current.departmentId });
	if (refused) return refused;
	return row.state === 'concluded' || row.state === 'withdrawn' ? refuse('wrong-state', { state: row.state as DisposalState }) : null;
}

/** One file with its bytes; each look is in the audit trail. Outside the jurisdiction it does not exist. */
export async function readAttachment(
	db: Kysely<DB>, actor: Actor, id: string, attachmentId: string
): Promise<{ readonly ok: true; readonly name: string; readonly type: string; readonly bytes: Buffer } | NotFound> {
	if (!may(actor, 'warning.see')) return notFound;
	const row = await db
		.selectFrom('disposal_attachment as a')
		.innerJoin('disposal as d', 'd.id', 'a.disposal_id')
		.select(['a.name', 'a.media_type as type', 'a.bytes', 'a.hash'])
		.where('a.id', '=', attachmentId)
		.where('d.id', '=', id)
		.where(withinJurisdiction(scopeOf(actor), { region: 'd.region_code', industry: 'd.industry_key' }))
		.executeTakeFirst();
	if (!row) return notFound;
	await audit(db, actor, { action: 'disposal.download', objectKind: 'disposal', objectId: id, detail: { name: row.name, hash: row.hash } });
	return { ok: true, name: row.name, type: row.type, bytes: row.bytes };
}

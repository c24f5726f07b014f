import { createHash, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { attachmentCount, typeOf, type AttachmentFault } from '#lib/attachments/types.ts';
import { listOf, refText, type VisitRef } from './refs.ts';
import { maySee } from './sheet.server.ts';
import { lockSubject } from './subject.server.ts';

export type BadFile = Refusal<'bad-file', { readonly fault: AttachmentFault }>;
export type EvidenceRefusal = Refusal | BadFile | Refusal<'too-many-files', { readonly limit: number }>;

/** Keeps a photograph or record with a visit: by its inspectors, until it is reviewed. The same bytes twice are one file. @param itemId null: of the whole visit. */
export async function addEvidence(
	db: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string, file: { readonly name: string; readonly bytes: Uint8Array; readonly itemId: string | null }
): Promise<{ readonly ok: true; readonly id: string } | EvidenceRefusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockSubject(trx, ref, uscc);
		if (!found.ok) return found;
		const { subject } = found;
		const refusal = check(actor, 'result.enter', { memberIds: subject.team });
		if (refusal) return refusal;
		if (subject.reviewedAt !== null) return refuse('already-reviewed');
		if (!subject.open) return refuse('wrong-state', { state: subject.state });
		if (file.itemId !== null && !subject.items.some((i) => i.id === file.itemId)) return refuse('item-unknown');
		const typed = typeOf(file.name, file.bytes);
		if (!typed.ok) return refuse('bad-file', { fault: typed.fault });
		const hash = createHash('sha256').update(file.bytes).digest('hex');
		const there = await trx.selectFrom('inspection_file').select(['id', 'hash']).where('uscc', '=', uscc).where('ref', '=', refText(ref)).execute();
		// A photograph whose answer was lost is sent again.
		const same = there.find((f) => f.hash === hash);
		if (same) return { ok: true, id: same.id };
		if (there.length >= attachmentCount) return refuse('too-many-files', { limit: attachmentCount });
		const id = randomUUID();
		await trx
			.insertInto('inspection_file')
			.values({
				uscc, id, ref: refText(ref), item_id: file.itemId, name: typed.name, media_type: typed.type, bytes: Buffer.from(file.bytes), size: file.bytes.length, hash,
				added_by: actor.id
			})
			.execute();
		await audit(trx, actor, { action: 'result.attach', ...listOf(ref), detail: { number: subject.number, uscc, name: typed.name, size: file.bytes.length, hash } });
		return { ok: true, id };
	});
}

/** Takes a file away that should not be there: by who added it, until the visit is reviewed. The audit trail keeps its name and hash. */
export async function removeEvidence(db: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string, id: string): Promise<{ readonly ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockSubject(trx, ref, uscc);
		if (!found.ok) return found;
		const refusal = check(actor, 'result.enter', { memberIds: found.subject.team });
		if (refusal) return refusal;
		if (found.subject.reviewedAt !== null) return refuse('already-reviewed');
		const file = await trx
			.selectFrom('inspection_file').select(['name', 'hash', 'added_by']).where('uscc', '=', uscc).where('id', '=', id).where('ref', '=', refText(ref)).executeTakeFirst();
		if (!file) return notFound;
		if (file.added_by !== actor.id) return notAllowed;
		await trx.deleteFrom('inspection_file').where('uscc', '=', uscc).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'result.detach', ...listOf(ref), detail: { number: found.subject.number, uscc, name: file.name, hash: file.hash } });
		return { ok: true };
	});
}

/** One file with its bytes, for the inspectors on the visit and who may see its list; each look is in the audit trail. Never public. */
export async function readEvidence(
	db: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string, id: string
): Promise<{ readonly ok: true; readonly name: string; readonly type: string; readonly bytes: Buffer } | NotFound> {
	if (!(await maySee(db, actor, ref, uscc))) return notFound;
	const row = await db
		.selectFrom('inspection_file').select(['name', 'media_type as type', 'bytes', 'hash'])
		.where('uscc', '=', uscc).where('id', '=', id).where('ref', '=', refText(ref)).executeTakeFirst();
	if (!row) return notFound;
	await audit(db, actor, { action: 'result.download', ...listOf(ref), detail: { uscc, name: row.name, hash: row.hash } });
	return { ok: true, name: row.name, type: row.type, bytes: row.bytes };
}

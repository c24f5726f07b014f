import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { tieRef } from './tie-ref.server.ts';
import type { LinkKind, Verdict } from './verdicts.ts';

export type Judgement = { readonly verdict: Verdict; readonly note: string };

/**
 * Says whether an enterprise of the jurisdiction is really tied to what the register ties it to. Judgements are kept one after the
 * other and the newest counts, from the next evening run on.
 *
 * @param tie kind and reference (`tieRef`) of what it is tied to.
 */
export async function judge(
	db: Kysely<DB>,
	actor: Actor,
	uscc: string,
	tie: { readonly kind: LinkKind; readonly ref: string },
	{ verdict, note }: Judgement
): Promise<{ readonly ok: true } | Refusal> {
	// A judgement belongs to the department that gives it; which enterprises it may be about, the jurisdiction says.
	const refusal = check(actor, 'link.judge', { departmentId: actor.departmentId });
	if (refusal) return refusal;
	if (note.trim() === '') return refuse('note-missing');
	return db.transaction().execute(async (trx) => {
		const links = await trx
			.selectFrom('enterprise_link as l')
			.innerJoin('enterprise as e', 'e.uscc', 'l.uscc')
			.select('l.key')
			.where('l.uscc', '=', uscc)
			.where('l.kind', '=', tie.kind)
			.where(withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' }))
			.execute();
		const link = links.find(({ key }) => tieRef(tie.kind, key) === tie.ref);
		if (link === undefined) return notFound;
		await trx
			.insertInto('link_judgement')
			.values({
				uscc, kind: tie.kind, key: link.key, verdict, note: note.trim().slice(0, 500), actor_id: actor.id, actor_name: actor.displayName,
				department_id: actor.departmentId
			})
			.execute();
		await audit(trx, actor, {
			action: 'link.judge', objectKind: 'enterprise', objectId: uscc, detail: { kind: tie.kind, ref: tie.ref, verdict, note: note.trim().slice(0, 500) }
		});
		return { ok: true } as const;
	});
}

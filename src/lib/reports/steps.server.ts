import type { Kysely, Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { notify, retire } from '#lib/notices/notify.server.ts';
import type { NoticeKind } from '#lib/notices/kinds.ts';
import { reasonLength, saysWhy } from '#lib/sampling/reasons.ts';
import { paragraphsOf, type Content } from './content.ts';
import { reasonLimit, remarkLimit } from './limits.ts';
import { change, findForUpdate, lockReport, nowIn, remember, scopeOfReport, type LockedReport, type SeenReport, type StepLock } from './lock.server.ts';
import { approversFor, reviewersFor, superiorsFor, type Candidate } from './people.server.ts';

export type StepRefusal =
	| StepLock
	| NotAllowed
	| NotFound
	| OwnWork
	| Refusal<'words-missing', { sections: readonly string[] }>
	| Refusal<'unknown-person'>
	| Refusal<'reason-short', { least: number }>
	| Refusal<'remark-missing'>
	| Refusal<'remark-long', { limit: number }>
	| Refusal<'unknown-section'>;
type Done = { readonly ok: true };

const waiting: readonly NoticeKind[] = ['report-drafted', 'report-to-review', 'report-to-issue', 'report-returned'];

/** Tells people, and takes back what waited for somebody before. */
export async function tell(trx: Transaction<DB>, { row }: Pick<LockedReport, 'row'>, kind: NoticeKind | null, people: readonly (string | null)[], actor: Actor): Promise<void> {
	await retire(trx, { objectKind: 'report', objectId: row.id }, waiting);
	if (kind === null) return;
	const told = [...new Set(people)].filter((id): id is string => id !== null && id !== actor.id);
	await notify(trx, told.map((userId) => ({
		userId, kind, objectKind: 'report', objectId: row.id, number: null, key: `${kind}|${row.id}|${row.version + 1}`, detail: { by: actor.displayName }
	})));
}

/** Sections that wait for people's words (工作亮点). */
export const wordsMissing = (content: Content): readonly string[] =>
	content.sections.filter((section) => section.typed === 'required' && paragraphsOf(section).length === 0).map(({ title }) => title);

/** The one who was named; where nobody could be, those above. Null: a name that is none of the candidates'. */
async function addressed(candidates: readonly Candidate[], id: string, above: () => Promise<readonly string[]>): Promise<{ readonly id: string | null; readonly told: readonly string[] } | null> {
	if (candidates.length === 0 && id === '') return { id: null, told: await above() };
	return candidates.some((one) => one.id === id) ? { id, told: [id] } : null;
}

/** A writer hands a draft in for review by a named person; where the region has nobody who may, to those above. */
export async function submitReport(db: Kysely<DB>, actor: Actor, seen: SeenReport, reviewerId: string): Promise<Done | StepRefusal> {
	if (!may(actor, 'report.edit')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockReport(trx, actor, seen, 'submit');
		if (!locked.ok) return locked;
		const { row, content, now } = locked;
		const refused = check(actor, 'report.edit', { departmentId: row.department_id });
		if (refused) return refused;
		const sections = wordsMissing(content);
		if (sections.length > 0) return refuse('words-missing', { sections });
		const to = await addressed(await reviewersFor(trx, row, [actor.id]), reviewerId, () => superiorsFor(trx, row, 'review'));
		if (to === null) return refuse('unknown-person');
		await change(trx, row, now, {
			state: 'submitted', submitted_by: actor.id, submitted_at: now, reviewer_id: to.id, reviewed_by: null, reviewed_at: null, approver_id: null,
			writers: [...new Set([...row.writers, actor.id])]
		});
		await tell(trx, locked, 'report-to-review', to.told, actor);
		await remember(trx, actor, row, 'submit');
		return { ok: true };
	});
}

/** Another person reviews it: on to a named approver, or back with remarks. Never one's own. */
export async function reviewReport(db: Kysely<DB>, actor: Actor, seen: SeenReport, review: { readonly approverId: string; readonly remark: string }): Promise<Done | StepRefusal> {
	if (!may(actor, 'report.review')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockReport(trx, actor, seen, 'review');
		if (!locked.ok) return locked;
		const { row, now } = locked;
		const refused = checkReview(actor, row);
		if (refused) return refused;
		const to = await addressed(await approversFor(trx, row), review.approverId, () => superiorsFor(trx, row, 'issue'));
		if (to === null) return refuse('unknown-person');
		const remark = await sayRemark(trx, actor, row.id, null, review.remark, now);
		if (!remark.ok && remark.reason !== 'remark-missing') return remark;
		await change(trx, row, now, { state: 'reviewed', reviewed_by: actor.id, reviewed_at: now, approver_id: to.id });
		await tell(trx, locked, 'report-to-issue', to.told, actor);
		await remember(trx, actor, row, 'review');
		return { ok: true };
	});
}

const checkReview = (actor: Actor, row: LockedReport['row']) => {
	const refused = check(actor, 'report.review', { scope: scopeOfReport(row), authorId: row.writers.includes(actor.id) ? actor.id : null });
	// Colleagues review; of others only leaders.
	return refused ?? (actor.role !== 'leader' && row.department_id !== actor.departmentId ? notAllowed : null);
};

/** Sends it back to its writers, with the remark that says what to do. By who may review it, or once it was reviewed by who may issue it. */
export async function returnReport(db: Kysely<DB>, actor: Actor, seen: SeenReport, remark: string): Promise<Done | StepRefusal> {
	if (!may(actor, 'report.review')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockReport(trx, actor, seen, 'return');
		if (!locked.ok) return locked;
		const { row, now } = locked;
		const refused = checkReview(actor, row);
		if (refused) return refused;
		const said = await sayRemark(trx, actor, row.id, null, remark, now);
		if (!said.ok) return said;
		await change(trx, row, now, { state: 'draft', reviewed_by: null, reviewed_at: null, reviewer_id: null, approver_id: null });
		await tell(trx, locked, 'report-returned', [...row.writers, row.submitted_by], actor);
		await remember(trx, actor, row, 'return');
		return { ok: true };
	});
}

/** A writer takes it back to work on it: it is then reviewed anew. */
export async function recallReport(db: Kysely<DB>, actor: Actor, seen: SeenReport): Promise<Done | StepRefusal> {
	if (!may(actor, 'report.edit')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockReport(trx, actor, seen, 'recall');
		if (!locked.ok) return locked;
		const { row, now } = locked;
		const refused = check(actor, 'report.edit', { departmentId: row.department_id });
		if (refused) return refused;
		await change(trx, row, now, { state: 'draft', reviewed_by: null, reviewed_at: null, reviewer_id: null, approver_id: null });
		await tell(trx, locked, null, [], actor);
		await remember(trx, actor, row, 'recall');
		return { ok: true };
	});
}

/** Gives a draft up, with the reason; it stays to be seen, and the period can be begun anew. Also one that could not be composed. */
export async function discardReport(db: Kysely<DB>, actor: Actor, seen: SeenReport, reason: string): Promise<Done | StepRefusal> {
	if (!may(actor, 'report.edit')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const row = await findForUpdate(trx, actor, seen.id);
		if (row === null) return notFound;
		const refused = check(actor, 'report.edit', { departmentId: row.department_id });
		if (refused) return refused;
		// A draft without content has nothing that could have changed under somebody's eyes.
		if (row.content !== null) {
			const locked = await lockReport(trx, actor, seen, 'discard');
			if (!locked.ok) return locked;
		}
		const why = reason.trim().slice(0, reasonLimit);
		if (!saysWhy(why)) return refuse('reason-short', { least: reasonLength });
		const now = await nowIn(trx);
		await change(trx, row, now, { state: 'discarded', closed_by: actor.id, closed_at: now, closed_reason: why });
		await tell(trx, { row }, null, [], actor);
		await remember(trx, actor, row, 'discard', { reason: why });
		return { ok: true };
	});
}

/** Says something about a report that is under review, or about one of its sections. */
export async function remarkOn(db: Kysely<DB>, actor: Actor, id: string, section: string | null, said: string): Promise<Done | StepRefusal> {
	if (!may(actor, 'report.review')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const row = await findForUpdate(trx, actor, id);
		if (row === null) return notFound;
		if (row.content === null) return refuse('not-composed');
		if (!['draft', 'submitted', 'reviewed'].includes(row.state)) return refuse('wrong-state', { state: row.state as LockedReport['row']['state'] as never });
		const known = section === null || (row.content as unknown as Content).sections.some(({ key }) => key === section);
		if (!known) return refuse('unknown-section');
		const remark = await sayRemark(trx, actor, id, section, said, await nowIn(trx));
		if (!remark.ok) return remark;
		await remember(trx, actor, row, 'remark', section === null ? {} : { section });
		return { ok: true };
	});
}

async function sayRemark(
	trx: Transaction<DB>, actor: Actor, reportId: string, section: string | null, text: string, now: Date
): Promise<Done | Refusal<'remark-missing'> | Refusal<'remark-long', { limit: number }>> {
	const said = text.trim();
	if (said === '') return refuse('remark-missing');
	if (said.length > remarkLimit) return refuse('remark-long', { limit: remarkLimit });
	await trx.insertInto('report_remark').values({ report_id: reportId, section_key: section, said, said_by: actor.id, said_at: now }).execute();
	return { ok: true };
}

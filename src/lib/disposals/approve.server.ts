import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, ownWork, refuse, type NotAllowed, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { notify, type NewNotice } from '#lib/notices/notify.server.ts';
import { approversFor } from './approvers.server.ts';
import { readEdit, type BadEdit, type Edit } from './edit.server.ts';
import { change, lockDisposal, remember, type LockedDisposal, type SeenDisposal, type StepLock } from './lock.server.ts';
import { refuseText, type TextRefusal } from './text-check.server.ts';

export type ApproveRefusal =
	| StepLock
	| NotAllowed
	| OwnWork
	| TextRefusal
	| BadEdit
	| Refusal<'unknown-approver'>
	| Refusal<'not-the-approver'>
	| Refusal<'reason-missing'>;

type Done = { readonly ok: true };

/** Those who wait for the answer: who submitted it, and whose warning it is. */
const awaiting = ({ row, warning }: LockedDisposal) => [...new Set([row.submitted_by, warning.current.ownerId].filter((id) => id !== null))];

function told({ row, warning }: LockedDisposal, kind: NewNotice['kind'], userIds: readonly string[], by: Actor): NewNotice[] {
	return userIds
		.filter((userId) => userId !== by.id)
		.map((userId) => ({
			userId, kind, objectKind: 'disposal', objectId: row.id, number: warning.number, key: `${kind}|${row.id}|${row.version + 1}`, detail: { by: by.displayName }
		}));
}

/**
 * Puts a draft before a named approver. Its fields and its text have to be complete and fit to leave the office.
 *
 * @param edit what stands in the form, saved in the same step; a refusal saves nothing. Null: the draft as it was saved.
 * @param asOf the day by which deadlines are judged, for a demonstration of days that are over; else today.
 */
export async function submitDisposal(
	db: Kysely<DB>, actor: Actor, seen: SeenDisposal, approverId: string, edit: Edit | null = null, asOf: string | null = null
): Promise<Done | ApproveRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockDisposal(trx, actor, seen, 'submit');
		if (!locked.ok) return locked;
		const { row, warning, measure } = locked;
		const { departmentId } = warning.current;
		const refused = check(actor, 'warning.work', { departmentId });
		if (refused) return refused;
		const saved = { ok: true as const, values: locked.values, title: row.title, body: row.body };
		const text = edit === null ? saved : await readEdit(trx, actor, locked, edit);
		if (!text.ok) return text;
		const { values, title, body } = text;
		const lacking = await refuseText(trx, actor, locked, text, asOf ?? warning.today);
		if (lacking) return lacking;
		const approvers = await approversFor(trx, { regionCode: warning.regionCode, industryKey: warning.industryKey, departmentId }, [row.created_by, actor.id]);
		if (!approvers.some(({ id }) => id === approverId)) return refuse('unknown-approver');
		await change(trx, locked, {
			fields: JSON.stringify(values), title, body, state: 'submitted', approver_id: approverId, submitted_by: actor.id, submitted_at: warning.now, declined_reason: null
		});
		await notify(trx, told(locked, 'disposal-to-approve', [approverId], actor));
		await remember(trx, actor, warning, { id: row.id, number: null, measure }, 'submit');
		return { ok: true };
	});
}

/** The named approver answers: yes, or back to the draft with the reason. Never about one's own. */
export async function decideDisposal(
	db: Kysely<DB>, actor: Actor, seen: SeenDisposal, decision: { readonly approve: true } | { readonly approve: false; readonly reason: string }
): Promise<Done | ApproveRefusal> {
	if (!may(actor, 'disposal.approve')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const step = decision.approve ? 'approve' : 'decline';
		const locked = await lockDisposal(trx, actor, seen, step);
		if (!locked.ok) return locked;
		const { row, warning, measure } = locked;
		const refused = check(actor, 'disposal.approve', { authorId: row.created_by });
		if (refused) return refused;
		if (row.submitted_by === actor.id) return ownWork;
		if (row.approver_id !== actor.id) return refuse('not-the-approver');
		const reason = decision.approve ? '' : decision.reason.trim();
		if (!decision.approve && reason.length < 2) return refuse('reason-missing');
		await change(trx, locked, decision.approve ? { state: 'approved', approved_at: warning.now } : { state: 'draft', declined_reason: reason, approved_at: null });
		await notify(trx, told(locked, decision.approve ? 'disposal-approved' : 'disposal-declined', awaiting(locked), actor));
		await remember(trx, actor, warning, { id: row.id, number: null, measure }, step, reason);
		return { ok: true };
	});
}

/** Takes a submitted or approved text back to be worked on: it then needs approval again. */
export async function recallDisposal(db: Kysely<DB>, actor: Actor, seen: SeenDisposal): Promise<Done | ApproveRefusal> {
	return back(db, actor, seen, 'recall', '');
}

/** Gives a disposal up before it is issued, with the reason. */
export async function withdrawDisposal(db: Kysely<DB>, actor: Actor, seen: SeenDisposal, reason: string): Promise<Done | ApproveRefusal> {
	return back(db, actor, seen, 'withdraw', reason.trim());
}

async function back(db: Kysely<DB>, actor: Actor, seen: SeenDisposal, step: 'recall' | 'withdraw', reason: string): Promise<Done | ApproveRefusal> {
	if (!may(actor, 'warning.work')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockDisposal(trx, actor, seen, step);
		if (!locked.ok) return locked;
		const { row, warning, measure } = locked;
		const refused = check(actor, 'warning.work', { departmentId: warning.current.departmentId });
		if (refused) return refused;
		if (step === 'withdraw' && reason.length < 2) return refuse('reason-missing');
		await change(trx, locked, step === 'recall' ? { state: 'draft', approved_at: null } : { state: 'withdrawn', withdrawn_reason: reason });
		await remember(trx, actor, warning, { id: row.id, number: null, measure }, step, reason);
		return { ok: true };
	});
}

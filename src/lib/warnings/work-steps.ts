import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { closingReasons, type ClosingReason } from './closing-reasons.ts';
import { deadlinesFrom, type AddWorkingDays, type DeadlineRules } from './deadlines.ts';
import type { Current, Patch } from './history.ts';
import { move, type MoveRefusal, type WorkAction } from './lifecycle.ts';
import { noteLimit } from './limits.ts';

/** One step of work as a person asks for it. */
export type WorkStep =
	| { readonly action: 'acknowledge' | 'investigate' | 'reopen' | 'accept' | 'decline' | 'recall' | 'split' | 'note'; readonly note: string }
	/** Only as the last step of a disposal that was approved; `measure` an id of the office's list. */
	| { readonly action: 'dispose'; readonly measure: string; readonly note: string }
	/** `cause`: id of a normal cause, where the reason needs one. */
	| { readonly action: 'close'; readonly reason: ClosingReason; readonly cause?: string; readonly note: string }
	| { readonly action: 'assign'; readonly ownerId: string; readonly note: string }
	| { readonly action: 'hand-over' | 'reassign'; readonly departmentId: string; readonly note: string }
	| { readonly action: 'merge'; readonly incidentId: string; readonly note: string };

/** Steps that mean nothing without words. Acknowledging may be silent. */
export const noteNeeded: readonly WorkAction[] = ['note', 'dispose', 'reopen', 'hand-over', 'decline', 'reassign'];

/** What a person can ask for at the desk itself: disposing is the end of a disposal, which somebody else has approved. */
export type DeskStep = Exclude<WorkStep, { readonly action: 'dispose' }>;

export type StepContext = {
	readonly actorId: string;
	/** ISO instant and day of the database's clock. */
	readonly now: string;
	readonly today: string;
	readonly deadlines: DeadlineRules;
	readonly addWorkingDays: AddWorkingDays;
};

export type StepRefusal =
	| MoveRefusal
	| Refusal<'note-missing'>
	| Refusal<'cause-missing'>
	| Refusal<'note-too-long', { limit: number }>
	| Refusal<'same-department'>
	| Refusal<'same-owner'>
	/** There is no hand-over to accept, decline or recall; or one waits already. */
	| Refusal<'not-offered'>
	| Refusal<'already-offered'>
	| Refusal<'same-incident'>
	| Refusal<'no-incident'>;

/** What a step changes in the current row, or why it is refused. Whether the person may do it is asked before. */
export function applyStep(
	current: Current,
	step: WorkStep,
	context: StepContext
): { readonly ok: true; readonly set: Patch } | StepRefusal {
	const closing = step.action === 'close' ? { reason: step.reason, everDisposed: current.disposedAt !== null } : undefined;
	const moved = move(current.work, step.action, closing);
	if (!moved.ok) return moved;
	const needsNote = noteNeeded.includes(step.action) || (step.action === 'close' && closingReasons[step.reason].needsNote);
	if (needsNote && step.note.trim() === '') return refuse('note-missing');
	if (step.action === 'close' && closingReasons[step.reason].needsCause && !step.cause) return refuse('cause-missing');
	if (step.note.length > noteLimit) return refuse('note-too-long', { limit: noteLimit });

	const work = moved.to;
	const { acknowledgeDue, disposeDue } = deadlinesFrom(context.deadlines, current.level, context.today, context.addWorkingDays);
	// Another obligation begins: nobody has been told of it yet.
	const unreported = { escalation: 0 } as const;
	/** At another desk, or opened again: to be acknowledged by somebody anew. An incident belongs to one desk. */
	const anew = { work, ownerId: null, acknowledgedAt: null, acknowledgeDue, handOverTo: null, ...unreported };
	switch (step.action) {
		case 'acknowledge':
			return { ok: true, set: { work, ownerId: context.actorId, acknowledgedAt: context.now, ...unreported } };
		case 'investigate':
			return { ok: true, set: { work } };
		case 'dispose':
			return { ok: true, set: { work, disposedAt: current.disposedAt ?? context.now, handOverTo: null, ...unreported } };
		case 'close':
			return { ok: true, set: { work, closedAt: context.now, closeReason: step.reason, handOverTo: null, ...unreported } };
		case 'reopen':
			return { ok: true, set: { ...anew, closedAt: null, closeReason: null, disposeDue } };
		case 'assign':
			if (step.ownerId === current.ownerId) return refuse('same-owner');
			return { ok: true, set: { ownerId: step.ownerId } };
		case 'hand-over':
			if (step.departmentId === current.departmentId) return refuse('same-department');
			if (current.handOverTo !== null) return refuse('already-offered');
			return { ok: true, set: { handOverTo: step.departmentId } };
		case 'accept':
			if (current.handOverTo === null) return refuse('not-offered');
			return { ok: true, set: { ...anew, departmentId: current.handOverTo, incidentId: null } };
		case 'decline':
		case 'recall':
			return current.handOverTo === null ? refuse('not-offered') : { ok: true, set: { handOverTo: null } };
		case 'reassign':
			if (step.departmentId === current.departmentId) return refuse('same-department');
			return { ok: true, set: { ...anew, departmentId: step.departmentId, incidentId: null } };
		case 'merge':
			return step.incidentId === current.incidentId ? refuse('same-incident') : { ok: true, set: { incidentId: step.incidentId } };
		case 'split':
			return current.incidentId === null ? refuse('no-incident') : { ok: true, set: { incidentId: null } };
		case 'note':
			return { ok: true, set: {} };
	}
}

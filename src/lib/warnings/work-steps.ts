import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { closingReasons, type ClosingReason } from './closing-reasons.ts';
import { deadlinesFrom, type AddWorkingDays, type DeadlineRules } from './deadlines.ts';
import type { Current, Patch } from './history.ts';
import { move, type MoveRefusal, type WorkAction } from './lifecycle.ts';
import type { Measure } from './measures.ts';

/** One step of work as a person asks for it. */
export type WorkStep =
	| { readonly action: 'acknowledge' | 'investigate' | 'reopen' | 'note'; readonly note: string }
	| { readonly action: 'dispose'; readonly measure: Measure; readonly note: string }
	| { readonly action: 'close'; readonly reason: ClosingReason; readonly note: string }
	| { readonly action: 'assign'; readonly ownerId: string; readonly note: string }
	| { readonly action: 'hand-over'; readonly departmentId: string; readonly note: string };

/** Longest note, in characters. */
export const noteLimit = 2_000;

/** Steps that mean nothing without words. Acknowledging may be silent. */
const needNote: readonly WorkAction[] = ['note', 'dispose', 'reopen', 'hand-over'];

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
	| Refusal<'note-too-long', { limit: number }>
	| Refusal<'same-department'>
	| Refusal<'same-owner'>;

/** What a step changes in the current row, or why it is refused. Whether the person may do it is asked before. */
export function applyStep(
	current: Current,
	step: WorkStep,
	context: StepContext
): { readonly ok: true; readonly set: Patch } | StepRefusal {
	const closing = step.action === 'close' ? { reason: step.reason, everDisposed: current.disposedAt !== null } : undefined;
	const moved = move(current.work, step.action, closing);
	if (!moved.ok) return moved;
	const noteNeeded = needNote.includes(step.action) || (step.action === 'close' && closingReasons[step.reason].needsNote);
	if (noteNeeded && step.note.trim() === '') return refuse('note-missing');
	if (step.note.length > noteLimit) return refuse('note-too-long', { limit: noteLimit });

	const work = moved.to;
	const acknowledgeAnew = {
		ownerId: null,
		acknowledgedAt: null,
		acknowledgeDue: deadlinesFrom(context.deadlines, current.level, context.today, context.addWorkingDays).acknowledgeDue
	};
	switch (step.action) {
		case 'acknowledge':
			return { ok: true, set: { work, ownerId: context.actorId, acknowledgedAt: context.now } };
		case 'investigate':
			return { ok: true, set: { work } };
		case 'dispose':
			return { ok: true, set: { work, disposedAt: current.disposedAt ?? context.now } };
		case 'close':
			return { ok: true, set: { work, closedAt: context.now, closeReason: step.reason } };
		case 'reopen': {
			const { disposeDue } = deadlinesFrom(context.deadlines, current.level, context.today, context.addWorkingDays);
			return { ok: true, set: { work, closedAt: null, closeReason: null, disposeDue, ...acknowledgeAnew } };
		}
		case 'assign':
			if (step.ownerId === current.ownerId) return refuse('same-owner');
			return { ok: true, set: { ownerId: step.ownerId } };
		case 'hand-over':
			if (step.departmentId === current.departmentId) return refuse('same-department');
			return { ok: true, set: { work, departmentId: step.departmentId, ...acknowledgeAnew } };
		case 'note':
			return { ok: true, set: {} };
	}
}

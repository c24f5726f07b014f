import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { fold, type Current, type HistoryEvent, type Patch } from './history.ts';
import type { WorkAction } from './lifecycle.ts';

/** How long after a step its own author may take it back, in minutes: a slip of the hand, not a change of mind. Ours. */
export const undoMinutes = 30;

/** Steps that leave nothing behind but the warning's own row. An issued paper or an accepted hand-over is somebody else's as well. */
export const undoable: readonly WorkAction[] = ['acknowledge', 'investigate', 'close', 'reopen', 'assign', 'hand-over', 'reassign', 'merge', 'split'];

export type UndoRefusal = Refusal<'nothing-to-undo'> | Refusal<'undo-too-late', { minutes: number }>;

/** An event as the person who asks sees it: whether they did it themselves, and when it was done. */
export type OwnEvent = HistoryEvent & { readonly mine: boolean; readonly at: Date };

/**
 * What taking back the newest step of work changes. Only the person who took it may, soon, and only while nobody has acted since; what
 * the machine or the clock changed meanwhile stays as it is. The step itself stays in the history.
 *
 * @param history oldest first, the raise included.
 */
export function undone(
	current: Current,
	history: readonly OwnEvent[],
	now: Date
): { readonly ok: true; readonly set: Patch; readonly undoes: HistoryEvent } | UndoRefusal {
	const last = history.findLast((event) => event.axis === 'work' && event.action !== 'note' && event.action !== 'escalate');
	if (last === undefined || !last.mine || !(undoable as readonly string[]).includes(last.action)) return refuse('nothing-to-undo');
	if (now.getTime() - last.at.getTime() > undoMinutes * 60_000) return refuse('undo-too-late', { minutes: undoMinutes });
	const before = fold(history.filter((event) => event.seq < last.seq))!;
	const fields = (Object.keys(last.set) as (keyof Patch)[]).filter((field) => current[field] === last.set[field]);
	return { ok: true, set: Object.fromEntries(fields.map((field) => [field, before[field]])) as Patch, undoes: last };
}

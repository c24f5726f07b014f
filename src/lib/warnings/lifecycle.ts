import { closingReasons, type ClosingReason } from './closing-reasons.ts';

/** The three axes never mix: the machine writes `evaluation`, people write `work`, and `visibility` belongs to the series. */
export const axes = ['evaluation', 'work', 'visibility'] as const;
export type Axis = (typeof axes)[number];

export const workStates = ['new', 'acknowledged', 'investigating', 'disposed', 'closed', 'reopened'] as const;
export type Work = (typeof workStates)[number];

export const evaluationStates = ['pending', 'breaching', 'cleared', 'held'] as const;
export type EvaluationState = (typeof evaluationStates)[number];

export const workActions = ['acknowledge', 'investigate', 'dispose', 'close', 'reopen', 'assign', 'hand-over', 'note'] as const;
export type WorkAction = (typeof workActions)[number];

/** What the machine writes into the history. */
export const machineActions = ['raise', 'refresh', 'worsen', 'ease', 'clear', 'hold', 'resume'] as const;
export type MachineAction = (typeof machineActions)[number];

export const visibilityActions = ['snooze', 'wake'] as const;
export type VisibilityAction = (typeof visibilityActions)[number];

/**
 * Which step of work leads where. Investigating may be skipped; acknowledging may not: nothing is disposed of or closed by somebody
 * who has not taken it. Handing over starts anew at the other department, so the obligation to acknowledge is never lost between two desks.
 */
export const moves = {
	new: { acknowledge: 'acknowledged', assign: 'new', 'hand-over': 'new', note: 'new' },
	acknowledged: {
		investigate: 'investigating', dispose: 'disposed', close: 'closed',
		assign: 'acknowledged', 'hand-over': 'new', note: 'acknowledged'
	},
	investigating: { dispose: 'disposed', close: 'closed', assign: 'investigating', 'hand-over': 'new', note: 'investigating' },
	disposed: { investigate: 'investigating', dispose: 'disposed', close: 'closed', assign: 'disposed', note: 'disposed' },
	closed: { reopen: 'reopened', note: 'closed' },
	reopened: { acknowledge: 'acknowledged', assign: 'reopened', 'hand-over': 'reopened', note: 'reopened' }
} as const satisfies Record<Work, Partial<Record<WorkAction, Work>>>;

export type MoveRefusal =
	| { readonly ok: false; readonly reason: 'illegal-move'; readonly from: Work; readonly action: WorkAction }
	/** `confirmed` says that something was done about it: there must be a disposal first. */
	| { readonly ok: false; readonly reason: 'not-disposed'; readonly from: Work; readonly action: WorkAction };

/** Where a step of work leads, or why it is refused. */
export function move(
	from: Work,
	action: WorkAction,
	closing?: { readonly reason: ClosingReason; readonly everDisposed: boolean }
): { readonly ok: true; readonly to: Work } | MoveRefusal {
	const to = (moves[from] as Partial<Record<WorkAction, Work>>)[action];
	if (to === undefined) return { ok: false, reason: 'illegal-move', from, action };
	if (action === 'close' && closing && closingReasons[closing.reason].needsDisposal && !closing.everDisposed) {
		return { ok: false, reason: 'not-disposed', from, action };
	}
	return { ok: true, to };
}

/** The steps that are open in a state, in the order they are offered. */
export function openActions(from: Work): readonly WorkAction[] {
	return workActions.filter((action) => action in moves[from]);
}

/** The step on the straight way to closing: offered first. */
export const nextStep: Readonly<Record<Work, WorkAction | null>> = {
	new: 'acknowledge', acknowledged: 'investigate', investigating: 'dispose', disposed: 'close', closed: null, reopened: 'acknowledge'
};

/** What is owed next: to acknowledge (by the department or who it was assigned to), to dispose (by the owner), to close, or nothing. */
export type Obligation = 'acknowledge' | 'dispose' | 'close' | null;

export function obligationOf(work: Work): Obligation {
	if (work === 'new' || work === 'reopened') return 'acknowledge';
	if (work === 'acknowledged' || work === 'investigating') return 'dispose';
	return work === 'disposed' ? 'close' : null;
}

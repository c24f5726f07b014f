import { closingReasons, type ClosingReason } from './closing-reasons.ts';

/** The three axes never mix: the machine writes `evaluation`, people write `work`, and `visibility` belongs to the series. */
export const axes = ['evaluation', 'work', 'visibility'] as const;
export type Axis = (typeof axes)[number];

export const workStates = ['new', 'acknowledged', 'investigating', 'disposed', 'closed', 'reopened'] as const;
export type Work = (typeof workStates)[number];

export const evaluationStates = ['pending', 'breaching', 'cleared', 'held'] as const;
export type EvaluationState = (typeof evaluationStates)[number];

export const workActions = [
	'acknowledge', 'accept', 'decline', 'investigate', 'dispose', 'close', 'reopen', 'assign', 'hand-over', 'recall', 'reassign', 'merge',
	'split', 'note'
] as const;
export type WorkAction = (typeof workActions)[number];

/**
 * What else stands on the work axis: taking the last step back, what the clock does when nobody acts or nobody is left who could, and the
 * steps of a disposal's paper up to and after the one that disposes.
 */
export const otherWorkActions = ['undo', 'escalate', 'return', 'disposal'] as const;
export type OtherWorkAction = (typeof otherWorkActions)[number];

/** What the machine writes into the history. */
export const machineActions = ['raise', 'refresh', 'worsen', 'ease', 'clear', 'hold', 'resume', 'absorb', 'release'] as const;
export type MachineAction = (typeof machineActions)[number];

export const visibilityActions = ['snooze', 'wake'] as const;
export type VisibilityAction = (typeof visibilityActions)[number];

/**
 * Which step of work leads where. Investigating may be skipped; acknowledging may not: nothing is disposed of or closed by somebody
 * who has not taken it. A hand-over asks: until the other side accepts, the work stays where it is, and accepting starts anew there, so
 * the obligation to acknowledge is never lost between two desks. A leader's reassigning is an order and starts anew at once.
 */
export const moves = {
	new: {
		acknowledge: 'acknowledged', accept: 'new', decline: 'new', assign: 'new', 'hand-over': 'new', recall: 'new', reassign: 'new',
		merge: 'new', split: 'new', note: 'new'
	},
	acknowledged: {
		accept: 'new', decline: 'acknowledged', investigate: 'investigating', dispose: 'disposed', close: 'closed', assign: 'acknowledged',
		'hand-over': 'acknowledged', recall: 'acknowledged', reassign: 'new', merge: 'acknowledged', split: 'acknowledged', note: 'acknowledged'
	},
	investigating: {
		accept: 'new', decline: 'investigating', dispose: 'disposed', close: 'closed', assign: 'investigating', 'hand-over': 'investigating',
		recall: 'investigating', reassign: 'new', merge: 'investigating', split: 'investigating', note: 'investigating'
	},
	disposed: {
		investigate: 'investigating', dispose: 'disposed', close: 'closed', assign: 'disposed', merge: 'disposed', split: 'disposed', note: 'disposed'
	},
	closed: { reopen: 'reopened', note: 'closed' },
	reopened: {
		acknowledge: 'acknowledged', accept: 'reopened', decline: 'reopened', assign: 'reopened', 'hand-over': 'reopened', recall: 'reopened',
		reassign: 'reopened', merge: 'reopened', split: 'reopened', note: 'reopened'
	}
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

/** The steps that are open in a state, in the order they are offered; accept, decline and recall only while a hand-over waits. */
export function openActions({ work, handOverTo, incidentId }: { readonly work: Work; readonly handOverTo: string | null; readonly incidentId: string | null }): readonly WorkAction[] {
	return workActions.filter((action) => {
		if (!(action in moves[work])) return false;
		if (action === 'accept' || action === 'decline' || action === 'recall') return handOverTo !== null;
		if (action === 'hand-over') return handOverTo === null;
		return action === 'split' ? incidentId !== null : true;
	});
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

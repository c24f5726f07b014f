import type { ClosingReason } from './closing-reasons.ts';
import type { Axis, EvaluationState, MachineAction, OtherWorkAction, VisibilityAction, Work, WorkAction } from './lifecycle.ts';
import type { Escalation } from './escalation.ts';
import { worsened, type Level } from './levels.ts';

/** The part of a warning that changes; every bit of it can be had back from the history. */
export type Current = {
	readonly level: Level;
	readonly evaluation: EvaluationState;
	readonly work: Work;
	readonly departmentId: string;
	readonly ownerId: string | null;
	readonly indicatorVersion: number;
	readonly firstBreachOn: string;
	readonly lastBreachOn: string;
	readonly occurredOn: string;
	readonly raisedOn: string;
	readonly clearedOn: string | null;
	/** ISO instants. */
	readonly acknowledgedAt: string | null;
	readonly disposedAt: string | null;
	readonly closedAt: string | null;
	readonly closeReason: ClosingReason | null;
	readonly acknowledgeDue: string | null;
	readonly disposeDue: string | null;
	/** The department that is asked to take it; until it accepts, work and owner stay where they are. */
	readonly handOverTo: string | null;
	readonly incidentId: string | null;
	/** The wider episode that absorbed this one. */
	readonly parentId: string | null;
	readonly escalation: Escalation;
	readonly observed: number | null;
	readonly expected: number | null;
	readonly upper: number | null;
	readonly q: number | null;
	/** Number of events so far; also the optimistic lock. */
	readonly version: number;
};

/** What an event changed. Stored in `warning_event.data.set`. */
export type Patch = Partial<Omit<Current, 'version'>>;

export type HistoryEvent = {
	readonly seq: number;
	readonly axis: Axis;
	readonly action: MachineAction | WorkAction | OtherWorkAction | VisibilityAction;
	readonly set: Patch;
};

/** The machine may shorten a deadline when the level worsens, and gives a new one to an episode that its parent releases; it never touches the steps of work, department or owner. */
const writableBy: Record<Axis, readonly (keyof Patch)[]> = {
	evaluation: [
		'level', 'evaluation', 'indicatorVersion', 'firstBreachOn', 'lastBreachOn', 'occurredOn', 'clearedOn',
		'observed', 'expected', 'upper', 'q', 'acknowledgeDue', 'disposeDue', 'parentId'
	],
	work: [
		'work', 'departmentId', 'ownerId', 'acknowledgedAt', 'disposedAt', 'closedAt', 'closeReason', 'acknowledgeDue', 'disposeDue',
		'handOverTo', 'incidentId', 'escalation'
	],
	visibility: []
};

/** What `set` may change on this axis; anything else in it is a programming error and stops the transaction. */
export function checkedPatch(axis: Axis, action: HistoryEvent['action'], set: Patch): Patch {
	if (action === 'raise') return set;
	for (const field of Object.keys(set) as (keyof Patch)[]) {
		if (!writableBy[axis].includes(field)) throw new Error(`The ${axis} axis must not write ${field} (${action}).`);
	}
	return set;
}

/** The current state of a warning from its whole history, oldest first. Undefined when it does not begin with `raise`. */
export function fold(history: readonly HistoryEvent[]): Current | undefined {
	const [first, ...rest] = history;
	if (first?.action !== 'raise') return undefined;
	let current = { ...first.set, version: first.seq } as Current;
	for (const event of rest) {
		current = { ...current, ...checkedPatch(event.axis, event.action, event.set), version: event.seq };
	}
	return current;
}

/** The height of an episode: the largest count with the day on which it was judged, and the worst level. */
export type Peak = { readonly observed: number | null; readonly on: string | null; readonly level: Level };

/** What the episode came to at its worst: a window that has moved on shows less. `history` oldest first, the raise included. */
export function peakOf(history: readonly (Pick<HistoryEvent, 'set'> & { readonly asOf: string })[]): Peak {
	let peak: Peak = { observed: null, on: null, level: 'blue' };
	for (const { set, asOf } of history) {
		if (set.observed != null && (peak.observed === null || set.observed > peak.observed)) peak = { ...peak, observed: set.observed, on: asOf };
		if (set.level !== undefined && worsened(peak.level, set.level)) peak = { ...peak, level: set.level };
	}
	return peak;
}

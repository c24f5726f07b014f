export const taskStates = ['draft', 'pooled', 'committed', 'drawn', 'done', 'cancelled'] as const;
export type TaskState = (typeof taskStates)[number];

/** What may be done in which state. A list that was drawn is never cancelled: it is carried out. */
export const taskMoves = {
	draft: { pool: 'pooled', cancel: 'cancelled' },
	pooled: { pool: 'pooled', commit: 'committed', cancel: 'cancelled' },
	// Back to a fresh pool when the frozen one, its classes or its inspectors are no longer right.
	committed: { pool: 'pooled', draw: 'drawn', cancel: 'cancelled' },
	drawn: { finish: 'done' },
	done: {},
	cancelled: {}
} as const satisfies Record<TaskState, Partial<Record<string, TaskState>>>;
export type TaskMove = 'pool' | 'commit' | 'draw' | 'finish' | 'cancel';

/** The state after a move; null when the move is illegal there. */
export function afterMove(state: TaskState, move: TaskMove): TaskState | null {
	return (taskMoves[state] as Partial<Record<TaskMove, TaskState>>)[move] ?? null;
}

/** The steps of a task's page, and the state from which each can be looked at. */
export const taskSteps = ['scope', 'pool', 'settings', 'draw', 'results'] as const;
export type TaskStep = (typeof taskSteps)[number];
export const stepOfState: Record<TaskState, TaskStep> = {
	draft: 'scope',
	pooled: 'settings',
	committed: 'draw',
	drawn: 'results',
	done: 'results',
	cancelled: 'scope'
};

/** `CC2026-000012`. @param serial from the sequence of the table. */
export function taskNumber(year: string, serial: number): string {
	return `CC${year}-${String(serial).padStart(6, '0')}`;
}

/** `XS2026-000012` for a lead check. */
export function leadCheckNumber(year: string, serial: number): string {
	return `XS${year}-${String(serial).padStart(6, '0')}`;
}

/** A task's name leaves the system, so it is made of year, item and number only: nothing in it can imply a class or a warning. */
export function taskName(year: string, itemName: string, number: string): string {
	return `${year}年度${itemName}双随机抽查（${number}）`;
}

/** Days a new task is given: a month, ours; the planner changes it. */
export const defaultDays = 30;


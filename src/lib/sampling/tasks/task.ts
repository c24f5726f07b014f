/** 定向抽查 and 不定向抽查 are random draws; a campaign (专项检查) has a list of its own. */
export const taskKinds = ['targeted', 'undirected', 'campaign'] as const;
export type TaskKind = (typeof taskKinds)[number];

export const taskStates = ['draft', 'committed', 'drawn', 'done', 'cancelled'] as const;
export type TaskState = (typeof taskStates)[number];

/** What may be done in which state. A list that was drawn is never cancelled: it is carried out, or drawn again for a reason. */
export const taskMoves = {
	draft: { commit: 'committed', cancel: 'cancelled' },
	// Back to the settings when the frozen pool, its classes or its inspectors are no longer right.
	committed: { reopen: 'draft', draw: 'drawn', cancel: 'cancelled' },
	drawn: { redraw: 'draft', finish: 'done' },
	done: {},
	cancelled: {}
} as const satisfies Record<TaskState, Partial<Record<string, TaskState>>>;
export type TaskMove = 'commit' | 'reopen' | 'draw' | 'redraw' | 'finish' | 'cancel';

/** The state after a move; null when the move is illegal there. */
export function afterMove(state: TaskState, move: TaskMove): TaskState | null {
	return (taskMoves[state] as Partial<Record<TaskMove, TaskState>>)[move] ?? null;
}

/** The steps of a task's page, and the state from which each can be looked at. */
export const taskSteps = ['scope', 'pool', 'settings', 'draw', 'results'] as const;
export type TaskStep = (typeof taskSteps)[number];
export const stepOfState: Record<TaskState, TaskStep> = {
	draft: 'scope',
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

/**
 * A task's name leaves the system, so it is made of year, item, kind of path and number only: nothing in it can imply a class or a warning. A
 * campaign is announced as one by law; whether a draw is targeted stays inside.
 */
export function taskName(year: string, itemName: string, number: string, kind: TaskKind = 'targeted'): string {
	return `${year}年度${itemName}${kind === 'campaign' ? '专项任务' : '双随机抽查'}（${number}）`;
}

/** Days a new task is given: a month, ours; the planner changes it. */
export const defaultDays = 30;

import { isAmong, notUnderstood } from '#lib/address/understood.ts';
import { taskKinds, taskStates, type TaskKind, type TaskState } from './task.ts';

/** What waits for a planner of the department, in the order in which it should be looked at; `all` is everything of the jurisdiction. */
export const taskDoors = ['all', 'overdue', 'recheck', 'draft', 'committed', 'review'] as const;
export type TaskDoor = (typeof taskDoors)[number];

/** Where a task comes from. */
export const taskSources = ['plan', 'campaign', 'incident', 'warning', 'free'] as const;
export type TaskSourceKind = (typeof taskSources)[number];

/** 本部门 / 跨部门. */
export const taskCrossings = ['own', 'joint'] as const;
export type TaskCrossing = (typeof taskCrossings)[number];

export const taskDues = ['over', 'week', 'month', 'later'] as const;
export type TaskDue = (typeof taskDues)[number];

export type TaskFilter = {
	readonly door: TaskDoor;
	readonly kind: TaskKind | null;
	readonly source: TaskSourceKind | null;
	readonly crossing: TaskCrossing | null;
	readonly state: TaskState | null;
	readonly due: TaskDue | null;
	/** Id of a plan (with the plans it amends), or of a campaign. */
	readonly plan: string | null;
	readonly campaign: string | null;
	/** Part of number, name of the item, region or department. */
	readonly q: string;
	/** The page begins after this many rows. */
	readonly skip: number;
};

export const taskPage = 50;

const oneOf = <T extends string>(values: readonly T[], given: string | null): T | null => values.find((value) => value === given) ?? null;
const idOf = (given: string | null): string | null => /^[\w-]{1,60}$/.exec(given ?? '')?.[0] ?? null;

/** The filter an address asks for. */
export function parseTaskFilter(params: URLSearchParams): TaskFilter {
	const skip = Number(params.get('skip') ?? 0);
	return {
		door: oneOf(taskDoors, params.get('door')) ?? 'all',
		kind: oneOf(taskKinds, params.get('kind')),
		source: oneOf(taskSources, params.get('source')),
		crossing: oneOf(taskCrossings, params.get('crossing')),
		state: oneOf(taskStates, params.get('state')),
		due: oneOf(taskDues, params.get('due')),
		plan: idOf(params.get('plan')),
		campaign: idOf(params.get('campaign')),
		q: (params.get('q') ?? '').trim().slice(0, 60),
		skip: Number.isInteger(skip) && skip > 0 && skip <= 100_000 ? skip : 0
	};
}

/** What an address asks of the list that is not understood, as `name=value`. */
export function misreadTasks(params: URLSearchParams): readonly string[] {
	const isId = (given: string) => idOf(given) !== null;
	return notUnderstood(params, {
		door: isAmong(taskDoors), kind: isAmong(taskKinds), source: isAmong(taskSources), crossing: isAmong(taskCrossings), state: isAmong(taskStates),
		due: isAmong(taskDues), plan: isId, campaign: isId
	});
}

/** The address of a filter; what is not set stays out of it. */
export function taskQuery(filter: TaskFilter, change: Partial<TaskFilter> = {}): string {
	const { door, skip, ...rest } = { ...filter, skip: 0, ...change };
	const query = new URLSearchParams();
	if (door !== 'all') query.set('door', door);
	for (const [name, value] of Object.entries(rest)) if (value !== null && value !== '') query.set(name, value);
	if (skip > 0) query.set('skip', String(skip));
	return `?${query}`;
}

/** Does a filter ask for anything but a door? */
export const narrowed = (filter: TaskFilter): boolean => taskQuery(filter, { door: 'all' }) !== '?';

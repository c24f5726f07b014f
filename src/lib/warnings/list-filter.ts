import { evaluationStates, workStates, type EvaluationState, type Work } from './lifecycle.ts';
import { levels, type Level } from './levels.ts';

/** The doors of the desk. What `new` and `overdue` mean depends on who asks: see `list.server.ts`. */
export const doors = ['new', 'mine', 'overdue', 'all'] as const;
export type Door = (typeof doors)[number];

export const snoozeViews = ['hide', 'only', 'all'] as const;
export type SnoozeView = (typeof snoozeViews)[number];

/** What the URL of the list says. Everything optional but the door. */
export type ListFilter = {
	readonly door: Door;
	readonly level: readonly Level[];
	readonly item: string | null;
	readonly indicator: string | null;
	/** GB/T 2260 code: it and everything below. */
	readonly region: string | null;
	/** Industry key: it and everything below; '-' unknown, '*' across industries. */
	readonly industry: string | null;
	readonly work: Work | null;
	readonly evaluation: EvaluationState | null;
	readonly snoozed: SnoozeView;
	readonly text: string | null;
	/** Only the warnings of an incident, closed ones too; or those under a parent episode. Ids. */
	readonly incident: string | null;
	readonly parent: string | null;
};

/** Keyset of the last row of a page: due day, level rank, id. */
export type Cursor = { readonly due: string; readonly rank: number; readonly id: string };

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | null {
	return allowed.includes(value as T) ? (value as T) : null;
}

function shaped(value: string | null, pattern: RegExp): string | null {
	return value !== null && pattern.test(value) ? value : null;
}

/** Reads the filter from a URL; what makes no sense is left out rather than refused, so that an old link still opens: see `ignoredIn`. */
export function parseFilter(params: URLSearchParams, fallback: Door = 'new'): ListFilter {
	return {
		door: oneOf(params.get('door'), doors) ?? fallback,
		level: levels.filter((level) => params.getAll('level').includes(level)),
		item: shaped(params.get('item'), /^[\w-]{1,60}$/),
		indicator: shaped(params.get('indicator'), /^[\w.:-]{1,80}$/),
		region: shaped(params.get('region'), /^\d{6}$/),
		industry: shaped(params.get('industry'), /^([A-Z]\d{0,4}|[-*])$/),
		work: oneOf(params.get('work'), workStates),
		evaluation: oneOf(params.get('evaluation'), evaluationStates),
		snoozed: oneOf(params.get('snoozed'), snoozeViews) ?? 'hide',
		text: params.get('q')?.trim().slice(0, 60) || null,
		incident: shaped(params.get('incident'), /^[\w-]{1,60}$/),
		parent: shaped(params.get('parent'), /^[\w-]{1,60}$/)
	};
}

/** What a URL asked for and the filter does not hold, as `name=value`: to be told, or a list would look narrowed that is not. */
export function ignoredIn(params: URLSearchParams, filter: ListFilter): string[] {
	const taken = new URLSearchParams(filterQuery(filter));
	taken.append('snoozed', filter.snoozed);
	const asked = [...params].filter(([name, value]) => name in filter && value !== '' && !taken.getAll(name).includes(value));
	return asked.map(([name, value]) => `${name}=${value.slice(0, 40)}`);
}

/** The same filter as a query string, for links: `/warnings?${…}`. */
export function filterQuery(filter: ListFilter, change: Partial<ListFilter> = {}): string {
	const f = { ...filter, ...change };
	const params = new URLSearchParams({ door: f.door });
	for (const level of f.level) params.append('level', level);
	for (const key of ['item', 'indicator', 'region', 'industry', 'work', 'evaluation', 'incident', 'parent'] as const) {
		const value = f[key];
		if (value !== null) params.set(key, value);
	}
	if (f.snoozed !== 'hide') params.set('snoozed', f.snoozed);
	if (f.text !== null) params.set('q', f.text);
	return params.toString();
}

export function parseCursor(text: string | null): Cursor | null {
	const match = /^(\d{4}-\d\d-\d\d)_(\d)_([\w-]{1,60})$/.exec(text ?? '');
	return match ? { due: match[1]!, rank: Number(match[2]), id: match[3]! } : null;
}

export function cursorText(cursor: Cursor): string {
	return `${cursor.due}_${cursor.rank}_${cursor.id}`;
}

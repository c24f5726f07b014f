import type { ChangedRows } from '#lib/counts/corrections.ts';
import { daysBetween } from '#lib/calendar/days.ts';
import type { ScopeKind } from './evaluation.ts';

/** A row behind a figure, as far as counting needs it. */
export type FigureRow = { readonly uscc: string; readonly kind: string; readonly day: string; readonly item: string | null; readonly person: string | null };

/** A complaint of the same person about the same subject within so many days is no new one (D4). */
export const repeatDays = 30;

/**
 * What a warning's observed figure counts, of some rows: enterprises where several share something, days of application of repeated
 * changes, items of a shell transfer, else rows, with complaints of one person once. Rows before `from` only say what is a repeat.
 */
export function figureOf(rows: readonly FigureRow[], scopeKind: ScopeKind, method: string, from: string): number {
	const own = rows.filter((row) => row.day >= from);
	if ((scopeKind !== 'cell' && scopeKind !== 'enterprise')) return new Set(own.map((row) => row.uscc)).size;
	if (method === 'repeated-changes') return new Set(own.map((row) => row.day)).size;
	if (method === 'shell-transfer') return new Set(own.map((row) => row.item)).size;
	const last = new Map<string, string>();
	return [...rows]
		.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
		.filter((row) => {
			if (row.kind !== 'complaint' || row.person === null) return true;
			const key = `${row.uscc}|${row.person}`;
			const before = last.get(key);
			last.set(key, row.day);
			return before === undefined || daysBetween(before, row.day) > repeatDays;
		})
		.filter((row) => row.day >= from).length;
}

/** What the figure would be with the corrections; of the evening whose figure the warning shows. */
export type Standing = {
	readonly judgedOn: string;
	readonly then: number;
	readonly now: number;
	/** The limit that is reached, or the range's upper end that is exceeded. */
	readonly bound: { readonly kind: 'limit' | 'upper'; readonly at: number };
	readonly holds: boolean;
};

/** Whether a figure is still what a warning is raised for. */
export function standing(judgedOn: string, then: number, now: number, limit: number | null, upper: number | null): Standing | null {
	const bound = limit !== null ? { kind: 'limit' as const, at: limit } : upper !== null ? { kind: 'upper' as const, at: Math.floor(upper) } : null;
	if (bound === null) return null;
	return { judgedOn, then, now, bound, holds: bound.kind === 'limit' ? now >= bound.at : now > (upper ?? bound.at) };
}

/** What became of the rows a warning stood on. */
export type WarningCorrections = {
	readonly id: string;
	readonly number: string;
	readonly item: string;
	readonly scopeKind: ScopeKind;
	readonly changed: ChangedRows;
	/** Null where rows alone do not give the figure: then the next evening tells. */
	readonly standing: Standing | null;
};

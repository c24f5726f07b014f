import * as v from 'valibot';
import { isCellError } from '#lib/intake/cell-values.ts';
import type { Bound, FileColumn } from './columns.ts';
import { differences, type Difference } from './differences.ts';

/** A row as it stands in the file. */
export type FileRow = { readonly line: number; readonly cells: readonly string[]; readonly fault: boolean };

/** What stands in a cell, and what should. */
export type WrongCell = { readonly column: string; readonly value: string; readonly rule: string };

/** Why a row is not taken. `more`: the other cells that are wrong, so that a file is mended in one round. */
export type RowRefusal =
	| { readonly reason: 'unreadable' }
	| ({ readonly reason: 'cell'; readonly more: readonly WrongCell[] } & WrongCell)
	| { readonly reason: 'twice'; readonly line: number }
	| { readonly reason: 'ambiguous' | 'taken' | 'unknown' }
	| { readonly reason: 'other-department' | 'name-differs'; readonly value: string; readonly own: string };

/** Whom a row is about: somebody who is in the register, somebody new, or a refusal. */
export type Found<C> = { readonly id: string; readonly content: C } | 'new' | RowRefusal;

type Common = { readonly line: number; readonly title: string; readonly cells: readonly string[] };
export type JudgedRow<C> = Common &
	(
		| { readonly state: 'new'; readonly content: C }
		| { readonly state: 'changed'; readonly id: string; readonly content: C; readonly differences: readonly Difference[] }
		| { readonly state: 'unchanged'; readonly id: string }
		| { readonly state: 'refused'; readonly refusal: RowRefusal }
	);

/** A register as judging knows it. */
export type Judging<C, N> = {
	readonly columns: readonly FileColumn<C, N>[];
	readonly names: N;
	/** What somebody new has that the file says nothing about. */
	readonly fresh: Partial<C>;
	/** Checks and tidies a whole content, or gives the keys of the fields that are wrong. */
	readonly settle: (content: Record<string, unknown>) => { readonly ok: true; readonly content: C } | { readonly ok: false; readonly keys: readonly string[] };
	/** @param given the cells that were read, by key; `text` gives a cell of a column that is only compared. */
	readonly find: (given: Partial<C>, text: (key: string) => string) => Found<C>;
	/** What may stand in the file once: a key, or null. */
	readonly once: (content: C, id: string | null) => readonly string[];
	readonly title: (given: Partial<C>) => string;
};

/** Settles with a schema; what it does not know stays as it is. */
export function settleWith<C>(schema: v.GenericSchema<unknown, object>): Judging<C, unknown>['settle'] {
	return (content) => {
		const parsed = v.safeParse(schema, content);
		if (!parsed.success) return { ok: false, keys: [...new Set(parsed.issues.map((issue) => v.getDotPath(issue)?.split('.')[0] ?? ''))] };
		return { ok: true, content: { ...content, ...parsed.output } as C };
	};
}

/**
 * Judges the rows of a file against what the register holds: new, changed (with each field's old and new value), unchanged, or refused with
 * the reason. The same rows against the same register give the same answer; a column that the file does not have changes nothing.
 */
export function judgeRows<C, N>(judging: Judging<C, N>, bound: Bound, rows: readonly FileRow[]): JudgedRow<C>[] {
	const seen = new Map<string, number>();
	return rows.map((row) => judgeRow(judging, bound, row, seen));
}

/** The cells of a row by key; those that cannot be read are a refusal. */
export function readCells<C, N>(columns: readonly FileColumn<C, N>[], names: N, bound: Bound, row: FileRow): Partial<C> | RowRefusal {
	if (row.fault) return { reason: 'unreadable' };
	const { given, wrong } = readEach(columns, names, bound, row);
	return refusalOf(wrongCells(columns, bound, row, wrong)) ?? (given as Partial<C>);
}

/** @returns `wrong`: the keys of the columns whose cells cannot be read. */
function readEach<C, N>(columns: readonly FileColumn<C, N>[], names: N, bound: Bound, row: FileRow) {
	const given: Record<string, unknown> = {};
	const wrong: string[] = [];
	for (const column of columns) {
		const at = bound.at.get(column.key);
		if (at === undefined) continue;
		const text = row.cells[at] ?? '';
		const value = isCellError(text) ? undefined : column.read(text, names);
		if (value === undefined) wrong.push(column.key);
		else given[column.key] = value;
	}
	return { given, wrong };
}

const textOf = (bound: Bound, row: FileRow, key: string): string => row.cells[bound.at.get(key) ?? -1] ?? '';

/** The cells of some columns as they stand in the row, in the order of the columns. */
const wrongCells = <C, N>(columns: readonly FileColumn<C, N>[], bound: Bound, row: FileRow, keys: readonly string[]): WrongCell[] =>
	columns.filter(({ key }) => keys.includes(key)).map((column) => ({ column: column.header, value: textOf(bound, row, column.key).slice(0, 60), rule: column.rule() }));

function refusalOf([first, ...more]: readonly WrongCell[]): RowRefusal | null {
	return first === undefined ? null : { reason: 'cell', ...first, more };
}

export const isRefusal = <C>(given: Partial<C> | RowRefusal): given is RowRefusal => 'reason' in given && typeof given.reason === 'string';

function judgeRow<C, N>(judging: Judging<C, N>, bound: Bound, row: FileRow, seen: Map<string, number>): JudgedRow<C> {
	const { columns, names } = judging;
	const refused = (refusal: RowRefusal, title = row.cells.filter(Boolean).slice(0, 2).join(' ')): JudgedRow<C> => ({
		line: row.line, cells: row.cells, title: title.slice(0, 80), state: 'refused', refusal
	});
	if (row.fault) return refused({ reason: 'unreadable' });
	const { given: read, wrong } = readEach(columns, names, bound, row);
	const given = read as Partial<C>;
	const cellsOf = (keys: readonly string[]) => wrongCells(columns, bound, row, keys);
	if (wrong.length > 0) {
		// What can be read is checked as well: what is missing is told with what is wrong.
		const rest = judging.settle({ ...judging.fresh, ...given });
		const others = rest.ok ? [] : rest.keys.filter((key) => bound.at.has(key) && !wrong.includes(key));
		return refused(refusalOf([...cellsOf(wrong), ...cellsOf(others)])!);
	}
	const title = judging.title(given);
	const found = judging.find(given, (key) => textOf(bound, row, key));
	if (found !== 'new' && 'reason' in found) return refused(found, title);
	const settled = judging.settle({ ...(found === 'new' ? judging.fresh : found.content), ...given });
	if (!settled.ok) {
		return refused(refusalOf(cellsOf(settled.keys)) ?? { reason: 'unreadable' }, title);
	}
	const keys = judging.once(settled.content, found === 'new' ? null : found.id);
	const before = keys.map((key) => seen.get(key)).find((line) => line !== undefined);
	if (before !== undefined) return refused({ reason: 'twice', line: before }, title);
	for (const key of keys) seen.set(key, row.line);
	const common = { line: row.line, cells: row.cells, title };
	if (found === 'new') return { ...common, state: 'new', content: settled.content };
	const changed = differences(columns.filter(({ key }) => bound.at.has(key)), found.content, settled.content, names);
	if (changed.length === 0) return { ...common, state: 'unchanged', id: found.id };
	return { ...common, state: 'changed', id: found.id, content: settled.content, differences: changed };
}

import type { SheetRow } from './xml-cells.ts';

/** Cells of one column that were made one over several rows; rows from 1, columns from 0. */
export type MergedCells = { readonly column: number; readonly top: number; readonly bottom: number };

/** Reads `A2:A5`; null where only one row is meant: the cells beside are one field's, not two's. */
export function mergedCells(reference: string): MergedCells | null {
	const match = /^([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})$/.exec(reference);
	if (match === null || Number(match[3]) <= Number(match[2])) return null;
	return { column: columnOf(match[1]!), top: Number(match[2]), bottom: Number(match[3]) };
}

/** `'BC12'` → 54. */
export function columnOf(reference: string): number {
	let n = 0;
	for (let i = 0; i < reference.length; i++) {
		const code = reference.charCodeAt(i);
		if (code < 65 || code > 90) break;
		n = n * 26 + code - 64;
	}
	return n - 1;
}

/**
 * Gives each row what a cell above says for it as well. A file holds the value in the topmost row only. Rows without anything of their
 * own stay empty.
 */
export function makeFillDown(all: readonly MergedCells[]): (row: SheetRow) => SheetRow {
	if (all.length === 0) return (row) => row;
	const coming = [...all].sort((a, b) => b.top - a.top);
	let open: { readonly cells: MergedCells; readonly value: string }[] = [];
	return (row) => {
		open = open.filter(({ cells }) => cells.bottom >= row.line);
		let values: string[] | null = null;
		if (row.values.some((value) => value.trim() !== '')) {
			for (const { cells, value } of open) {
				if ((row.values[cells.column] ?? '') !== '') continue;
				values ??= [...row.values];
				while (values.length < cells.column) values.push('');
				values[cells.column] = value;
			}
		}
		while (coming.length > 0 && coming.at(-1)!.top <= row.line) {
			const cells = coming.pop()!;
			const value = cells.top === row.line ? (row.values[cells.column] ?? '') : '';
			if (value !== '') open.push({ cells, value });
		}
		return values === null ? row : { ...row, values };
	};
}

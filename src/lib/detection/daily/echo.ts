import { cellsOf, type CellSet, type CellSpace } from './space.ts';

/** A finding of which this much lies in an open rise is its echo; an open rise of which this much lies in the finding is absorbed by it. */
const echoShare = 0.5;
const absorbedShare = 0.9;

export type Relation = 'echo' | 'absorbs' | 'apart';

/** How a new finding stands to a rise that is already open: one cause, one warning (E5). */
export function relationOf(space: CellSpace, found: CellSet, open: CellSet): Relation {
	const a = cellsOf(space, found);
	const b = cellsOf(space, open);
	return relationBySize(inCommon(a, b), a.length, b.length);
}

/** The same by the numbers of cells in common, of the finding, and of the open rise. */
export function relationBySize(common: number, found: number, open: number): Relation {
	if (common > echoShare * found) return 'echo';
	return common >= absorbedShare * open ? 'absorbs' : 'apart';
}

/** Cells in common; both ascending. */
function inCommon(a: Int32Array, b: Int32Array): number {
	let common = 0;
	for (let i = 0, j = 0; i < a.length && j < b.length; ) {
		if (a[i]! < b[j]!) i++;
		else if (a[i]! > b[j]!) j++;
		else {
			common++;
			i++;
			j++;
		}
	}
	return common;
}

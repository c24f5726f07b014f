import { cellsOf, type CellSet, type CellSpace } from './space.ts';

/** A finding of which this much lies in an open rise is its echo; an open rise of which this much lies in the finding is absorbed by it. */
const echoShare = 0.5;
const absorbedShare = 0.9;

/** How a new finding stands to a rise that is already open: one cause, one warning (E5). */
export function relationOf(space: CellSpace, found: CellSet, open: CellSet): 'echo' | 'absorbs' | 'apart' {
	const a = cellsOf(space, found);
	const b = cellsOf(space, open);
	const common = inCommon(a, b);
	if (common > echoShare * a.length) return 'echo';
	return common >= absorbedShare * b.length ? 'absorbs' : 'apart';
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

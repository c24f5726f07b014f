import { firstAtLeast, type CellLayout, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { longestWindow } from '#lib/detection/daily/evidence.ts';
import type { KnownCounts } from '#lib/detection/daily/known-counts.ts';

/** An event that something else explains. */
type Explained = { readonly leaf: number; readonly day: number };

/**
 * As `knownCounts`, but only of the days that windows can hold: a preview judges hundreds of evenings, and their history is the same.
 * Evenings are best asked for in order: each goes on where the last one stood.
 */
export function recentCounts(counts: LeafCounts, { space, cellOfLeaf }: CellLayout): (asOf: number, explained: readonly Explained[]) => KnownCounts {
	const cells = space.regions * space.industries;
	const table = new Int32Array(cells * longestWindow);
	/** Of each leaf the first entry after the evening asked for last. */
	const after = counts.start.slice(0, -1);
	const { late } = counts;
	return (asOf, explained) => {
		const first = asOf - longestWindow + 1;
		table.fill(0);
		let filled = 0;
		const add = (leaf: number, day: number, n: number) => {
			if (day < first || day > asOf) return;
			const at = cellOfLeaf[leaf]! * longestWindow + day - first;
			if (table[at] === 0) filled++;
			table[at]! += n;
			if (table[at] === 0) filled--;
		};
		for (let leaf = 0; leaf < after.length; leaf++) {
			const from = counts.start[leaf]!;
			const to = counts.start[leaf + 1]!;
			let k = after[leaf]!;
			while (k < to && counts.day[k]! <= asOf) k++;
			while (k > from && counts.day[k - 1]! > asOf) k--;
			after[leaf] = k;
			for (k--; k >= from && counts.day[k]! >= first; k--) add(leaf, counts.day[k]!, counts.n[k]!);
		}
		for (let i = firstAtLeast(late.day, first); i < late.day.length && late.day[i]! <= asOf; i++) {
			if (late.received[i]! > asOf) add(late.leaf[i]!, late.day[i]!, -late.n[i]!);
		}
		for (const { leaf, day } of explained) add(leaf, day, -1);
		return filledOf(table, cells, first, filled);
	};
}

function filledOf(table: Int32Array, cells: number, first: number, filled: number): KnownCounts {
	const start = new Int32Array(cells + 1);
	const day = new Int32Array(filled);
	const n = new Int32Array(filled);
	let at = 0;
	for (let cell = 0; cell < cells; cell++) {
		const row = cell * longestWindow;
		for (let d = 0; d < longestWindow; d++) {
			if (table[row + d] === 0) continue;
			day[at] = first + d;
			n[at++] = table[row + d]!;
		}
		start[cell + 1] = at;
	}
	return { start, day, n };
}

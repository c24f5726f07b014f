import { firstAtLeast, type CellLayout, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { longestWindow } from '#lib/detection/daily/evidence.ts';
import type { KnownCounts } from '#lib/detection/daily/known-counts.ts';

/** An event that something else explains. */
type Explained = { readonly leaf: number; readonly day: number };

/**
 * As `knownCounts`, but only of the days that windows can hold: a preview judges hundreds of evenings, and their history is the same.
 *
 * @param explained events that do not count.
 */
export function recentCounts(counts: LeafCounts, { space, cellOfLeaf }: CellLayout, asOf: number, explained: readonly Explained[]): KnownCounts {
	const cells = space.regions * space.industries;
	const first = asOf - longestWindow + 1;
	const table = new Int32Array(cells * longestWindow);
	const add = (leaf: number, day: number, n: number) => {
		if (day >= first && day <= asOf) table[cellOfLeaf[leaf]! * longestWindow + day - first]! += n;
	};
	for (let leaf = 0; leaf < cellOfLeaf.length; leaf++) {
		const from = counts.start[leaf]!;
		for (let k = lastUpTo(counts.day, from, counts.start[leaf + 1]!, asOf); k >= from && counts.day[k]! >= first; k--) add(leaf, counts.day[k]!, counts.n[k]!);
	}
	const { late } = counts;
	for (let i = firstAtLeast(late.day, first); i < late.day.length && late.day[i]! <= asOf; i++) {
		if (late.received[i]! > asOf) add(late.leaf[i]!, late.day[i]!, -late.n[i]!);
	}
	for (const { leaf, day } of explained) add(leaf, day, -1);

	const start = new Int32Array(cells + 1);
	const filled = table.reduce((sum, n) => (n === 0 ? sum : sum + 1), 0);
	const day = new Int32Array(filled);
	const n = new Int32Array(filled);
	let at = 0;
	for (let i = 0; i < table.length; i++) {
		if (table[i] === 0) continue;
		day[at] = first + (i % longestWindow);
		n[at++] = table[i]!;
		start[Math.floor(i / longestWindow) + 1] = at;
	}
	for (let cell = 0; cell < cells; cell++) if (start[cell + 1] === 0) start[cell + 1] = start[cell]!;
	return { start, day, n };
}

/** Index of the last entry of `from` … `to` − 1 not above `value`, in ascending days; `from` − 1 when there is none. */
function lastUpTo(days: Int32Array, from: number, to: number, value: number): number {
	let [low, high] = [from, to];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (days[middle]! <= value) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

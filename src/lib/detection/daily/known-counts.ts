import { firstAtLeast, type LeafCounts } from './cells.ts';

/** Daily counts of the cells as they were known on one evening: entries of cell c at start[c] … start[c + 1] − 1, days ascending. */
export type KnownCounts = { readonly start: Int32Array; readonly day: Int32Array; readonly n: Int32Array };

/**
 * What was known on an evening: nothing that happened or was received later.
 *
 * @param cellOfLeaf cell of each leaf; a cell has at most one leaf.
 * @param cells number of cells.
 */
export function knownCounts(counts: LeafCounts, cellOfLeaf: Int32Array, cells: number, asOf: number): KnownCounts {
	const { late } = counts;
	const corrections = new Map<number, Map<number, number>>();
	let extra = 0;
	for (let i = firstAtLeast(late.day, asOf - late.longest); i < late.day.length && late.day[i]! <= asOf; i++) {
		if (late.received[i]! <= asOf) continue;
		const cell = cellOfLeaf[late.leaf[i]!]!;
		let own = corrections.get(cell);
		if (own === undefined) corrections.set(cell, (own = new Map()));
		own.set(late.day[i]!, (own.get(late.day[i]!) ?? 0) - late.n[i]!);
		extra++;
	}
	if (corrections.size === 0) {
		const shared = asTheyAre(counts, cellOfLeaf, cells, asOf);
		if (shared !== null) return shared;
	}
	const leafOfCell = new Int32Array(cells).fill(-1);
	cellOfLeaf.forEach((cell, leaf) => (leafOfCell[cell] = leaf));
	const start = new Int32Array(cells + 1);
	const day = new Int32Array(counts.day.length + extra);
	const n = new Int32Array(day.length);
	let at = 0;
	for (let cell = 0; cell < cells; cell++) {
		start[cell] = at;
		const leaf = leafOfCell[cell]!;
		const own = corrections.get(cell);
		const from = leaf < 0 ? 0 : counts.start[leaf]!;
		const to = leaf < 0 ? 0 : counts.start[leaf + 1]!;
		for (let k = from; k < to && counts.day[k]! <= asOf; k++) {
			let known = counts.n[k]!;
			const correction = own?.get(counts.day[k]!);
			if (correction !== undefined) {
				known += correction;
				own!.delete(counts.day[k]!);
			}
			if (known === 0) continue;
			day[at] = counts.day[k]!;
			n[at++] = known;
		}
		if (own === undefined || own.size === 0) continue;
		// Days of which nothing counts any more, but something did then.
		const rows = [...own, ...Array.from({ length: at - start[cell]! }, (_, k) => [day[start[cell]! + k]!, n[start[cell]! + k]!] as const)];
		rows.sort((a, b) => a[0] - b[0]);
		at = start[cell]!;
		for (const [on, known] of rows) {
			if (known === 0) continue;
			day[at] = on;
			n[at++] = known;
		}
	}
	start[cells] = at;
	return { start, day: day.subarray(0, at), n: n.subarray(0, at) };
}

/** The counts themselves, uncopied, where leaves are in the order of cells and nothing is later than the evening; else null. */
function asTheyAre(counts: LeafCounts, cellOfLeaf: Int32Array, cells: number, asOf: number): KnownCounts | null {
	const leaves = cellOfLeaf.length;
	const start = new Int32Array(cells + 1);
	let cell = 0;
	for (let leaf = 0; leaf < leaves; leaf++) {
		if (leaf > 0 && cellOfLeaf[leaf]! <= cellOfLeaf[leaf - 1]!) return null;
		const end = counts.start[leaf + 1]!;
		if (end > counts.start[leaf]! && counts.day[end - 1]! > asOf) return null;
		while (cell <= cellOfLeaf[leaf]!) start[cell++] = counts.start[leaf]!;
	}
	start.fill(counts.start[leaves]!, cell);
	return { start, day: counts.day, n: counts.n };
}

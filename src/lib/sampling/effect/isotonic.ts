import { rateOf } from './intervals.ts';
import type { Cell } from './outcomes.ts';

/**
 * The rising line nearest to the rates, weighted by visits: pool adjacent violators. M. Ayer et al., "An empirical distribution function for
 * sampling with incomplete information", Annals of Mathematical Statistics 26 (1955), 641–647.
 *
 * @param cells in order of the scale. @returns one rate a cell, null where a cell has no visit; equal neighbours were pooled.
 */
export function isotonic(cells: readonly Cell[]): (number | null)[] {
	const blocks: { n: number; problems: number; cells: number }[] = [];
	for (const cell of cells.filter((c) => c.n > 0)) {
		let block = { n: cell.n, problems: cell.problems, cells: 1 };
		let before = blocks[blocks.length - 1];
		while (before !== undefined && rateOf(before) > rateOf(block)) {
			block = { n: before.n + block.n, problems: before.problems + block.problems, cells: before.cells + block.cells };
			blocks.pop();
			before = blocks[blocks.length - 1];
		}
		blocks.push(block);
	}
	const fitted = blocks.flatMap((block) => Array.from({ length: block.cells }, () => rateOf(block)));
	let next = 0;
	return cells.map((cell) => (cell.n > 0 ? fitted[next++]! : null));
}

import type { KnownCounts } from './known-counts.ts';
import type { Rates } from './rates.ts';
import type { CellSpace } from './space.ts';
import type { Worth } from './worth.ts';

/** Longest window in days: the days that are told apart fit the bits of one integer. */
export const longestWindow = 28;

/** What the windows that end on the judged evening hold, per cell: observed and expected. */
export type Evidence = {
	readonly asOf: number;
	readonly windows: readonly number[];
	/** Per window, per cell. */
	readonly observed: readonly Float64Array[];
	readonly expected: readonly Float64Array[];
	/** Events of a cell on a day, and what was to be expected of it by now. */
	readonly on: (cell: number, day: number) => number;
	readonly due: (cell: number, day: number) => number;
	/** Takes the days of some cells as explained: they count as expected from now on. */
	readonly explain: (cells: Int32Array, from: number, to: number) => void;
};

export function evidenceOf(
	space: CellSpace, counts: KnownCounts, worth: Worth, { rate }: Rates, asOf: number, windows: readonly number[]
): Evidence {
	const cells = space.regions * space.industries;
	const first = asOf - longestWindow + 1;
	const due = (cell: number, day: number) => (day < 0 ? 0 : rate[cell]! * worth.rows[worth.rowOf(cell) + day]!);
	const delivered = (cell: number, day: number) => worth.rows[worth.rowOf(cell) + day]! > 0;
	const on = (cell: number, day: number) => {
		for (let k = counts.start[cell + 1]! - 1; k >= counts.start[cell]! && counts.day[k]! >= day; k--) {
			if (counts.day[k] === day) return delivered(cell, day) ? counts.n[k]! : 0;
		}
		return 0;
	};
	const observed = windows.map(() => new Float64Array(cells));
	const rows = worth.rows.length / worth.days;
	const sums = windows.map((window) => {
		const sum = new Float64Array(rows);
		for (let row = 0; row < rows; row++) {
			for (let t = Math.max(0, asOf - window + 1); t <= asOf; t++) sum[row] = sum[row]! + worth.rows[row * worth.days + t]!;
		}
		return sum;
	});
	const expected = sums.map((sum) => rate.map((level, cell) => level * sum[worth.rowOf(cell) / worth.days]!));
	for (let cell = 0; cell < cells; cell++) {
		for (let k = counts.start[cell + 1]! - 1; k >= counts.start[cell]! && counts.day[k]! >= first; k--) {
			if (!delivered(cell, counts.day[k]!)) continue;
			for (let v = 0; v < windows.length; v++) {
				if (counts.day[k]! > asOf - windows[v]!) observed[v]![cell] = observed[v]![cell]! + counts.n[k]!;
			}
		}
	}
	const explained = new Int32Array(cells);
	return {
		asOf, windows, observed, expected, on, due,
		explain(list, from, to) {
			for (const cell of list) {
				for (let day = Math.max(first, from, 0); day <= Math.min(asOf, to); day++) {
					const bit = 1 << (asOf - day);
					if (explained[cell]! & bit) continue;
					explained[cell] = explained[cell]! | bit;
					const change = due(cell, day) - on(cell, day);
					if (change === 0) continue;
					for (let v = 0; v < windows.length; v++) {
						if (day > asOf - windows[v]!) observed[v]![cell] = observed[v]![cell]! + change;
					}
				}
			}
		}
	};
}

import type { Sum } from './cube.ts';
import type { Measure } from './query.ts';
import { shrinkRates, tooFewForChange, tooFewForRate } from './small-cells.ts';

/** A sum with what can be said about it. */
export type Figure = Sum & {
	/** What the measure colours and ranks by; null: cannot be said (no data yet, no denominator, nothing before). */
	readonly value: number | null;
	/** Events per 1,000 enterprises, drawn towards the parent; null without enterprises. */
	readonly rate: number | null;
	/** The same as counted. */
	readonly rawRate: number | null;
	/** Relative change, 0.2 = a fifth more; null where there was nothing before, or nothing is known of it. */
	readonly change: number | null;
	/** Too few to judge by this measure. */
	readonly few: boolean;
};

/** Judges sums against each other; they are siblings, and all of them together their parent. */
export function figuresOf(sums: readonly Sum[], measure: Measure): readonly Figure[] {
	const { parent, rates } = shrinkRates(sums);
	return sums.map((sum, i) => {
		const rate = sum.active > 0 ? rates[i]! * 1000 : null;
		const change = sum.baseKnown && sum.base > 0 ? (sum.n - sum.base) / sum.base : null;
		const value = measure === 'rate' ? rate : measure === 'change' ? change : sum.n;
		return {
			...sum,
			value,
			rate,
			rawRate: sum.active > 0 ? (sum.n / sum.active) * 1000 : null,
			change,
			few: measure === 'rate' ? tooFewForRate(sum, parent) : measure === 'change' ? tooFewForChange(sum.n, sum.base) : false
		};
	});
}

/**
 * Worst first. Warnings by their worst level: red, then orange, yellow, blue. Other measures by their value; what has too few to
 * judge comes after what can be judged, what has no value last. Ties by count, then key.
 */
export function ranked(figures: readonly Figure[], measure: Measure): readonly Figure[] {
	return [...figures].sort((a, b) => {
		if (measure === 'warnings') {
			for (let i = 0; i < 4; i++) if (a.levels[i] !== b.levels[i]) return b.levels[i]! - a.levels[i]!;
		} else {
			if (a.few !== b.few) return a.few ? 1 : -1;
			const [va, vb] = [a.value ?? -Infinity, b.value ?? -Infinity];
			if (va !== vb) return vb > va ? 1 : -1;
		}
		return b.n - a.n || (a.key < b.key ? -1 : 1);
	});
}

/** How far above last year a cell is, in units of what chance does to two counts: (n − base) / √(n + base). Of an unknown base: 0. */
export function surprise(sum: Pick<Sum, 'n' | 'base' | 'baseKnown'>): number {
	const both = sum.n + sum.base;
	return both === 0 || !sum.baseKnown ? 0 : (sum.n - sum.base) / Math.sqrt(both);
}

/** From here on a rise is worth a line on the page; some two chances in a thousand for one cell, and many are looked at. Ours. */
export const notableSurprise = 3;

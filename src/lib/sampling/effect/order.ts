import { difference, rateOf, usualConfidence, wilson, type Estimate, type Interval } from './intervals.ts';
import { isotonic } from './isotonic.ts';
import { addCells, judgeableInMonth, judgeableVisits, type Cell } from './outcomes.ts';
import { comparable, leastEvents, pooledDifference } from './pooled.ts';
import { trend, type Trend } from './trend.ts';

/** Visits of one month, one cell for each value of the scale, in its order: the lowest risk first. */
export type MonthRow = { readonly month: string; readonly cells: readonly Cell[] };

/** Two values of a scale; places in its order, `low` before `high`. `high − low` above 0 is the order that the scale promises. */
export type Pair = {
	readonly low: number;
	readonly high: number;
	readonly adjacent: boolean;
	/** Over the whole time, at the confidence of one pair. */
	readonly crude: Estimate | null;
	/** The same within months. */
	readonly pooled: Estimate | null;
	readonly says: 'rises' | 'reversed' | 'unclear' | 'too-few';
};

export type ScaleValue = { readonly name: string; readonly cell: Cell; readonly rate: number | null; readonly interval: Interval | null; readonly fitted: number | null };
export type Missing = { readonly name: string; readonly n: number; readonly missing: number };

export type Verdict =
	/** The highest value fails more than the lowest, and no pair is turned round. */
	| { readonly kind: 'holds'; readonly ends: Pair }
	/** A lower value fails more than a higher one, beyond chance; the clearest pair first. */
	| { readonly kind: 'reversed'; readonly pairs: readonly Pair[] }
	/** Enough visits, and no order to be seen. */
	| { readonly kind: 'flat'; readonly ends: Pair }
	/** The ends of the scale cannot be compared yet. */
	| { readonly kind: 'too-few'; readonly missing: readonly Missing[] };

export type Break = { readonly low: number; readonly high: number; readonly lower: Cell; readonly higher: Cell; readonly difference: Estimate };
export type MonthOrder = MonthRow & {
	/** Pairs turned round in this month, beyond chance. */
	readonly breaks: readonly Break[];
	/** `too-few`: no pair has enough visits in this month. */
	readonly says: 'breaks' | 'no-break' | 'too-few';
};

export type Validation = {
	readonly values: readonly ScaleValue[];
	readonly pairs: readonly Pair[];
	readonly trend: Trend | null;
	readonly verdict: Verdict;
	readonly months: readonly MonthOrder[];
	/** Confidence of one pair. */
	readonly confidence: number;
};

const pairsOf = (k: number): readonly (readonly [number, number])[] =>
	Array.from({ length: k }, (_, low) => Array.from({ length: k - low - 1 }, (_, i) => [low, low + i + 1] as const)).flat();

/**
 * Back-validation 反向校验 (A4): do the results follow the order of a scale?
 *
 * Every pair of values is compared at a confidence of 1 − 0.05 ÷ number of pairs (Bonferroni), so that all of them together stay at 95 %: a
 * reversal is to be said loudly, and rarely by chance. What decides is the difference within months; the crude one stands beside it.
 *
 * @param names the values of the scale, the lowest risk first.
 */
export function validate(names: readonly string[], months: readonly MonthRow[]): Validation {
	const cells = names.map((_, i) => addCells(months.map((m) => m.cells[i]!)));
	const places = pairsOf(names.length);
	const confidence = 1 - (1 - usualConfidence) / Math.max(1, places.length);
	const pairs = places.map(([low, high]): Pair => {
		const [lower, higher] = [cells[low]!, cells[high]!];
		const strata = months.map((m) => ({ a: m.cells[high]!, b: m.cells[low]! }));
		const both = lower.n > 0 && higher.n > 0;
		const pooled = pooledDifference(strata, confidence);
		return { low, high, adjacent: high === low + 1, crude: both ? difference(higher, lower, confidence) : null, pooled, says: pairSays(lower, higher, strata, pooled) };
	});
	const fitted = isotonic(cells);
	const values = names.map((name, i): ScaleValue => {
		const cell = cells[i]!;
		return { name, cell, rate: cell.n > 0 ? rateOf(cell) : null, interval: cell.n > 0 ? wilson(cell) : null, fitted: fitted[i]! };
	});
	return { values, pairs, trend: trend(cells), verdict: verdictOf(values, pairs), months: months.map((row) => monthOrder(row, places, confidence)), confidence };
}

function pairSays(lower: Cell, higher: Cell, strata: readonly { readonly a: Cell; readonly b: Cell }[], pooled: Estimate | null): Pair['says'] {
	if (lower.n < judgeableVisits || higher.n < judgeableVisits || pooled === null) return 'too-few';
	const shared = comparable(strata);
	if (shared.a.n < judgeableVisits || shared.b.n < judgeableVisits) return 'too-few';
	const both = addCells([shared.a, shared.b]);
	// Hardly anything found, or hardly anything not: enough visits, but nothing that could show an order.
	if (both.problems < leastEvents || both.n - both.problems < leastEvents) return 'unclear';
	return pooled.lower > 0 ? 'rises' : pooled.upper < 0 ? 'reversed' : 'unclear';
}

function verdictOf(values: readonly ScaleValue[], pairs: readonly Pair[]): Verdict {
	const reversed = pairs.filter((p) => p.says === 'reversed').sort((a, b) => a.pooled!.upper - b.pooled!.upper);
	if (reversed.length > 0) return { kind: 'reversed', pairs: reversed };
	const ends = pairs.find((p) => p.low === 0 && p.high === values.length - 1);
	if (ends === undefined || ends.says === 'too-few') {
		const missing = values.filter((v) => v.cell.n < judgeableVisits).map(({ name, cell }) => ({ name, n: cell.n, missing: judgeableVisits - cell.n }));
		return { kind: 'too-few', missing };
	}
	return { kind: ends.says === 'rises' ? 'holds' : 'flat', ends };
}

function monthOrder(row: MonthRow, places: readonly (readonly [number, number])[], confidence: number): MonthOrder {
	const judged = places.filter(([low, high]) => row.cells[low]!.n >= judgeableInMonth && row.cells[high]!.n >= judgeableInMonth);
	const breaks = judged.flatMap(([low, high]): Break[] => {
		const [lower, higher] = [row.cells[low]!, row.cells[high]!];
		const found = difference(higher, lower, confidence);
		return found.upper < 0 ? [{ low, high, lower, higher, difference: found }] : [];
	});
	return { ...row, breaks, says: breaks.length > 0 ? 'breaks' : judged.length > 0 ? 'no-break' : 'too-few' };
}

import type { KnownCounts } from './known-counts.ts';
import { eachPastDay, guardDays, levelPrior, longHalfLife, shortHalfLife, type PastRise, type Rates } from './rates.ts';
import type { CellSpace } from './space.ts';
import type { Worth } from './worth.ts';

/**
 * How far the counts of a window stray from what is expected when nothing is the matter: variance = phi·mean of the cells, and squared
 * coefficients of variation that all cells, all cells of a region, all of an industry have in common.
 */
export type Spread = { readonly phi: number; readonly total: number; readonly region: Float64Array; readonly industry: Float64Array };

/** Days of single cells looked back on, and days of margins. */
const cellDays = 210;
const marginDays = 420;
/** A level needs to settle before its forecasts count. */
const settlingDays = 180;
/** Squared errors beyond this many variances do not widen the spread further: past incidents. */
const cap = 12;
const cellCap = 12;

/**
 * Components of variance per window length, by moments: of cells in sample, of whole regions, industries and everything by how well the
 * evenings before would have forecast them with the rule of `ratesOf`. Each region's own component is drawn towards that of all.
 */
export function spreadOf(
	space: CellSpace, counts: KnownCounts, worth: Worth, rates: Rates, asOf: number, past: readonly PastRise[], windows: readonly number[]
): Spread[] {
	const end = asOf - guardDays;
	const margins = marginsOf(space, counts, worth, rates.rate, end, past);
	return windows.map((window) => {
		const phi = cellDispersion(space, counts, worth, rates.rate, end, past, window);
		const judged = Math.min(Math.max(0, end - settlingDays), marginDays);
		const errors = (first: number, count: number, less: number) => common(margins, first, count, { window, phi, less, judged });
		const total = errors(space.regions + space.industries, 1, 0)[0]!;
		return { phi, total, region: errors(0, space.regions, total), industry: errors(space.regions, space.industries, total) };
	});
}

type Margins = { readonly days: number; readonly had: Float64Array; readonly due: Float64Array; readonly level: Float64Array };

/** Counts, worth and forecast level by day of each region, each industry, and everything. */
function marginsOf(space: CellSpace, counts: KnownCounts, worth: Worth, rate: Float64Array, end: number, past: readonly PastRise[]): Margins {
	const { regions: R, industries: I } = space;
	const days = Math.max(0, end + 1);
	const nodes = R + I + 1;
	const had = new Float64Array(nodes * days);
	const due = new Float64Array(nodes * days);
	const rows = worth.rows.length / worth.days;
	// Rates by region and row of worth, and by industry and row: the days are gone through once per row, not once per cell.
	const ofRegion = new Float64Array(R * rows);
	const ofIndustry = new Float64Array(I * rows);
	const add = (cell: number, t: number, n: number) => {
		const r = Math.floor(cell / I);
		for (const node of [r, R + (cell % I), R + I]) had[node * days + t] = had[node * days + t]! + n;
	};
	for (let cell = 0; cell < rate.length; cell++) {
		const at = worth.rowOf(cell);
		const row = at / worth.days;
		const r = Math.floor(cell / I);
		ofRegion[r * rows + row] = ofRegion[r * rows + row]! + rate[cell]!;
		ofIndustry[(cell % I) * rows + row] = ofIndustry[(cell % I) * rows + row]! + rate[cell]!;
		for (let k = counts.start[cell]!; k < counts.start[cell + 1]! && counts.day[k]! <= end; k++) {
			if (worth.rows[at + counts.day[k]!]! > 0) add(cell, counts.day[k]!, counts.n[k]!);
		}
	}
	const spreadDue = (node: number, weights: Float64Array) => {
		for (let row = 0; row < rows; row++) {
			if (weights[row] === 0) continue;
			for (let t = 0; t < days; t++) due[node * days + t] = due[node * days + t]! + weights[row]! * worth.rows[row * worth.days + t]!;
		}
	};
	for (let r = 0; r < R; r++) spreadDue(r, ofRegion.subarray(r * rows, (r + 1) * rows));
	for (let i = 0; i < I; i++) spreadDue(R + i, ofIndustry.subarray(i * rows, (i + 1) * rows));
	for (let i = 0; i < I; i++) for (let t = 0; t < days; t++) due[(R + I) * days + t] = due[(R + I) * days + t]! + due[(R + i) * days + t]!;
	eachPastDay(counts, past, end, (cell, t, count) => add(cell, t, rate[cell]! * worth.rows[worth.rowOf(cell) + t]! - count));
	return { days, had, due, level: levels(had, due, nodes, days) };
}

/** What each day's evening would have taken for the level, relative to today's: as `ratesOf`, `guardDays` before. */
function levels(had: Float64Array, due: Float64Array, nodes: number, days: number): Float64Array {
	const level = new Float64Array(nodes * days).fill(1);
	const long = 0.5 ** (1 / longHalfLife);
	const short = 0.5 ** (1 / shortHalfLife);
	for (let node = 0; node < nodes; node++) {
		let n = 0, e = 0, recent = 0, recentDue = 0;
		for (let t = guardDays; t < days; t++) {
			const at = node * days + t - guardDays;
			n = n * long + had[at]!;
			e = e * long + due[at]!;
			recent = recent * short + had[at]!;
			recentDue = recentDue * short + due[at]!;
			if (!(n > 0) || !(e > 0)) continue;
			level[node * days + t] = ((n / e) * (levelPrior + recent)) / (levelPrior + (recentDue * n) / e);
		}
	}
	return level;
}

type Errors = { readonly window: number; readonly phi: number; readonly less: number; readonly judged: number };

/** Squared coefficient of variation beyond phi·mean and beyond `less`, per margin, drawn towards that of all of its kind. */
function common({ days, had, due, level }: Margins, first: number, count: number, { window, phi, less, judged }: Errors): Float64Array {
	const own = new Float64Array(count);
	const weight = new Float64Array(count);
	const step = Math.max(1, Math.floor(window / 2));
	let pooled = 0.002;
	let all = 0;
	// Twice: the weights need what they are to estimate.
	for (let pass = 0; pass < 2; pass++) {
		let sum = 0;
		all = 0;
		own.fill(0);
		weight.fill(0);
		for (let k = 0; k < count; k++) {
			const row = (first + k) * days;
			for (let to = days - 1; to - window >= days - 1 - judged; to -= step) {
				let n = 0;
				let b = 0;
				for (let t = to - window + 1; t <= to; t++) {
					n += had[row + t]!;
					b += due[row + t]!;
				}
				b *= level[row + to]!;
				if (!(b > 0)) continue;
				// By how much the window tells about the common part.
				const says = (b / (phi + (less + pooled) * b)) ** 2;
				const variance = phi * b + (less + pooled) * b * b;
				const beyond = Math.min((n - b) ** 2, cap * variance) - phi * b - less * b * b;
				own[k] = own[k]! + (beyond / (b * b)) * says;
				weight[k] = weight[k]! + says;
			}
			sum += own[k]!;
			all += weight[k]!;
		}
		pooled = Math.max(1e-5, all > 0 ? sum / all : 0);
	}
	// Half of an average margin's evidence.
	const told = weight.reduce((margins, own) => margins + (own > 0 ? 1 : 0), 0);
	const prior = Math.max(1e-9, all / Math.max(1, told) / 2);
	return own.map((value, k) => Math.max(0, (value + prior * pooled) / (weight[k]! + prior)));
}

/** Variance over mean of single cells, from windows side by side; cells without an event in a window are summed up, not visited. */
function cellDispersion(
	space: CellSpace, counts: KnownCounts, worth: Worth, rate: Float64Array, end: number, past: readonly PastRise[], window: number
): number {
	const blocks = Math.floor(Math.min(cellDays, end + 1) / window);
	const start = end - blocks * window + 1;
	if (blocks < 1) return 1;
	const rows = worth.rows.length / worth.days;
	const block = new Float64Array(rows * blocks);
	const sums = new Float64Array(rows);
	const squares = new Float64Array(rows);
	for (let row = 0; row < rows; row++) {
		for (let b = 0; b < blocks; b++) {
			let sum = 0;
			for (let t = start + b * window; t < start + (b + 1) * window; t++) sum += worth.rows[row * worth.days + t]!;
			block[row * blocks + b] = sum;
			sums[row] = sums[row]! + sum;
			squares[row] = squares[row]! + sum * sum;
		}
	}
	const gone = new Map<number, Set<number>>();
	eachPastDay(counts, past, end, (cell, t) => {
		if (t < start) return;
		const of = gone.get(cell) ?? new Set<number>();
		gone.set(cell, of.add(t));
	});
	let error = 0;
	let mean = 0;
	const bin = new Float64Array(blocks);
	for (let cell = 0; cell < rate.length; cell++) {
		const at = worth.rowOf(cell);
		const row = at / worth.days;
		const level = rate[cell]!;
		mean += level * sums[row]!;
		error += level * level * squares[row]!;
		let k = counts.start[cell + 1]! - 1;
		while (k >= counts.start[cell]! && counts.day[k]! > end) k--;
		const skip = gone.get(cell);
		let from = k;
		for (; from >= counts.start[cell]! && counts.day[from]! >= start; from--) {
			const t = counts.day[from]!;
			if (!(worth.rows[at + t]! > 0) || skip?.has(t)) continue;
			const b = Math.floor((t - start) / window);
			bin[b] = bin[b]! + counts.n[from]!;
		}
		for (let b = 0; b < blocks; b++) {
			if (bin[b] === 0) continue;
			const expected = level * block[row * blocks + b]!;
			error += Math.min((bin[b]! - expected) ** 2, cellCap * (expected + 0.4)) - expected * expected;
			bin[b] = 0;
		}
	}
	return mean > 0 ? Math.max(1, error / mean) : 1;
}

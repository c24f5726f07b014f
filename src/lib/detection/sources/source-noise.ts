/** Daily counts of one source and kind by region (cities), and how much each day normally brings. */
export type SourceSeries = {
	readonly regions: number;
	readonly days: number;
	/** Counts, row by row: region r, day d at r × days + d. */
	readonly counts: Float64Array;
	/** Normal weight of each day × completeness; 0 where the source is known not to have delivered. */
	readonly weights: Float64Array;
	/** What each day would have brought had the source delivered: silent weeks are a sign of an erratic source. */
	readonly due: Float64Array;
};

/** Running sums over days, so that any stretch costs one subtraction. Days without weight count nothing. */
export type Sums = { readonly regions: number; readonly days: number; readonly counts: Float64Array; readonly weights: Float64Array; readonly due: Float64Array };

export function sumsOf(series: SourceSeries, to: number): Sums {
	const days = to + 2;
	const counts = new Float64Array(series.regions * days);
	const weights = new Float64Array(days);
	const due = new Float64Array(days);
	for (let d = 0; d <= to; d++) {
		weights[d + 1] = weights[d]! + series.weights[d]!;
		due[d + 1] = due[d]! + series.due[d]!;
	}
	for (let r = 0; r < series.regions; r++) {
		for (let d = 0; d <= to; d++) {
			const n = series.weights[d]! > 0 ? series.counts[r * series.days + d]! : 0;
			counts[r * days + d + 1] = counts[r * days + d]! + n;
		}
	}
	return { regions: series.regions, days, counts, weights, due };
}

export const weightOf = (sums: Sums, from: number, to: number) => sums.weights[to]! - sums.weights[from]!;
export const countOf = (sums: Sums, r: number, from: number, to: number) =>
	sums.counts[r * sums.days + to]! - sums.counts[r * sums.days + from]!;

/** A common change is a statement about regions: below this many there is nothing common. */
export const leastRegions = 3;
/** The level before is that of the last half-year: older levels are history, not the level that changed. */
export const longestBaseline = 182;

/** Dispersion of the weekly counts of a typical region (median over regions) in the quarter before `day`; 2 where too few weeks tell. */
export function clumping(sums: Sums, from: number, day: number): number {
	const start = Math.max(from, day - 7 * noiseWeeks);
	const whole = weightOf(sums, start, day);
	const phis: number[] = [];
	for (let r = 0; r < sums.regions; r++) {
		let pearson = 0;
		let weeks = 0;
		for (let end = day; end - 7 >= start; end -= 7) {
			const mean = (countOf(sums, r, start, day) * weightOf(sums, end - 7, end)) / whole;
			if (!(mean > 0.2)) continue;
			pearson += (countOf(sums, r, end - 7, end) - mean) ** 2 / mean;
			weeks++;
		}
		if (weeks >= 4) phis.push(pearson / (weeks - 1));
	}
	return phis.length >= leastRegions ? Math.max(1, median(phis)) : 2;
}

/** What stretches differ by when nothing happens: a floor, for baselines too short to show their own noise. */
const leastNoise = 0.12;
/** Noise that a source of which little is known is taken to have from week to week, and how many weeks that guess weighs. */
const priorNoise = 0.3;
const priorWeeks = 4;
/** One week alone is not taken for more noise than this. */
const largestLevel = 1.5;
/** With fewer weeks delivered nobody knows what is normal for the source. */
const leastWeeks = 6;
/** Weeks of noise looked back on: earlier levels too, each against its own mean. */
const noiseWeeks = 13;

/**
 * Standard deviation of the common log level of a stretch of `length` days after a level of `day − from`: from the weeks before, each
 * against the mean of its own level, so that earlier changes are not taken for noise.
 */
export function commonNoise(sums: Sums, starts: readonly number[], from: number, day: number, length: number): number {
	let sum = priorWeeks * priorNoise ** 2;
	let weeks = 0;
	let delivered = 0;
	let end = day;
	for (let i = starts.length; i >= 0 && weeks < noiseWeeks; i--) {
		const start = i === 0 ? Math.max(0, day - longestBaseline) : starts[i - 1]!;
		if (start >= end) continue;
		const levels = weeklyLevels(sums, start, end, noiseWeeks - weeks);
		for (const level of levels) sum += level * level;
		weeks += levels.length;
		delivered += levels.filter((level) => level > -largestLevel).length;
		end = start;
	}
	if (delivered < leastWeeks) return Infinity;
	const sd = Math.sqrt(sum / (priorWeeks + weeks));
	return Math.max(leastNoise, sd * Math.sqrt(7 / Math.max(7, length) + 7 / Math.max(7, day - from)));
}

/** Log level of each delivered week of [from, to) against their mean: median over regions, of the whole source where regions are too small. */
function weeklyLevels(sums: Sums, from: number, to: number, most: number): number[] {
	const whole = weightOf(sums, from, to);
	const levels: number[] = [];
	const ratio = (r: number, end: number, weight: number) => {
		const expected = (countOf(sums, r, from, to) * weight) / whole;
		return expected >= 1 ? Math.log((countOf(sums, r, end - 7, end) + 0.5) / (expected + 0.5)) : null;
	};
	for (let end = to; end - 7 >= from && levels.length < most; end -= 7) {
		const weight = weightOf(sums, end - 7, end);
		// Less than two working days say nothing about a week, unless more were due.
		if (!(weight > 2)) {
			if (sums.due[end]! - sums.due[end - 7]! > 3) levels.push(-largestLevel);
			continue;
		}
		const ratios: number[] = [];
		for (let r = 0; r < sums.regions; r++) {
			const value = ratio(r, end, weight);
			if (value !== null) ratios.push(value);
		}
		const expected = (totalOf(sums, from, to) * weight) / whole;
		const level = 2 * ratios.length >= sums.regions ? median(ratios) : Math.log((totalOf(sums, end - 7, end) + 0.5) / (expected + 0.5));
		levels.push(Math.max(-largestLevel, Math.min(largestLevel, level)));
	}
	return levels;
}

function totalOf(sums: Sums, from: number, to: number): number {
	let total = 0;
	for (let r = 0; r < sums.regions; r++) total += countOf(sums, r, from, to);
	return total;
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

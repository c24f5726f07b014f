import { eachKnown, type CellLayout } from './cells.ts';
import type { CellQuestion } from './portfolio.ts';
import { gammaShape, shrunk } from '../shrinkage.ts';

/** Rolling weeks looked back on: five years and the half window before them. */
const weekCount = 265;
/** The two latest weeks are judged, not baseline. */
const guardWeeks = 2;
/** The sparse baseline is the year before them, newer weeks weighing more: half after half a year. */
const baselineWeeks = 54;
const halfLife = 26;
/** With fewer delivered weeks nothing can be said about a cell. */
export const minimumWeeks = 8;
/** A week that delivered less than this share of itself is no observation of a week. */
const leastExposure = 0.3;
/** Weight, in weeks, of the dispersion usual at a series' level against its own. */
const phiPrior = 26;
/** Weekly Pearson terms above this (four standard deviations) do not inflate the dispersion further: past incidents. */
const pearsonCap = 16;

/** What each series normally brings, learned from the weeks before the judged ones. */
export type Baseline = {
	/** Delivered baseline weeks per exposure class. */
	readonly weeksObserved: Float64Array;
	readonly expected: (series: number, days: number) => number;
	readonly leafExpected: (leaf: number, days: number) => number;
	readonly variance: (series: number, mean: number) => number;
	readonly phi: (series: number) => number;
	readonly weeksUsed: (series: number) => number;
	/** Events a week in the baseline. */
	readonly weeklyMean: (series: number) => number;
	/** Rolling weeks, oldest first: counts, exposure (0: not delivered), expectation of the sparse baseline. */
	readonly weekly: (series: number) => { readonly counts: Float64Array; readonly exposure: Float64Array; readonly expected: Float64Array };
};

/**
 * Learns the baseline of one evening: rolling weeks that end on the judged day (every weekday once, so no weekday pattern remains),
 * exposure from the days' normal weights, cells shrunk towards region × industry.
 */
export function baselineOf(question: CellQuestion): Baseline {
	const { layout, asOf, classes } = question;
	const weeks = Math.min(weekCount, Math.floor((asOf + 1) / 7));
	const matrix = weeklyMatrix(question, weeks);
	const plain = classes.map((c) => weeklySums(c.weights, asOf, weeks, leastExposure));
	const seasonal = classes.map((c, i) => {
		const sums = weeklySums(c.seasonal, asOf, weeks, 0);
		return sums.map((value, week) => (plain[i]![week]! > 0 ? value : 0));
	});
	const decay = Float64Array.from({ length: weeks }, (_, back) =>
		back >= guardWeeks && back < baselineWeeks ? 0.5 ** ((back - guardWeeks) / halfLife) : 0
	);
	const exposureSum = seasonal.map((e) => e.reduce((sum, value, back) => sum + value * decay[back]!, 0));
	const weeksObserved = Float64Array.from(plain, (e) => e.reduce((sum, value, back) => sum + (decay[back]! > 0 && value > 0 ? 1 : 0), 0));

	const C = classes.length;
	const share = classShares(question);
	const n = new Float64Array(layout.series);
	for (let s = 0; s < layout.series; s++) {
		let sum = 0;
		for (let back = guardWeeks; back < Math.min(weeks, baselineWeeks); back++) sum += matrix[s * weeks + back]! * decay[back]!;
		n[s] = sum;
	}
	const total = Math.max(n[layout.whole] ?? 0, 1e-9);
	const product = Float64Array.from(n, (_, s) => (n[layout.wholeRegion[s]!]! * n[layout.wholeIndustry[s]!]!) / total);
	const shape = shapeOf(layout, n, product, total);
	const mean = Float64Array.from(n, (count, s) => shrunk(count, Math.max(product[s]!, 1e-6), shape));

	/** Exposure relative to the baseline's, for a series that may span classes: `part` gives it per class. */
	const relative = (s: number, part: Float64Array) => {
		if (C === 1) return part[0]!;
		let sum = 0;
		for (let c = 0; c < C; c++) sum += share[s * C + c]! * part[c]!;
		return sum;
	};
	const perBaseline = (exposure: (c: number) => number) =>
		Float64Array.from(classes, (_, c) => (exposureSum[c]! > 0 ? exposure(c) / exposureSum[c]! : 0));
	const relativeWeek = Array.from({ length: weeks }, (_, back) => perBaseline((c) => seasonal[c]![back]!));
	const relativeAll = perBaseline((c) => exposureSum[c]!);
	const windowExposure = new Map<number, Float64Array>();
	const exposureOver = (days: number) => {
		let cached = windowExposure.get(days);
		if (!cached) {
			cached = perBaseline((c) => classes[c]!.seasonal.subarray(Math.max(0, asOf - days + 1), asOf + 1).reduce((a, b) => a + b, 0));
			windowExposure.set(days, cached);
		}
		return cached;
	};
	const expected = (s: number, days: number) => mean[s]! * relative(s, exposureOver(days));
	const weekly = (s: number) => {
		const result = { counts: new Float64Array(weeks), exposure: new Float64Array(weeks), expected: new Float64Array(weeks) };
		for (let back = 0; back < weeks; back++) {
			const i = weeks - 1 - back;
			result.counts[i] = matrix[s * weeks + back]!;
			for (let c = 0; c < C; c++) result.exposure[i] = result.exposure[i]! + share[s * C + c]! * plain[c]![back]!;
			result.expected[i] = mean[s]! * relative(s, relativeWeek[back]!);
		}
		return result;
	};
	const smallest = smallestSeries(layout);
	const phi = dispersion(layout, matrix, weeks, decay, (s, back) => mean[s]! * relative(s, relativeWeek[back]!));
	return {
		weeksObserved,
		expected,
		leafExpected: (leaf, days) => {
			const s = smallest[leaf]!;
			return s < 0 ? 0 : expected(s, days);
		},
		variance: (s, mu) => phi[s]! * mu + (mu * mu) / (shape + n[s]!),
		phi: (s) => phi[s]!,
		weeksUsed: (s) => Math.max(0, ...Array.from(weeksObserved).filter((_, c) => share[s * C + c]! > 0)),
		weeklyMean: (s) => (mean[s]! * relative(s, relativeAll)) / Math.max(1, decay.reduce((a, b) => a + b, 0)),
		weekly
	};
}

/** Counts of the rolling weeks known on the judged day: series × weeks, week 0 the newest. Undelivered days count nothing. */
function weeklyMatrix(question: CellQuestion, weeks: number): Float32Array {
	const { layout, asOf, classes, classOfLeaf } = question;
	const matrix = new Float32Array(layout.series * weeks);
	eachKnown(question.counts, asOf - weeks * 7 + 1, asOf, (leaf, day, count) => {
		if (!(classes[classOfLeaf[leaf]!]!.weights[day]! > 0)) return;
		const back = Math.floor((asOf - day) / 7);
		for (let k = 0; k < layout.stride; k++) {
			const s = layout.setsOfLeaf[leaf * layout.stride + k]!;
			if (s >= 0) matrix[s * weeks + back] = matrix[s * weeks + back]! + count;
		}
	});
	return matrix;
}

/** Weights summed to rolling weeks, newest first; weeks below `least` of a full one are 0. */
function weeklySums(weights: Float64Array, asOf: number, weeks: number, least: number): Float64Array {
	const sums = new Float64Array(weeks);
	for (let back = 0; back < weeks; back++) {
		const end = asOf - 7 * back;
		for (let day = Math.max(0, end - 6); day <= end; day++) sums[back] = sums[back]! + weights[day]!;
		if (sums[back]! < least * 7) sums[back] = 0;
	}
	return sums;
}

/** Share of each class in each series: by the leaves' counts per delivered day of the last year, else by leaves. */
function classShares(question: CellQuestion): Float64Array {
	const { layout, classes, classOfLeaf, asOf } = question;
	const C = classes.length;
	const share = new Float64Array(layout.series * C);
	if (C === 1) return share.fill(1);
	const rate = Float64Array.from(layout.leaves, () => 1e-3);
	const delivered = classes.map((c) => Math.max(1, c.weights.subarray(Math.max(0, asOf - 7 * baselineWeeks), asOf + 1).reduce((a, b) => a + b, 0)));
	eachKnown(question.counts, asOf - 7 * baselineWeeks, asOf, (leaf, day, n) => {
		const c = classOfLeaf[leaf]!;
		if (classes[c]!.weights[day]! > 0) rate[leaf] = rate[leaf]! + n / delivered[c]!;
	});
	for (let leaf = 0; leaf < layout.leaves.length; leaf++) {
		for (let k = 0; k < layout.stride; k++) {
			const s = layout.setsOfLeaf[leaf * layout.stride + k]!;
			if (s >= 0) share[s * C + classOfLeaf[leaf]!] = share[s * C + classOfLeaf[leaf]!]! + Math.max(1e-9, rate[leaf]!);
		}
	}
	for (let s = 0; s < layout.series; s++) {
		let sum = 0;
		for (let c = 0; c < C; c++) sum += share[s * C + c]!;
		for (let c = 0; c < C; c++) share[s * C + c] = share[s * C + c]! / sum;
	}
	return share;
}

/** The smallest series that holds each leaf: the first of its sets (chains run from small to large). */
function smallestSeries(layout: CellLayout): Int32Array {
	return Int32Array.from(layout.leaves, (_, leaf) => layout.setsOfLeaf[leaf * layout.stride]!);
}

function shapeOf(layout: CellLayout, n: Float64Array, product: Float64Array, total: number): number {
	const cells: number[] = [];
	let regions = 0;
	let industries = 0;
	// Some sources know no more than the section.
	const finest = Math.max(...layout.industryLevel);
	for (let s = 0; s < layout.series; s++) {
		if (layout.regionLevel[s] === 3 && layout.industryLevel[s] === finest) cells.push(s);
		if (layout.regionLevel[s] === 3 && layout.industryLevel[s] === 0) regions += n[s]! ** 2;
		if (layout.wholeRegion[s] === layout.whole && layout.industryLevel[s] === finest) industries += n[s]! ** 2;
	}
	if (cells.length === 0) return 1;
	const m = Float64Array.from(cells, (s) => product[s]!);
	return gammaShape(Float64Array.from(cells, (s) => n[s]!), m, total, (regions * industries) / (total * total));
}

/** Dispersion per series: its own weekly Pearson statistic, drawn towards that of its level; never below 1. */
function dispersion(
	layout: CellLayout,
	matrix: Float32Array,
	weeks: number,
	decay: Float64Array,
	expectedOf: (series: number, back: number) => number
): Float64Array {
	const levels = 12;
	const own = new Float64Array(layout.series);
	const seen = new Float64Array(layout.series);
	const levelSum = new Float64Array(levels);
	const levelSeen = new Float64Array(levels);
	for (let s = 0; s < layout.series; s++) {
		const level = layout.regionLevel[s]! * 3 + layout.industryLevel[s]!;
		for (let back = guardWeeks; back < Math.min(weeks, baselineWeeks); back++) {
			if (!(decay[back]! > 0)) continue;
			const mu = expectedOf(s, back);
			if (!(mu > 0.05)) continue;
			const term = Math.min(pearsonCap, (matrix[s * weeks + back]! - mu) ** 2 / mu);
			own[s] = own[s]! + term;
			seen[s] = seen[s]! + 1;
			levelSum[level] = levelSum[level]! + term;
			levelSeen[level] = levelSeen[level]! + 1;
		}
	}
	return Float64Array.from(own, (sum, s) => {
		const level = layout.regionLevel[s]! * 3 + layout.industryLevel[s]!;
		const usual = levelSeen[level]! > 0 ? levelSum[level]! / levelSeen[level]! : 1;
		return Math.max(1, (sum + phiPrior * Math.max(1, usual)) / (seen[s]! + phiPrior));
	});
}

import { describe, expect, it } from 'vitest';
import { dayNumber } from '#lib/calendar/days.ts';
import { farringtonOf } from '#lib/detection/weekly/farrington.ts';
import { farringtonDefaults } from '#lib/detection/weekly/options.ts';
import { prepareSeries } from '#lib/detection/weekly/prepared-series.ts';
import { calendarYears, everyPeriods } from '#lib/detection/weekly/reference-weeks.ts';
import { dispersionOf, reweigh } from '#lib/detection/weekly/reweighting.ts';
import { fillRuns, makeRuns } from '#lib/detection/weekly/seasonal-blocks.ts';
import { fitSeasonal, makeFit } from '#lib/detection/weekly/seasonal-glm.ts';
import { randomOf } from '../random.ts';

function simulated(seed: number, weeks: number, mean: number, phi: number, trend = 0): Float64Array {
	const random = randomOf(seed);
	return Float64Array.from({ length: weeks }, (_, t) =>
		random.count(mean * Math.exp(trend * t + 0.4 * Math.cos((2 * Math.PI * t) / 52.18)), phi)
	);
}

describe('the seasonal regression', () => {
	const random = randomOf(7);
	const n = 200;
	const runs = { length: 40, from: Int32Array.from({ length: 40 }, (_, i) => 5 * i), to: Int32Array.from({ length: 40 }, (_, i) => 5 * i + 5), group: Int32Array.from({ length: 40 }, (_, i) => i % 5) };
	const group = (t: number) => runs.group[Math.floor(t / 5)]!;
	const counts = Float64Array.from({ length: n }, (_, t) => random.count(3 + group(t), 2));
	const exposure = Float64Array.from({ length: n }, (_, t) => 0.5 + (t % 3));

	it('solves the score equations: residuals sum to zero in each group and along time', () => {
		const weights = Float64Array.from({ length: n }, (_, t) => 0.5 + (t % 2));
		const series = prepareSeries(counts, exposure);
		const fit = makeFit(5, n);
		fitSeasonal(fit, series, runs, weights, true);
		expect(fit.converged).toBe(true);
		const sums = new Float64Array(5);
		let along = 0;
		for (let t = 0; t < n; t++) {
			const mean = exposure[t]! * Math.exp(series.centre + fit.level[group(t)]! + fit.slope * (t - fit.middle));
			const residual = weights[t]! * (counts[t]! - mean);
			sums[group(t)]! += residual;
			along += residual * (t - fit.middle);
		}
		for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(1e-4);
		expect(Math.abs(along)).toBeLessThan(1e-2);
	});

	it('weighs outliers by the inverse square of their residual and keeps the sum', () => {
		const series = prepareSeries(Float64Array.from(counts, (y, t) => (t === 50 ? 90 : y)), null);
		const weight = Float64Array.from(series.observed);
		const fit = makeFit(5, n);
		fitSeasonal(fit, series, runs, weight, true);
		reweigh(fit, series, runs, weight, dispersionOf(fit, series, runs, weight).pearson, 2.58);
		expect(weight.reduce((a, b) => a + b, 0)).toBeCloseTo(n, 6);
		expect(weight[50]!).toBeLessThan(0.2);
	});
});

describe('the weeks of a baseline', () => {
	const runs = makeRuns(farringtonDefaults);
	const groups = (now: number) => {
		const group = new Int32Array(now + 1).fill(-1);
		for (let run = 0; run < runs.length; run++) group.fill(runs.group[run]!, runs.from[run]!, runs.to[run]!);
		return group;
	};

	it('give the reference windows one level and cut the rest of each year into nine', () => {
		expect(fillRuns(runs, 300, 5, everyPeriods(52), farringtonDefaults)).toBe(true);
		const group = groups(300);
		expect(group.findIndex((g) => g >= 0)).toBe(300 - 260 - 3);
		for (const back of [52, 104, 156, 208, 260]) for (let d = -3; d <= 3; d++) expect(group[300 - back + d]).toBe(9);
		const between = [...group.subarray(300 - 104 + 4, 300 - 52 - 3)];
		expect(new Set(between).size).toBe(9);
		expect([...between].sort()).toEqual(between);
	});

	it('leave out the last half-year and the week itself', () => {
		fillRuns(runs, 300, 5, everyPeriods(52), farringtonDefaults);
		expect([...groups(300).subarray(274)].every((g) => g === -1)).toBe(true);
	});

	it('are refused where the series does not reach', () => expect(fillRuns(runs, 262, 5, everyPeriods(52), farringtonDefaults)).toBe(false));

	it.each([
		['2024-02-29', 1, '2023-03-02'],
		['2018-01-01', 1, '2017-01-02'],
		['2020-12-28', 5, '2015-12-28'],
		['2023-06-05', 2, '2021-06-07']
	])('%s, %d years back, is the week of %s', (day, years, expected) => {
		expect(dayNumber(day) - 7 * (1000 - calendarYears(dayNumber(day) - 7000)(1000, years))).toBe(dayNumber(expected));
	});
});

describe('a week’s verdict', () => {
	const judged = (counts: ArrayLike<number>, exposure: ArrayLike<number> | null = null) =>
		farringtonOf(counts, exposure, everyPeriods(52), farringtonDefaults)(counts.length - 1);
	const said = (counts: ArrayLike<number>, exposure: ArrayLike<number> | null = null) => {
		const verdict = judged(counts, exposure);
		if (typeof verdict === 'string') throw new Error(verdict);
		return verdict;
	};

	it('sees a rise above the season, which its expectation does not follow', () => {
		const counts = simulated(3, 300, 20, 1.5);
		const raised = Float64Array.from(counts);
		raised[299] = counts[299]! + 40;
		expect(said(raised).expected).toBeCloseTo(said(counts).expected, 10);
		expect(said(raised).p).toBeLessThan(1e-4);
		expect([said(counts).alarm, said(raised).alarm]).toEqual([false, true]);
	});

	it('does not hang on which weeks were judged before', () => {
		const counts = simulated(4, 320, 2, 1.5);
		const forward = farringtonOf(counts, null, everyPeriods(52), farringtonDefaults);
		const whole = Array.from({ length: 30 }, (_, i) => forward(290 + i));
		for (const i of [29, 3, 0, 11]) {
			expect(forward(290 + i)).toEqual(whole[i]);
			expect(farringtonOf(counts, null, everyPeriods(52), farringtonDefaults)(290 + i)).toEqual(whole[i]);
		}
	});

	it('expects less of a week with a holiday, and learns nothing from weeks that were not observed', () => {
		const counts = simulated(5, 300, 20, 1.2);
		const exposure = new Float64Array(300).fill(5);
		exposure[299] = 2;
		const whole = said(counts, new Float64Array(300).fill(5));
		expect(whole.expected).toBeCloseTo(said(counts).expected, 6);
		expect(said(counts, exposure).expected).toBeCloseTo(0.4 * whole.expected, 8);
		for (const t of [100, 101, 150]) exposure[t] = 0;
		const other = Float64Array.from(counts, (count, t) => (exposure[t] === 0 ? 999 : count));
		expect(said(other, exposure)).toEqual(said(counts, exposure));
	});

	it.each([
		['three weeks', [1, 2, 3], 'too-short'],
		['nothing but zeros', new Array<number>(300).fill(0), 'no-fit']
	] as const)('is refused for %s', (_, counts, reason) => expect(judged([...counts])).toBe(reason));

	it('is a number for constant and huge series', () => {
		for (const level of [7, 1e9]) {
			const verdict = said(new Float64Array(300).fill(level));
			expect(verdict.expected / level).toBeCloseTo(1, 4);
			expect(verdict.p).toBeGreaterThan(0.3);
		}
	});
});

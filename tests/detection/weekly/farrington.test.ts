import { describe, expect, it } from 'vitest';
import { dayNumber } from '#lib/calendar/days.ts';
import { farrington } from '#lib/detection/weekly/farrington.ts';
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

describe('farrington', () => {
	it('finds a rise that is above the season, and lets the season pass', () => {
		const counts = simulated(3, 300, 20, 1.5);
		const calm = farrington(counts);
		const raised = Float64Array.from(counts);
		raised[299] = counts[299]! + 40;
		const risen = farrington(raised);
		if (typeof calm === 'string' || typeof risen === 'string') throw new Error('must be judged');
		expect(calm.expected).toBeCloseTo(risen.expected, 10);
		expect(risen.p).toBeLessThan(1e-4);
		expect(raised[299]!).toBeGreaterThan(risen.upper);
	});

	it('keeps its false alarm rate near one in a hundred', () => {
		let alarms = 0;
		let judged = 0;
		for (let seed = 1; seed <= 400; seed++) {
			const counts = simulated(seed, 290, 12, 1 + (seed % 3) / 2, seed % 2 === 0 ? 0.001 : 0);
			const result = farrington(counts);
			if (typeof result === 'string') continue;
			judged++;
			if (counts[counts.length - 1]! > result.upper) alarms++;
		}
		expect(judged).toBeGreaterThan(390);
		expect(alarms / judged).toBeLessThan(0.03);
	});

	it('expects less of a week with a holiday', () => {
		const counts = simulated(5, 300, 20, 1.2);
		const exposure = new Float64Array(300).fill(5);
		exposure[299] = 2;
		const whole = farrington(counts, new Float64Array(300).fill(5));
		const holiday = farrington(counts, exposure);
		if (typeof whole === 'string' || typeof holiday === 'string') throw new Error('must be judged');
		expect(holiday.expected).toBeCloseTo(0.4 * whole.expected, 8);
	});

	it.each([
		['three weeks', [1, 2, 3], 'too-short'],
		['all zero', new Array(300).fill(0), 'too-few']
	] as const)('refuses %s', (_, counts, reason) => expect(farrington([...counts])).toBe(reason));

	it('judges constant and huge series without NaN', () => {
		for (const level of [7, 1e9]) {
			const result = farrington(new Float64Array(300).fill(level));
			if (typeof result === 'string') throw new Error('must be judged');
			expect(result.expected / level).toBeCloseTo(1, 4);
			expect(result.p).toBeGreaterThan(0.3);
		}
	});
});

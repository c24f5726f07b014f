import { describe, expect, it } from 'vitest';
import { farrington, farringtonDefaults, seasonalGroups } from '#lib/detection/weekly/farrington.ts';
import { anscombeWeights, fitSeasonal } from '#lib/detection/weekly/seasonal-glm.ts';
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
	const data = {
		y: Float64Array.from({ length: n }, (_, i) => random.count(3 + (i % 5), 2)),
		group: Uint8Array.from({ length: n }, (_, i) => i % 5),
		groups: 5,
		time: Float64Array.from({ length: n }, (_, i) => i),
		offset: Float64Array.from({ length: n }, (_, i) => Math.log(0.5 + (i % 3)))
	};

	it('solves the score equations: residuals sum to zero in each group and along time', () => {
		const weights = Float64Array.from({ length: n }, (_, i) => 0.5 + (i % 2));
		const fit = fitSeasonal(data, weights, true)!;
		const sums = new Float64Array(5);
		let along = 0;
		for (let i = 0; i < n; i++) {
			const residual = weights[i]! * (data.y[i]! - fit.mean[i]!);
			sums[data.group[i]!]! += residual;
			along += residual * data.time[i]!;
		}
		for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(1e-5);
		expect(Math.abs(along)).toBeLessThan(1e-2);
	});

	it('has leverages that sum to the number of parameters', () => {
		const fit = fitSeasonal(data, null, true)!;
		expect(fit.leverage.reduce((a, b) => a + b, 0)).toBeCloseTo(6, 3);
	});

	it('weighs outliers by the inverse square of their residual and keeps the sum', () => {
		const spiked = { ...data, y: Float64Array.from(data.y, (y, i) => (i === 50 ? 90 : y)) };
		const weights = anscombeWeights(spiked.y, fitSeasonal(spiked, null, true)!, 2.58);
		expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(n, 6);
		expect(weights[50]!).toBeLessThan(0.2);
	});
});

describe('seasonal groups', () => {
	it('give the reference windows one level and cut the rest of each year into nine', () => {
		const { group, years, first } = seasonalGroups(300, farringtonDefaults)!;
		expect(years).toBe(5);
		expect(first).toBe(300 - 261 - 3);
		for (const back of [52, 104, 157, 209, 261]) {
			for (let d = -3; d <= 3; d++) expect(group[300 - back + d]).toBe(9);
		}
		const between = [...group.subarray(300 - 104 + 4, 300 - 52 - 3)];
		expect(new Set(between).size).toBe(9);
		expect([...between].sort()).toEqual(between);
	});

	it('leave out the last half-year', () => {
		const { group } = seasonalGroups(300, farringtonDefaults)!;
		expect([...group.subarray(274)].every((g) => g === 255)).toBe(true);
	});

	it('use fewer years for a short series and refuse below two', () => {
		expect(seasonalGroups(130, farringtonDefaults)!.years).toBe(2);
		expect(seasonalGroups(100, farringtonDefaults)).toBe(null);
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

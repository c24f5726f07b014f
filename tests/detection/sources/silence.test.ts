import { describe, expect, it } from 'vitest';
import { observedDays } from '#lib/detection/sources/silence.ts';
import { randomOf } from '../random.ts';

const weights = (n: number) => Float64Array.from({ length: n }, (_, d) => (d % 7 < 5 ? 1.36 : 0.1));

describe('silence', () => {
	it('is a run of zeros that a steady source never has', () => {
		const random = randomOf(1);
		const totals = Float64Array.from({ length: 120 }, (_, d) => (d >= 80 && d < 83 ? 0 : random.poisson(20)));
		const observed = observedDays(totals, new Float64Array(120).fill(1));
		expect([...observed].flatMap((value, d) => (value ? [] : [d]))).toEqual([80, 81, 82]);
	});

	it('is not the week-end', () => {
		const random = randomOf(2);
		const w = weights(140);
		const totals = Float64Array.from(w, (weight) => (weight < 1 ? 0 : random.poisson(15)));
		expect([...observedDays(totals, w)].every((value) => value === 1)).toBe(true);
	});

	it('is not the pause of a source that delivers in bundles, but its absence for weeks', () => {
		const totals = new Float64Array(200);
		for (let d = 0; d < 200; d += 4) totals[d] = 30;
		totals.fill(0, 101, 160);
		const observed = observedDays(totals, new Float64Array(200).fill(1));
		expect([...observed.subarray(0, 100)].every((value) => value === 1)).toBe(true);
		expect([...observed.subarray(102, 160)].every((value) => value === 0)).toBe(true);
	});

	it('is everything before the first event', () => {
		const totals = Float64Array.of(0, 0, 0, 4, 0, 5);
		expect([...observedDays(totals, new Float64Array(6).fill(1))]).toEqual([0, 0, 0, 1, 1, 1]);
	});
});

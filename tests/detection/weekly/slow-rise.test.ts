import { describe, expect, it } from 'vitest';
import { slowRise } from '#lib/detection/weekly/slow-rise.ts';
import { randomOf } from '../random.ts';

const weeks = 290;
const flat = new Float64Array(weeks).fill(1);

function series(seed: number, mean: number, factor: (week: number) => number): Float64Array {
	const random = randomOf(seed);
	return Float64Array.from({ length: weeks }, (_, w) => random.count(mean * factor(w) * Math.exp(0.3 * Math.cos((2 * Math.PI * w) / 52.18)), 1.3));
}
const lasting = (length: number, by: number) => (week: number) => (week >= weeks - length ? by : 1);

describe('a slow rise', () => {
	it('is seen after weeks that say little one by one', () => {
		let found = 0;
		for (let seed = 1; seed <= 40; seed++) {
			const rise = slowRise(series(seed, 6, lasting(10, 1.7)), flat);
			if (rise !== null && rise.p < 1e-3) {
				found++;
				expect(rise.weeks).toBeGreaterThanOrEqual(3);
				expect(rise.observed).toBeGreaterThan(rise.expected);
			}
		}
		expect(found).toBeGreaterThan(20);
	});

	it('is next to never seen where there is none: its chance is bounded by e^−S', () => {
		let found = 0;
		for (let seed = 1; seed <= 400; seed++) {
			const rise = slowRise(series(seed, 1 + (seed % 7), () => 1), flat);
			if (rise !== null && rise.p < 0.01) found++;
		}
		expect(found).toBeLessThan(12);
	});

	it('says nothing of a rise that is over, nor of a series too short', () => {
		const over = slowRise(series(3, 6, (w) => (w >= weeks - 16 && w < weeks - 6 ? 2 : 1)), flat);
		expect(over === null || over.p > 1e-3).toBe(true);
		expect(slowRise(series(3, 6, () => 1).subarray(0, 100), flat.subarray(0, 100))).toBe(null);
	});

	it('takes a week of half its days for half a week', () => {
		const exposure = Float64Array.from({ length: weeks }, (_, w) => (w >= weeks - 3 ? 0.5 : 1));
		const counts = series(5, 20, (w) => (w >= weeks - 3 ? 0.5 : 1));
		const half = slowRise(counts, exposure);
		expect(half === null || half.p > 0.01).toBe(true);
	});
});

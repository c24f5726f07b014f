import fc from 'fast-check';
import { expect, test } from 'vitest';
import { precisionOf } from '#lib/indicators/precision.ts';

test.each([
	[8, 10, 0.490162, 0.943317], [0, 3, 0, 0.561497], [3, 3, 0.438503, 1], [1, 2, 0.094531, 0.905469], [90, 100, 0.825633, 0.944772]
])('%i of %i lies between %f and %f', (confirmed, n, low, high) => {
	const precision = precisionOf({ confirmed, refuted: n - confirmed })!;
	expect(precision.share).toBeCloseTo(confirmed / n, 12);
	expect(precision.low).toBeCloseTo(low, 5);
	expect(precision.high).toBeCloseTo(high, 5);
});

test('its ends are where the score test just fails: (share − p)² = z²·p(1 − p)/n', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (confirmed, refuted) => {
			const n = confirmed + refuted;
			const { share, low, high } = precisionOf({ confirmed, refuted })!;
			for (const p of [low, high]) expect(Math.abs(share - p) / Math.sqrt((p * (1 - p)) / n)).toBeCloseTo(1.959964, 5);
		})
	);
});

test('nothing judged is no figure', () => expect(precisionOf({ confirmed: 0, refuted: 0 })).toBeNull());

test('the interval holds its share, lies within 0 and 1, and narrows with more cases', () => {
	fc.assert(
		fc.property(fc.nat(500), fc.nat(500), (confirmed, refuted) => {
			const precision = precisionOf({ confirmed, refuted });
			if (confirmed + refuted === 0) return;
			const { share, low, high } = precision!;
			expect(0 <= low && low <= share && share <= high && high <= 1).toBe(true);
			const more = precisionOf({ confirmed: confirmed * 4, refuted: refuted * 4 })!;
			expect(more.high - more.low).toBeLessThan(high - low);
		})
	);
});

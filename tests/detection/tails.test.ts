import { describe, expect, it } from 'vitest';
import { logGamma, normalQuantile } from '#lib/detection/special.ts';
import { countQuantile, lawOf, lowerTail, upperTail } from '#lib/detection/tails.ts';

const close = (actual: number, expected: number, relative = 1e-11) =>
	expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected), 1e-300));

describe('log gamma', () => {
	it.each([
		[0.5, 0.5723649429247001],
		[1.5, -0.12078223763524526],
		[7.25, 7.0521854507385395],
		[25, 54.78472939811232],
		[1e6, 12815504.569147611]
	])('of %d', (x, expected) => close(logGamma(x), expected, 1e-13));

	it('obeys Γ(x + 1) = x Γ(x) across the border between the two formulas', () => {
		for (let x = 0.3; x < 60; x += 0.37) close(logGamma(x + 1) - logGamma(x), Math.log(x), 1e-9);
	});
});

describe('tails of counts', () => {
	// Poisson: 1 − Σ e^-m m^i/i!; negative binomial: 1 − Σ Γ(i+r)/(i! Γ(r)) (r/(r+m))^r (m/(r+m))^i, summed in extended precision.
	it.each([
		[1, 0.3, Infinity, 0.25918177931828207],
		[5, 2.1, Infinity, 0.062126115180002675],
		[17, 9, Infinity, 0.011105909377583819],
		[100, 55.5, Infinity, 4.9703732450980425e-8],
		[40, 100, Infinity, 0.9999999999970397],
		[1, 0.3, 2, 0.24385633270321347],
		[5, 2.1, 0.7, 0.15031602878153885],
		[17, 9, 3.5, 0.10218000227801805],
		[100, 55.5, 12.25, 0.014994835819734412],
		[3000, 2500, 80, 0.04530721215734141],
		[60, 5, 2, 3.09758719449463e-8]
	])('P(X ≥ %d) for mean %d and size %d', (k, mean, size, expected) => close(upperTail(k, { mean, size }), expected, 1e-9));

	it('of both sides add up to one', () => {
		for (const mean of [0.01, 0.7, 5, 33, 800]) {
			for (const size of [0.4, 3, 50, Infinity]) {
				for (const k of [0, 1, 4, 30, 700, 900]) {
					expect(upperTail(k, { mean, size }) + lowerTail(k - 1, { mean, size })).toBeCloseTo(1, 10);
				}
			}
		}
	});

	it('stay numbers at the edges', () => {
		expect(upperTail(0, { mean: 3, size: 1 })).toBe(1);
		expect(upperTail(1, { mean: 0, size: Infinity })).toBe(0);
		expect(upperTail(1e9, { mean: 9e8, size: 1e4 })).toBeGreaterThan(0);
		expect(upperTail(10_000, { mean: 1, size: Infinity })).toBeGreaterThanOrEqual(0);
	});

	it('quantiles are the smallest count that reaches the probability', () => {
		expect(countQuantile(0.99, { mean: 9, size: Infinity })).toBe(17);
		expect(countQuantile(0.99, { mean: 9, size: 3.5 })).toBe(26);
		expect(countQuantile(0.01, { mean: 100, size: Infinity })).toBe(77);
		expect(countQuantile(0.999, { mean: 2500, size: 80 })).toBe(3469);
		expect(countQuantile(0.99, { mean: 0.02, size: 1 })).toBe(1);
		expect(countQuantile(0.5, { mean: 3.3, size: 1.5 })).toBe(2);
		for (const mean of [0.2, 4, 77]) {
			for (const p of [0.5, 0.9, 0.99, 0.9999]) {
				const law = lawOf(mean, 1.8 * mean);
				const k = countQuantile(p, law);
				expect(lowerTail(k, law)).toBeGreaterThanOrEqual(p - 1e-12);
				if (k > 0) expect(lowerTail(k - 1, law)).toBeLessThan(p);
			}
		}
	});

	it('the normal quantile is good to nine digits', () => {
		close(normalQuantile(0.975), 1.959963984540054, 1e-8);
		close(normalQuantile(0.001), -3.090232306167814, 1e-8);
	});
});

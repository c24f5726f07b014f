import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, ratio, rateOf, wilson } from '#lib/sampling/effect/intervals.ts';
import { isotonic } from '#lib/sampling/effect/isotonic.ts';
import { addCells, type Cell } from '#lib/sampling/effect/outcomes.ts';
import { pooledDifference, pooledRatio } from '#lib/sampling/effect/pooled.ts';
import { trend } from '#lib/sampling/effect/trend.ts';

const cell = (problems: number, n: number): Cell => ({ n, problems });
const anyCell = fc.integer({ min: 1, max: 400 }).chain((n) => fc.integer({ min: 0, max: n }).map((problems) => cell(problems, n)));

describe('the score interval of one rate', () => {
	// Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
	test.each([
		[81, 263, 0.2553, 0.3662],
		[15, 148, 0.0624, 0.1605],
		[0, 20, 0, 0.1611],
		[1, 29, 0.0061, 0.1718]
	])('%i of %i as published', (problems, n, lower, upper) => {
		const found = wilson(cell(problems, n));
		expect(found.lower).toBeCloseTo(lower, 4);
		expect(found.upper).toBeCloseTo(upper, 4);
	});

	test('it holds the rate, stays between 0 and 1, mirrors, and narrows with more visits', () => {
		fc.assert(fc.property(anyCell, (c) => {
			const { lower, upper } = wilson(c);
			expect(lower).toBeGreaterThanOrEqual(0);
			expect(upper).toBeLessThanOrEqual(1);
			expect(lower).toBeLessThanOrEqual(rateOf(c) + 1e-12);
			expect(upper).toBeGreaterThanOrEqual(rateOf(c) - 1e-12);
			expect(wilson(cell(c.n - c.problems, c.n)).lower).toBeCloseTo(1 - upper, 10);
			const more = wilson(cell(c.problems * 4, c.n * 4));
			expect(more.upper - more.lower).toBeLessThan(upper - lower);
			const wider = wilson(c, 0.99);
			expect(wider.upper - wider.lower).toBeGreaterThan(upper - lower);
		}));
	});
});

describe('the difference of two rates', () => {
	// Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
	test.each([
		[56, 70, 48, 80, 0.0524, 0.3339],
		[9, 10, 3, 10, 0.1705, 0.809],
		[6, 7, 2, 7, 0.0582, 0.8062],
		[5, 56, 0, 29, -0.0381, 0.1926],
		[0, 10, 0, 20, -0.1611, 0.2775],
		[10, 10, 0, 20, 0.6791, 1]
	])('%i/%i − %i/%i as published', (x, m, y, n, lower, upper) => {
		const found = difference(cell(x, m), cell(y, n));
		expect(found.lower).toBeCloseTo(lower, 4);
		expect(found.upper).toBeCloseTo(upper, 4);
	});

	test('it holds the difference, stays between −1 and 1, and turns its sign with the groups', () => {
		fc.assert(fc.property(anyCell, anyCell, (a, b) => {
			const found = difference(a, b);
			expect(found.lower).toBeGreaterThanOrEqual(-1 - 1e-12);
			expect(found.upper).toBeLessThanOrEqual(1 + 1e-12);
			expect(found.lower).toBeLessThanOrEqual(found.value);
			expect(found.upper).toBeGreaterThanOrEqual(found.value);
			expect(difference(b, a).upper).toBeCloseTo(-found.lower, 10);
		}));
	});
});

describe('the ratio of two rates', () => {
	// Koopman 1984: 36 of 40 against 16 of 80.
	test('36/40 ÷ 16/80 as published', () => {
		const found = ratio(cell(36, 40), cell(16, 80));
		expect(found.value).toBeCloseTo(4.5, 10);
		expect(found.lower).toBeCloseTo(2.94, 2);
		expect(found.upper).toBeCloseTo(7.15, 2);
	});

	test('it holds the ratio, and turned round it is the reciprocal', () => {
		fc.assert(fc.property(anyCell, anyCell, (a, b) => {
			const found = ratio(a, b);
			const turned = ratio(b, a);
			if (a.problems === 0) expect(found.lower).toBe(0);
			if (b.problems === 0) expect(found.upper).toBe(Infinity);
			if (a.problems > 0 && b.problems > 0) {
				expect(found.lower).toBeLessThanOrEqual(found.value * (1 + 1e-9));
				expect(found.upper).toBeGreaterThanOrEqual(found.value * (1 - 1e-9));
				expect(turned.upper * found.lower).toBeCloseTo(1, 6);
			}
		}));
	});

	test('with many visits it comes near the logarithm interval (Katz 1978)', () => {
		const found = ratio(cell(3000, 10_000), cell(2000, 10_000));
		const half = 1.959964 * Math.sqrt(1 / 3000 - 1 / 10_000 + 1 / 2000 - 1 / 10_000);
		expect(found.lower).toBeCloseTo(1.5 * Math.exp(-half), 2);
		expect(found.upper).toBeCloseTo(1.5 * Math.exp(half), 2);
	});
});

describe('what is compared within strata', () => {
	test('one stratum is the plain difference and ratio', () => {
		const [a, b] = [cell(30, 100), cell(20, 100)];
		expect(pooledDifference([{ a, b }])!.value).toBeCloseTo(0.1, 12);
		expect(pooledRatio([{ a, b }])!.value).toBeCloseTo(1.5, 12);
	});

	// Kidney stones, C. R. Charig et al., BMJ 292 (1986), 879: better with small stones and with large ones, worse in the sum.
	const small = { a: cell(81, 87), b: cell(234, 270) };
	const large = { a: cell(192, 263), b: cell(55, 80) };
	test('a change of mix that turns the sum round does not turn this round', () => {
		const crude = difference(addCells([small.a, large.a]), addCells([small.b, large.b]));
		expect(crude.value).toBeLessThan(0);
		expect(pooledDifference([small, large])!.value).toBeGreaterThan(0);
		expect(pooledRatio([small, large])!.value).toBeGreaterThan(1);
	});

	test('strata with one group only compare nothing', () => {
		expect(pooledDifference([{ a: cell(1, 2), b: cell(0, 0) }])).toBeNull();
		expect(pooledDifference([small, { a: cell(9, 9), b: cell(0, 0) }])).toEqual(pooledDifference([small]));
		expect(pooledRatio([{ a: cell(0, 9), b: cell(3, 9) }])).toBeNull();
	});

	test('it is turned with the groups and holds its estimate', () => {
		fc.assert(fc.property(fc.array(fc.record({ a: anyCell, b: anyCell }), { minLength: 1, maxLength: 12 }), (strata) => {
			const found = pooledDifference(strata)!;
			const turned = pooledDifference(strata.map(({ a, b }) => ({ a: b, b: a })))!;
			expect(found.lower).toBeLessThanOrEqual(found.value + 1e-12);
			expect(found.upper).toBeGreaterThanOrEqual(found.value - 1e-12);
			expect(turned.value).toBeCloseTo(-found.value, 10);
			expect(turned.upper).toBeCloseTo(-found.lower, 8);
		}));
	});
});

describe('the trend along a scale', () => {
	// Malformation and alcohol, Graubard & Korn 1987; z² = 6.57 (A. Agresti, Categorical Data Analysis, on linear trend).
	test('alcohol and malformation as published', () => {
		const cells = [cell(48, 17_114), cell(38, 14_502), cell(5, 793), cell(1, 127), cell(1, 38)];
		const found = trend(cells, [0, 0.5, 1.5, 4, 7])!;
		expect(found.z ** 2).toBeCloseTo(6.57, 2);
		expect(found.p).toBeCloseTo(0.0104, 3);
	});

	test('of two small groups it is the exact test of Fisher', () => {
		// The lady tasting tea: 3 of 4 against 1 of 4; two-sided 34/70.
		const found = trend([cell(1, 4), cell(3, 4)])!;
		expect(found.method).toBe('exact');
		expect(found.p).toBeCloseTo(34 / 70, 10);
	});

	test('the exact probability is that of counting every arrangement', () => {
		const cells = [cell(0, 3), cell(1, 3), cell(3, 3)];
		const group = [0, 0, 0, 1, 1, 1, 2, 2, 2];
		const mean = (4 * 9) / 9;
		let [all, far] = [0, 0];
		for (let bits = 0; bits < 512; bits++) {
			const chosen = group.filter((_, i) => bits & (1 << i));
			if (chosen.length !== 4) continue;
			all++;
			if (Math.abs(chosen.reduce((a, b) => a + b, 0) - mean) >= 3) far++;
		}
		expect(trend(cells)!.p).toBeCloseTo(far / all, 10);
	});

	test('its sign follows the order, and nothing is said of nothing', () => {
		fc.assert(fc.property(fc.array(anyCell, { minLength: 2, maxLength: 5 }), (cells) => {
			const found = trend(cells);
			const { n, problems } = addCells(cells);
			if (problems === 0 || problems === n) return void expect(found).toBeNull();
			expect(trend([...cells].reverse())!.z).toBeCloseTo(-found!.z, 8);
			expect(found!.p).toBeGreaterThanOrEqual(0);
			expect(found!.p).toBeLessThanOrEqual(1 + 1e-12);
		}), { numRuns: 40 });
		expect(trend([cell(1, 5)])).toBeNull();
		expect(trend([cell(1, 5), cell(0, 0)])).toBeNull();
	});
});

describe('the rising line', () => {
	test('a break of the order is levelled, weighted by visits', () => {
		expect(isotonic([cell(1, 10), cell(6, 20), cell(1, 10), cell(5, 10)])).toEqual([0.1, 7 / 30, 7 / 30, 0.5]);
		expect(isotonic([cell(1, 10), cell(0, 0), cell(2, 10)])).toEqual([0.1, null, 0.2]);
	});

	test('it never falls, keeps the sum, and leaves alone what rises', () => {
		fc.assert(fc.property(fc.array(anyCell, { minLength: 1, maxLength: 8 }), (cells) => {
			const fitted = isotonic(cells) as number[];
			fitted.forEach((rate, i) => expect(rate).toBeGreaterThanOrEqual((fitted[i - 1] ?? 0) - 1e-12));
			expect(fitted.reduce((sum, rate, i) => sum + rate * cells[i]!.n, 0)).toBeCloseTo(addCells(cells).problems, 6);
			const rates = cells.map(rateOf);
			if (rates.every((rate, i) => i === 0 || rate >= rates[i - 1]!)) expect(fitted).toEqual(rates);
		}));
	});
});

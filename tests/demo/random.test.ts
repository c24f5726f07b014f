import { expect, test } from 'vitest';
import { gamma, mixNormal, negativeBinomial, pickCumulative, poisson, randomStream } from '#db/demo/random.ts';

const draws = (n: number, draw: () => number) => Array.from({ length: n }, draw);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => {
	const middle = mean(values);
	return mean(values.map((value) => (value - middle) ** 2));
};

test('the same seed and label give the same numbers, another label others', () => {
	const one = draws(50, randomStream(3, 'a'));
	expect(draws(50, randomStream(3, 'a'))).toEqual(one);
	expect(draws(50, randomStream(3, 'b'))).not.toEqual(one);
	expect(draws(50, randomStream(4, 'a'))).not.toEqual(one);
});

test('uniform numbers fill the unit interval evenly', () => {
	const random = randomStream(1, 'uniform');
	const bins = new Array<number>(10).fill(0);
	for (let k = 0; k < 100_000; k++) bins[Math.floor(random() * 10)]!++;
	for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test.each([0.05, 0.8, 4, 25, 60])('poisson of mean %d has that mean and variance', (wanted) => {
	const random = randomStream(2, `poisson ${wanted}`);
	const values = draws(60_000, () => poisson(random, wanted));
	expect(mean(values)).toBeCloseTo(wanted, wanted > 10 ? 0 : 1);
	expect(variance(values) / wanted).toBeGreaterThan(0.94);
	expect(variance(values) / wanted).toBeLessThan(1.06);
});

test('a negative binomial has variance phi times its mean', () => {
	const random = randomStream(2, 'negative binomial');
	const values = draws(80_000, () => negativeBinomial(random, 3, 1.5));
	expect(mean(values)).toBeCloseTo(3, 1);
	expect(variance(values) / 3).toBeGreaterThan(1.42);
	expect(variance(values) / 3).toBeLessThan(1.58);
});

test('gamma has its mean also below shape one', () => {
	const random = randomStream(2, 'gamma');
	expect(mean(draws(80_000, () => gamma(random, 0.3, 2)))).toBeCloseTo(0.6, 1);
});

test('normals that belong to a thing are standard', () => {
	const values = Array.from({ length: 50_000 }, (_, k) => mixNormal(9, k));
	expect(mean(values)).toBeCloseTo(0, 1);
	expect(variance(values)).toBeCloseTo(1, 1);
});

test('a weight of nothing is never picked', () => {
	const random = randomStream(5, 'pick');
	const cumulative = Float64Array.of(0, 2, 2, 5);
	const seen = new Set(draws(2_000, () => pickCumulative(random, cumulative)));
	expect([...seen].sort()).toEqual([1, 3]);
});

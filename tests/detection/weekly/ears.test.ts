import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { earsDefaults, earsOf, type EarsMethod, type EarsOptions } from '#lib/detection/weekly/ears.ts';

type Fixtures = {
	readonly surveillance: string;
	readonly series: Readonly<Record<string, readonly number[]>>;
	readonly cases: readonly {
		readonly series: string;
		readonly method: EarsMethod;
		readonly options: Partial<EarsOptions>;
		readonly week: readonly number[];
		readonly upper: readonly number[];
		readonly alarm: readonly number[];
	}[];
};
const fixtures = JSON.parse(readFileSync(new URL('./reference/ears.json', import.meta.url), 'utf8')) as Fixtures;

describe(`C1 and C2 of R's surveillance ${fixtures.surveillance}`, () => {
	it.each(fixtures.cases.map((one) => [one.series, one.method, JSON.stringify(one.options), one] as const))('%s by %s with %s', (_series, _method, _options, one) => {
		const judge = earsOf(fixtures.series[one.series]!, one.method, { ...earsDefaults[one.method], ...one.options });
		one.week.forEach((week, i) => {
			const ours = judge(week - 1)!;
			expect({ week, alarm: ours.alarm }).toEqual({ week, alarm: one.alarm[i] === 1 });
			expect(Math.abs(ours.upper - one.upper[i]!)).toBeLessThanOrEqual(1e-8 * Math.max(1, one.upper[i]!));
		});
	});
});

describe('C3', () => {
	const calm = [4, 6, 5, 5, 4, 6, 5];
	const judge = (counts: readonly number[]) => earsOf(counts, 'ears-c3', earsDefaults['ears-c3'])(counts.length - 1);

	it('adds up what three days have above one standard deviation', () => {
		// Baseline mean 5, s = √(4/6); the last three days have their baselines at distance 2, all within the calm days.
		const counts = [5, 5, ...calm, 5, 5, 6, 6, 6];
		const c2 = (now: number) => {
			const base = counts.slice(now - 9, now - 2);
			const mean = base.reduce((a, b) => a + b, 0) / 7;
			const s = Math.sqrt(base.reduce((a, b) => a + (b - mean) ** 2, 0) / 6);
			return (counts[now]! - mean) / s;
		};
		const sum = [11, 12, 13].reduce((total, now) => total + Math.max(0, c2(now) - 1), 0);
		expect(sum).toBeGreaterThan(0.5);
		const said = judge(counts)!;
		expect(said.alarm).toBe(sum > 2);
		expect(judge([...counts.slice(0, -1), 8])!.alarm).toBe(true);
	});

	it('has a bound that does not move with the judged count, unlike R', () => {
		const before = [5, 5, ...calm, 5, 5, 6, 5];
		expect(judge([...before, 5])!.upper).toBe(judge([...before, 9])!.upper);
	});

	it('is silent until nine earlier periods have scores of their own', () => {
		expect(judge([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])).toBe(null);
		expect(judge([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2])).not.toBe(null);
	});
});

it('a floor for sigma keeps one case above equal counts from being an alarm', () => {
	const counts = [0, 0, 0, 0, 0, 0, 0, 1];
	expect(earsOf(counts, 'ears-c1', earsDefaults['ears-c1'])(7)!.alarm).toBe(true);
	expect(earsOf(counts, 'ears-c1', { ...earsDefaults['ears-c1'], minSigma: 0.5 })(7)!.alarm).toBe(false);
});

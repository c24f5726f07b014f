import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseOf, pauseState } from '#lib/detection/sources/pauses.ts';
import { randomOf } from '../random.ts';

const flat = (n: number) => new Float64Array(n).fill(1);
const working = (n: number) => Float64Array.from({ length: n }, (_, d) => (d % 7 < 5 ? 1.35 : 0.12));
/** Rows every `step` days, then none for `pause` days. */
const every = (step: number, pause: number, days = 200) => Float64Array.from({ length: days + pause }, (_, d) => (d < days && d % step === (days - 1) % step ? 3 : 0));
/** Rows on working days, then none from a Monday on for `pause` days. */
const daily = (pause: number) => Float64Array.from({ length: 210 + pause }, (_, d) => (d < 210 && d % 7 < 5 ? 8 : 0));
const stateOf = (counts: Float64Array, due = flat(counts.length), observed = new Uint8Array(counts.length).fill(1)) => {
	const pause = pauseOf(counts, observed, due);
	return pause === null ? null : pauseState(pause);
};

describe('the pause of a source that promised no day', () => {
	it.each([
		['rows every day, one day late', every(1, 1), 'long'],
		['rows every day, three days without', every(1, 3), 'silent'],
		['rows every day, twelve days without', every(1, 12), 'silent'],
		['rows weekly, four days without', every(7, 4), 'ordinary'],
		['rows weekly, eight days without', every(7, 8), 'long'],
		['rows weekly, twelve days without', every(7, 12), 'silent'],
		['rows monthly, three weeks without', every(30, 21), 'ordinary'],
		['rows monthly, six weeks without', every(30, 44), 'silent'],
		['four rows in all', every(50, 30), null]
	] as const)('with %s is %s', (_, counts, state) => {
		expect(stateOf(counts)).toBe(state);
	});

	it.each([['a week-end', 0, 'ordinary'], ['a Monday', 1, 'long'], ['two working days', 2, 'silent']] as const)('of %s beyond the week-end is judged by what those days usually bring', (_, days, state) => {
		expect(stateOf(daily(days), working(210 + days))).toBe(state);
	});

	it('is not excused by an outage that it had before', () => {
		const counts = every(1, 12);
		counts.fill(0, 80, 120);
		const observed = new Uint8Array(counts.length).fill(1).fill(0, 80, 120);
		expect(stateOf(counts, flat(counts.length), observed)).toBe('silent');
		expect(stateOf(counts)).toBe('ordinary');
	});

	it('is seldom taken for a silence where rows are rare by themselves', () => {
		const random = randomOf(7);
		let evenings = 0;
		let silent = 0;
		for (let run = 0; run < 40; run++) {
			const counts = Float64Array.from({ length: 400 }, () => random.poisson(0.2));
			for (let to = 300; to < 400; to++) {
				evenings++;
				if (stateOf(counts.subarray(0, to), flat(to), new Uint8Array(to).fill(1)) === 'silent') silent++;
			}
		}
		expect(silent / evenings).toBeLessThan(0.005);
	});

	it('only grows with further empty days', () => {
		const rank = { ordinary: 0, long: 1, silent: 2 } as const;
		fc.assert(fc.property(fc.array(fc.nat(2), { minLength: 40, maxLength: 120 }), fc.nat(40), (rows, empty) => {
			const states = [empty, empty + 1].map((n) => stateOf(Float64Array.from([...rows, ...new Array<number>(n).fill(0)])));
			if (states[0] == null || states[1] == null) return;
			expect(rank[states[1]]).toBeGreaterThanOrEqual(rank[states[0]]);
		}));
	});
});

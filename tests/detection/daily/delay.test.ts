import { describe, expect, it } from 'vitest';
import { completeness, longestDelay } from '#lib/detection/daily/delay.ts';

const width = longestDelay + 1;
const days = 300;
/** Saturdays and Sundays. */
const off = Uint8Array.from({ length: days }, (_, t) => (t % 7 >= 5 ? 1 : 0));

/** Delays of 100 events a day by the share that comes after so many days. */
function delaysOf(byDelay: (day: number) => readonly number[]): Float64Array {
	const delays = new Float64Array(days * width);
	for (let t = 0; t < days; t++) byDelay(t).forEach((share, lag) => (delays[t * width + lag] = 100 * share));
	return delays;
}

describe('completeness', () => {
	it('is whole without late events, and with too few to tell', () => {
		expect([...completeness(null, off, 250)].every((share) => share === 1)).toBe(true);
		const few = new Float64Array(days * width);
		few[100 * width + 3] = 5;
		expect([...completeness(few, off, 250)].every((share) => share === 1)).toBe(true);
	});

	it('gives the share that has come by so many days', () => {
		const share = completeness(delaysOf(() => [0.5, 0.3, 0.2]), new Uint8Array(days), 250);
		expect([share[250], share[249], share[248], share[200]]).toEqual([expect.closeTo(0.5, 2), expect.closeTo(0.8, 2), expect.closeTo(1, 2), 1]);
	});

	it('knows that nothing comes while the office is closed', () => {
		// What happens is entered on the next working day.
		const entered = delaysOf((t) => [0, 1, 2, 3].map((lag) => ((t + lag) % 7 < 5 && [...Array(lag).keys()].every((before) => (t + before) % 7 >= 5) ? 1 : 0)));
		const on = (asOf: number) => completeness(entered, off, asOf);
		const sunday = 251;
		expect([off[sunday], off[sunday - 1], off[sunday - 2]]).toEqual([1, 1, 0]);
		expect(on(sunday)[sunday - 1]).toBeLessThan(0.1);
		expect(on(sunday)[sunday - 2]).toBeGreaterThan(0.95);
		expect(on(sunday + 1)[sunday]).toBeGreaterThan(0.95);
	});

	it('does not learn from days that may still grow', () => {
		const delays = delaysOf(() => [1]);
		for (let t = 250 - longestDelay + 1; t <= 250; t++) delays.fill(0, t * width, (t + 1) * width);
		expect(completeness(delays, new Uint8Array(days), 250)[250]).toBeCloseTo(1, 6);
	});
});

import { describe, expect, it } from 'vitest';
import { bulkDays } from '#lib/detection/sources/bulk-day.ts';
import type { SourceSeries } from '#lib/detection/sources/source-noise.ts';
import { randomOf } from '../random.ts';

const days = 200;
const regions = 13;

/** Thirteen regions, few rows on weekends; `factor` says what happens where and when. */
function source(seed: number, factor: (region: number, day: number) => number, phi = 1.3): SourceSeries {
	const random = randomOf(seed);
	const counts = new Float64Array(regions * days);
	const weights = Float64Array.from({ length: days }, (_, d) => (d % 7 < 5 ? 1.35 : 0.1));
	for (let r = 0; r < regions; r++) {
		for (let d = 0; d < days; d++) counts[r * days + d] = random.count((2 + (r % 5) * 2) * weights[d]! * factor(r, d), phi);
	}
	return { regions, days, counts, weights, due: weights };
}

/** All days that any evening of the last hundred finds. */
function watch(series: SourceSeries): number[] {
	const found = new Set<number>();
	for (let to = 100; to < days; to++) for (const { day } of bulkDays(series, to)) found.add(day);
	return [...found].sort((a, b) => a - b);
}

describe('a day that was entered in bulk', () => {
	it.each([1, 2, 3, 4, 5])('is none of a source that goes on as ever (seed %d)', (seed) => {
		expect(watch(source(seed, () => 1))).toEqual([]);
	});

	it('is seen on its own evening, and for three weeks', () => {
		const series = source(6, (_, d) => (d === 150 ? 8 : 1));
		expect(bulkDays(series, 149)).toEqual([]);
		expect(bulkDays(series, 150)).toMatchObject([{ day: 150, regionsJudged: 13 }]);
		expect(bulkDays(series, 150)[0]!.factor).toBeGreaterThan(5);
		expect(bulkDays(series, 150)[0]!.settled).toBe(false);
		expect(bulkDays(series, 157)[0]!.settled).toBe(true);
		expect(bulkDays(series, 170)).toHaveLength(1);
		expect(bulkDays(series, 171)).toEqual([]);
	});

	it.each([
		['one region’s own wave, however high', (r: number, d: number) => (r === 3 && d === 150 ? 40 : 1)],
		['a rise of half of the regions', (r: number, d: number) => (r < 6 && d === 150 ? 8 : 1)],
		['a level that has become higher', (_: number, d: number) => (d >= 150 ? 6 : 1)],
		['a doubled day', (_: number, d: number) => (d === 150 ? 2 : 1)],
		['a source that comes in bundles every ten days', (_: number, d: number) => (d % 10 === 0 ? 8 : 0.3)]
	])('is not %s', (_, factor) => {
		// The first two evenings of a new level look like it, and are taken back.
		expect(watch(source(7, factor)).filter((day) => bulkDays(source(7, factor), Math.min(days - 1, day + 6)).some((one) => one.day === day))).toEqual([]);
	});
});

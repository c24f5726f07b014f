import { describe, expect, it } from 'vitest';
import { commonChange, suspectedChange } from '#lib/detection/sources/common-change.ts';
import type { SourceSeries } from '#lib/detection/sources/source-noise.ts';
import { randomOf } from '../random.ts';

const days = 300;
const regions = 13;
const dailyMean = (r: number) => 1 + (r % 5) * 2;

/** Thirteen regions, working days only in effect; `factor` says what happens where and when. */
function source(seed: number, factor: (region: number, day: number) => number, phi = 1.3): SourceSeries {
	const random = randomOf(seed);
	const counts = new Float64Array(regions * days);
	const weights = Float64Array.from({ length: days }, (_, d) => (d % 7 < 5 ? 1.35 : 0.1));
	for (let r = 0; r < regions; r++) {
		for (let d = 0; d < days; d++) counts[r * days + d] = random.count(dailyMean(r) * weights[d]! * factor(r, d), phi);
	}
	return { regions, days, counts, weights, due: weights };
}

/** Runs evening by evening as the monitors do; returns every change found. */
function watch(series: SourceSeries): { readonly found: number; readonly day: number; readonly factor: number }[] {
	const changes: { found: number; day: number; factor: number }[] = [];
	for (let to = 60; to < days; to++) {
		const last = changes[changes.length - 1];
		const change = commonChange(series, changes.map((c) => c.day), last ? Math.sign(Math.log(last.factor)) : 0, to);
		if (change) changes.push({ found: to, day: change.day, factor: change.factor });
	}
	return changes;
}

describe('a common change', () => {
	it.each([1, 2, 3, 4, 5])('is not seen in a source that goes on as ever (seed %d)', (seed) => {
		expect(watch(source(seed, () => 1))).toEqual([]);
	});

	it('is not seen when one region surges, however strongly', () => {
		expect(watch(source(7, (r, d) => (r === 3 && d >= 200 ? 30 : 1)))).toEqual([]);
	});

	it('is not seen when five of thirteen surge', () => {
		expect(watch(source(8, (r, d) => (r < 5 && d >= 200 ? 3 : 1)))).toEqual([]);
	});

	it.each([
		['doubles', 2.2],
		['halves', 0.45]
	])('is one notice when the source %s', (_, factor) => {
		const changes = watch(source(9, (_r, d) => (d >= 200 ? factor : 1)));
		expect(changes).toHaveLength(1);
		expect(Math.abs(changes[0]!.day - 200)).toBeLessThanOrEqual(3);
		expect(changes[0]!.found - 200).toBeLessThanOrEqual(16);
		expect(changes[0]!.factor / factor).toBeGreaterThan(0.8);
		expect(changes[0]!.factor / factor).toBeLessThan(1.25);
	});

	it('is one notice when it comes over four weeks', () => {
		expect(watch(source(10, (_r, d) => 1 + 1.6 * Math.min(1, Math.max(0, (d - 180) / 28))))).toHaveLength(1);
	});

	it('is two notices when it comes and goes', () => {
		const changes = watch(source(11, (_r, d) => (d >= 150 && d < 210 ? 2.5 : 1)));
		expect(changes.map((change) => Math.sign(Math.log(change.factor)))).toEqual([1, -1]);
	});

	it('is suspected within days, so that no region is warned of the echo', () => {
		const series = source(12, (_r, d) => (d >= 203 ? 3 : 1));
		expect(suspectedChange(series, [], 202)).toBe(null);
		expect(suspectedChange(series, [], 207)).not.toBe(null);
	});
});

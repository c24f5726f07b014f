import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, weekday } from '#lib/calendar/days.ts';
import { completeShare, learnedDelay } from '#lib/sources/delay.ts';
import { partialDays, type SourceDay } from '#lib/sources/partial.ts';

describe('the delay after which a day is complete', () => {
	it.each([
		['all on the day', [1000], 0],
		['nearly all the day after', [400, 590, 10], 1],
		['a tenth only after a week', [500, 300, 100, 0, 0, 0, 0, 100], 7],
		['few rows: as far as they say', [20, 20], 1]
	])('is learned: %s', (_, byDelay, days) => {
		expect(learnedDelay(byDelay)).toMatchObject({ days });
	});

	it('is not learned from a handful', () => {
		expect(learnedDelay([29])).toBeNull();
	});

	it('says less the fewer rows it has seen', () => {
		expect(learnedDelay([40])!.share).toBeLessThan(learnedDelay([4_000])!.share);
		expect(learnedDelay([40])!.share).toBeLessThan(completeShare);
	});

	it('has brought the share it promises of what was seen, whatever was seen', () => {
		fc.assert(fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 31 }), (byDelay) => {
			const learned = learnedDelay(byDelay);
			const rows = byDelay.reduce((sum, n) => sum + n, 0);
			if (learned === null) return rows < 30;
			const came = byDelay.slice(0, learned.days + 1).reduce((sum, n) => sum + n, 0);
			return came >= completeShare * rows && learned.share <= came / rows;
		}));
	});
});

describe('days that were delivered in part', () => {
	const from = '2025-03-03';
	const series = (rows: (i: number) => number): SourceDay[] =>
		Array.from({ length: 70 }, (_, i) => ({ day: addDays(from, i), rows: rows(i), sort: String(weekday(addDays(from, i))) }));
	const judged = addDays(from, 60);
	const found = (rows: (i: number) => number) => partialDays(series(rows), judged).map(({ day }) => day);

	it.each([
		['a third of the usual', (i: number) => (i === 65 ? 33 : 100 + (i % 3)), [65]],
		['nothing at all is missing, not partial', (i: number) => (i === 65 ? 0 : 100), []],
		['few a day may halve by chance', (i: number) => (i === 65 ? 3 : 8), []],
		['a source that jumps anyway', (i: number) => (i === 65 ? 40 : [20, 180, 60, 140, 30, 170, 90, 110][Math.floor(i / 7) % 8]!), []],
		['quiet weekends are not compared with working days', (i: number) => (weekday(addDays(from, i)) > 5 ? 12 : 100), []],
		['a level that fell is partial until it has been seen for long', (i: number) => (i >= 63 ? 30 : 100), [63, 64, 65, 66, 67, 68, 69]]
	])('%s', (_, rows, days) => {
		expect(found(rows)).toEqual(days.map((i) => addDays(from, i)));
	});

	it('are not asked about again once a person has said that so few is all', () => {
		const days = series((i) => (i >= 56 ? 30 : 100)).map((one, i) => ({ ...one, accepted: i >= 56 && i < 63 }));
		expect(partialDays(days, from).filter(({ day }) => day >= addDays(from, 63))).toEqual([]);
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayNumber, monthEnd } from '#lib/calendar/days.ts';
import { nearestPart } from '#lib/counts/month-parts.ts';

describe('the sum of a month that is read', () => {
	it.each([
		[0, null, '2026-10-31', '2026-01-31'],
		[2, null, '2026-10-31', '2026-01-31'],
		[3, 'upto_5', '2026-11-05', '2026-02-05'],
		[7, 'upto_5', '2026-11-05', '2026-02-05'],
		[21, 'upto_20', '2026-11-20', '2026-02-20'],
		[28, 'n', '2026-11-30', '2026-02-28'],
		[30, 'n', '2026-11-30', '2026-02-28']
	])('for %i days is %s', (days, column, here, february) => {
		const part = nearestPart('2026-11-01', days);
		expect([part.column, part.endsIn('2026-11-01'), part.endsIn('2026-02-01')]).toEqual([column, here, february]);
	});

	it('is never more than three days away', () => {
		const day = fc.integer({ min: 0, max: 4000 }).map((n) => addDays('2020-01-01', n));
		fc.assert(fc.property(day, (upTo) => {
			const month = `${upTo.slice(0, 7)}-01`;
			const ends = nearestPart(month, Number(upTo.slice(8))).endsIn(month);
			expect(Math.abs(dayNumber(ends) - dayNumber(upTo))).toBeLessThanOrEqual(3);
			expect(ends <= monthEnd(month)).toBe(true);
		}));
	});
});

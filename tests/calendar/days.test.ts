import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	addDays, addMonths, dayFromNumber, dayNumber, dayOf, daysBetween, instantOf, isDay, isoWeekMonday,
	monthEnd, monthOf, monthsBetween, weekday
} from '#lib/calendar/days.ts';

const day = fc.integer({ min: dayNumber('1990-01-01'), max: dayNumber('2090-12-31') }).map(dayFromNumber);

describe('days', () => {
	it('belong to Asia/Shanghai', () => {
		expect(dayOf(new Date('2025-06-09T15:59:59Z'))).toBe('2025-06-09');
		expect(dayOf(new Date('2025-06-09T16:00:00Z'))).toBe('2025-06-10');
		expect(instantOf('2025-06-10', '09:00').toISOString()).toBe('2025-06-10T01:00:00.000Z');
	});
	it.each(['2019-02-29', '2019-02-30', '2019-13-01', '2019-00-10', '2019-1-1', '20190101', '0000-01-01', ''])('%j is none', (text) => {
		expect(isDay(text)).toBe(false);
	});
	it('knows leap years', () => {
		expect(isDay('2024-02-29')).toBe(true);
		expect(isDay('2000-02-29')).toBe(true);
		expect(isDay('1900-02-29')).toBe(false);
	});
	it('adds and takes away without loss', () => {
		fc.assert(
			fc.property(day, fc.integer({ min: -20_000, max: 20_000 }), (from, n) => {
				const to = addDays(from, n);
				expect(isDay(to)).toBe(true);
				expect(daysBetween(from, to)).toBe(n);
				expect(dayFromNumber(dayNumber(to))).toBe(to);
			})
		);
	});
	it('names weeks by their Monday', () => {
		expect(isoWeekMonday('2025-01-01')).toBe('2024-12-30');
		fc.assert(
			fc.property(day, (one) => {
				const monday = isoWeekMonday(one);
				expect(weekday(monday)).toBe(1);
				expect(daysBetween(monday, one)).toBe(weekday(one) - 1);
				expect(new Date(one).getUTCDay() || 7).toBe(weekday(one));
			})
		);
	});
	it('names months by their first day', () => {
		expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
		expect(addMonths('2024-01-31', -2)).toBe('2023-11-30');
		expect(monthEnd('2023-02-10')).toBe('2023-02-28');
		fc.assert(
			fc.property(day, fc.integer({ min: -600, max: 600 }), (one, n) => {
				expect(monthsBetween(one, addMonths(one, n))).toBe(n);
				expect(monthOf(addMonths(one, n))).toBe(addMonths(monthOf(one), n));
			})
		);
	});
});

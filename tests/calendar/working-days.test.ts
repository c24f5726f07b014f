import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarDays } from '#db/reference/calendar.ts';
import { dayFromNumber, dayNumber } from '#lib/calendar/days.ts';
import { addWorkingDays, lastWorkingDay, workCalendar, workingDaysBetween } from '#lib/calendar/working-days.ts';

const days = calendarDays(2015, 2030);
const calendar = workCalendar(new Map(days.map((day) => [day.day, day.off])));
const facts = new Map(days.map((day) => [day.day, day]));

describe('the calendar of mainland China', () => {
	it('holds every day once', () => {
		const first = dayNumber('2015-01-01');
		const all = Array.from({ length: dayNumber('2030-12-31') - first + 1 }, (_, i) => dayFromNumber(first + i));
		expect(days.map((day) => day.day)).toEqual(all);
	});
	// 国务院办公厅关于部分节假日安排的通知 of the years named.
	it.each([
		['2018-02-15', true, false], ['2018-02-11', false, true], ['2018-02-24', false, true], ['2018-02-21', true, false],
		['2019-05-01', true, false], ['2019-05-05', false, true], ['2020-01-31', true, false], ['2023-10-07', false, true],
		['2024-02-18', false, true], ['2025-01-28', true, false], ['2015-09-03', true, false], ['2015-09-06', false, true]
	])('%s: off %s, made up %s', (day, off, makeup) => {
		expect(facts.get(day)).toMatchObject({ off, makeup, assumed: false });
	});
	it('knows lunar dates', () => {
		expect(facts.get('2025-01-29')).toMatchObject({ lunarMonth: 1, lunarDay: 1, lunarLeap: false });
		expect(facts.get('2025-07-25')).toMatchObject({ lunarMonth: 6, lunarDay: 1, lunarLeap: true });
	});
	it('marks years that nobody has published as assumed: the statutory days, nothing made up', () => {
		const year = days.filter((day) => day.day.startsWith('2030'));
		expect(year.every((day) => day.assumed)).toBe(true);
		expect(year.some((day) => day.makeup)).toBe(false);
		expect(year.filter((day) => day.holiday === '春节').map((day) => day.day)).toEqual(['2030-02-02', '2030-02-03', '2030-02-04', '2030-02-05']);
		expect(year.filter((day) => day.holiday !== null).length).toBeGreaterThanOrEqual(12);
		expect(facts.get('2030-10-01')?.off).toBe(true);
	});
});

describe('the working-day clock', () => {
	it('steps over holidays and counts made-up days', () => {
		expect(addWorkingDays(calendar, '2018-02-14', 1)).toBe('2018-02-22');
		expect(addWorkingDays(calendar, '2018-02-10', 0)).toBe('2018-02-11');
		expect(addWorkingDays(calendar, '2018-02-22', 2)).toBe('2018-02-24');
		expect(lastWorkingDay(calendar, '2018-02-20')).toBe('2018-02-14');
	});
	it('agrees with itself', () => {
		const day = fc.integer({ min: dayNumber('2015-01-01'), max: dayNumber('2029-01-01') }).map(dayFromNumber);
		fc.assert(
			fc.property(day, fc.integer({ min: 1, max: 120 }), (from, n) => {
				const to = addWorkingDays(calendar, from, n);
				expect(calendar.isOff(to)).toBe(false);
				const between = days.filter((one) => one.day > from && one.day <= to && !calendar.isOff(one.day));
				expect(between).toHaveLength(n);
				expect(workingDaysBetween(calendar, from, to)).toBe(n);
				expect(workingDaysBetween(calendar, to, from)).toBe(-n);
			})
		);
	});
	it('counts none over days off, whichever way', () => {
		expect(workingDaysBetween(calendar, '2018-02-14', '2018-02-21')).toBe(0);
		expect(workingDaysBetween(calendar, '2018-02-21', '2018-02-14')).toBe(0);
		expect(workingDaysBetween(calendar, '2018-02-14', '2018-02-14')).toBe(0);
	});
	it('refuses a calendar that never opens', () => {
		expect(() => addWorkingDays({ isOff: () => true }, '2020-01-01', 1)).toThrow(/no working day/);
	});
});

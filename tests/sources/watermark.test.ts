import { describe, expect, it } from 'vitest';
import { calendarDays } from '#db/reference/calendar.ts';
import { instantOf } from '#lib/calendar/days.ts';
import { workCalendar } from '#lib/calendar/working-days.ts';
import { bindingMarks, deliversOldOnly, deliveryState, readCadence } from '#lib/sources/watermark.ts';

const calendar = workCalendar(new Map(calendarDays(2024, 2025).map((day) => [day.day, day.off])));
const at = (text: string) => instantOf(text.slice(0, 10), text.slice(11));
const daily = readCadence({ everyWorkingDaysBy: '09:00', graceDays: 1 });

describe('does a source deliver what is long past only', () => {
	it.each([
		['a week and its usual delay', daily, '2025-01-06', 2, false],
		['longer than that', daily, '2025-01-05', 2, true],
		['nothing learned yet', daily, '2025-01-07', null, true],
		['monthly: the delivery is about the month', readCadence({ monthlyByDay: 5 }), '2024-12-01', null, false],
		['on demand', null, '2020-01-01', null, false]
	])('%s', (_, cadence, upTo, delay, is) => {
		expect(deliversOldOnly(cadence, upTo, at('2025-01-15 08:30'), delay)).toBe(is);
	});
});

describe('is a delivery outstanding', () => {
	// 2025-01-28 … 02-04 are the Spring Festival; 01-26 and 02-08 are made up.
	it.each([
		['2025-01-06 08:30', '2025-01-06 12:00', 'on-time'],
		['2025-01-06 08:30', '2025-01-08 08:59', 'on-time'],
		['2025-01-06 08:30', '2025-01-08 09:00', 'late'],
		['2025-01-06 08:30', '2025-01-15 09:00', 'missing'],
		['2025-01-03 08:30', '2025-01-06 12:00', 'on-time'],
		['2025-01-27 08:30', '2025-02-05 12:00', 'on-time'],
		['2025-01-27 08:30', '2025-02-06 09:00', 'late']
	])('last received %s, now %s: %s', (last, now, state) => {
		expect(deliveryState(daily, at(last), at(now), calendar)).toBe(state);
	});
	it('is never so without a promise', () => {
		expect(deliveryState(null, at('2024-01-01 00:00'), at('2025-12-31 00:00'), calendar)).toBe('on-time');
		expect(readCadence({ everyWorkingDaysBy: 9 })).toBeNull();
	});
	it('is judged by the month where a source delivers monthly', () => {
		const monthly = readCadence({ monthlyByDay: 5 });
		expect(deliveryState(monthly, at('2025-03-02 07:30'), at('2025-03-20 00:00'), calendar)).toBe('on-time');
		expect(deliveryState(monthly, at('2025-03-02 07:30'), at('2025-04-20 00:00'), calendar)).not.toBe('on-time');
	});
});

describe('of several sources in one place', () => {
	const mark = (source: string, completeUpTo: string, promised: boolean, state = 'on-time') => ({ source, completeUpTo, promised, state });
	const binding = (...marks: ReturnType<typeof mark>[]) => bindingMarks(marks).map(({ source }) => source);

	it('those that are due decide, each of them', () => {
		expect(binding(mark('a', '2025-05-01', true), mark('b', '2025-04-01', true, 'late'))).toEqual(['a', 'b']);
	});
	it("a file of old rows from somebody who promised nothing is nobody's gap", () => {
		expect(binding(mark('due', '2025-05-01', true), mark('old file', '2019-01-01', false))).toEqual(['due']);
	});
	it('where all deliver on demand, the furthest decides', () => {
		expect(binding(mark('a', '2018-12-31', false), mark('b', '2019-04-30', false))).toEqual(['b']);
	});
	it('one that was stopped counts only where it was the only one', () => {
		expect(binding(mark('stopped', '2018-12-31', true, 'stopped'), mark('b', '2019-04-30', false))).toEqual(['b']);
		expect(binding(mark('stopped', '2018-12-31', true, 'stopped'))).toEqual(['stopped']);
	});
});

import { describe, expect, it } from 'vitest';
import { calendarDays } from '#db/reference/calendar.ts';
import { instantOf } from '#lib/calendar/days.ts';
import { workCalendar } from '#lib/calendar/working-days.ts';
import { deliveryState, readCadence } from '#lib/intake/watermark.ts';

const calendar = workCalendar(new Map(calendarDays(2024, 2025).map((day) => [day.day, day.off])));
const at = (text: string) => instantOf(text.slice(0, 10), text.slice(11));
const daily = readCadence({ everyWorkingDaysBy: '09:00', graceDays: 1 });

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

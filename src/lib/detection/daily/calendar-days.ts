import { addDays, dayNumber, daysBetween, weekday } from '#lib/calendar/days.ts';
import type { CalendarDays } from './calendar-effects.ts';

/** A day as a calendar gives it. */
export type CalendarDay = { readonly day: string; readonly holiday: boolean; readonly makeup: boolean };

/** Days without meaning for the festival. */
const farAway = 999;

/**
 * What the calendar says, as the regression wants it.
 *
 * @param days consecutive days, oldest first.
 * @param newYears first days of the lunar years.
 */
export function calendarDaysOf(days: readonly CalendarDay[], newYears: readonly string[]): CalendarDays {
	const firsts = newYears.map(dayNumber);
	return {
		weekday: Uint8Array.from(days, ({ day }) => weekday(day) % 7),
		holiday: Uint8Array.from(days, ({ holiday }) => (holiday ? 1 : 0)),
		makeup: Uint8Array.from(days, ({ makeup }) => (makeup ? 1 : 0)),
		festival: Int16Array.from(days, ({ day }) => {
			const number = dayNumber(day);
			return firsts.reduce((nearest, first) => (Math.abs(number - first) < Math.abs(nearest) ? number - first : nearest), farAway);
		}),
		rights: Int16Array.from(days, ({ day }) => {
			const year = Number(day.slice(0, 4));
			const since = daysBetween(`${year}-03-15`, day);
			return since >= 0 ? since : daysBetween(`${year - 1}-03-15`, day);
		}),
		phase: Float64Array.from(days, ({ day }) => daysBetween(`${day.slice(0, 4)}-01-01`, day) / 365.25)
	};
}

/** The Spring Festival's days off are the one long holiday that begins between 10 January and 25 February. */
const festivalFrom = '01-10';
const festivalTo = '02-25';
const festivalLength = 5;

/** First days of the lunar years, as far as the days off show them; a day early or late does not matter to effects of weeks. */
export function newYearsOf(days: readonly CalendarDay[]): string[] {
	const found: string[] = [];
	for (let t = 0; t < days.length; t++) {
		if (!days[t]!.holiday) continue;
		let end = t;
		while (end < days.length && days[end]!.holiday) end++;
		const date = days[t]!.day.slice(5);
		if (end - t >= festivalLength && date >= festivalFrom && date <= festivalTo) found.push(addDays(days[t]!.day, 1));
		t = end;
	}
	return found;
}

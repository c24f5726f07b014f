import { addDays, weekday } from './days.ts';

/** Which days offices are closed, as the calendar table says; days it does not hold are judged by the weekday. */
export type WorkCalendar = { readonly isOff: (day: string) => boolean };

/** A calendar from days known to differ or not: `off` by day. */
export function workCalendar(off: ReadonlyMap<string, boolean>): WorkCalendar {
	return { isOff: (day) => off.get(day) ?? weekday(day) > 5 };
}

/** Longest run of closed days that is believable; a calendar that is closed longer is broken. */
const longestClosure = 30;

/** The n-th working day after `day`; n = 0: the day itself, or the next working day when it is off. */
export function addWorkingDays(calendar: WorkCalendar, day: string, n: number): string {
	let found = n === 0 ? day : addDays(day, 1);
	let closed = 0;
	for (let left = Math.max(1, n); ; found = addDays(found, 1)) {
		if (calendar.isOff(found)) {
			if (++closed > longestClosure) throw new RangeError(`The calendar has no working day near ${found}.`);
			continue;
		}
		closed = 0;
		if (--left === 0) return found;
	}
}

/** How many working days lie after `from`, up to and with `to`; negative: after `to`, up to and with `from`. */
export function workingDaysBetween(calendar: WorkCalendar, from: string, to: string): number {
	const [first, last] = from < to ? [from, to] : [to, from];
	let n = 0;
	for (let day = addDays(first, 1); day <= last; day = addDays(day, 1)) if (!calendar.isOff(day)) n++;
	return from > to && n > 0 ? -n : n;
}

/** The last working day at or before `day`. */
export function lastWorkingDay(calendar: WorkCalendar, day: string): string {
	let found = day;
	for (let closed = 0; calendar.isOff(found); found = addDays(found, -1)) {
		if (++closed > longestClosure) throw new RangeError(`The calendar has no working day near ${found}.`);
	}
	return found;
}

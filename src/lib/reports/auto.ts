import { addDays, addMonths, isDay, monthOf } from '#lib/calendar/days.ts';
import { lastWorkingDay, workingDaysBetween, type WorkCalendar } from '#lib/calendar/working-days.ts';
import { lastPeriod, periodOf, type Period, type ReportKind } from './period.ts';

/** The day of a year by which a region's yearly summaries are due; months and days from 1. */
export type DueDay = { readonly month: number; readonly day: number };

/** So many working days after a period its draft is made even when data is still missing: who is late is then said in it. Ours. */
export const patienceDays = 10;
/** So many working days before they are due the yearly summaries are drafted: people need time for their words. Ours. */
export const yearlyLead = 10;
/** Reminders so many working days before the day, and on it. Ours. */
export const remindBefore = [10, 5, 1] as const;

/** Does the month have such a day every year? 29 February does not. */
export const isDueDay = ({ month, day }: DueDay): boolean => isDay(`2023-${two(month)}-${two(day)}`);

/** `dueOn({ month: 11, day: 5 }, 2026)` → `'2026-11-05'` */
export const dueOn = ({ month, day }: DueDay, year: number): string => `${year}-${two(month)}-${two(day)}`;
const two = (n: number) => String(n).padStart(2, '0');

/** A summary that is due in spring is about the year before, one that is due in autumn about its own. */
export const yearDueOn = (due: string): number => Number(due.slice(0, 4)) - (Number(due.slice(5, 7)) <= 6 ? 1 : 0);

/** The n-th working day before a day; n = 0: the day itself, or the last working day before it. */
export function workingDaysBefore(calendar: WorkCalendar, day: string, n: number): string {
	let found = lastWorkingDay(calendar, day);
	for (let left = n; left > 0; left--) found = lastWorkingDay(calendar, addDays(found, -1));
	return found;
}

/** The next due day on or after a day. */
export function nextDue(setting: DueDay, today: string): string {
	const year = Number(today.slice(0, 4));
	const own = dueOn(setting, year);
	return own >= today ? own : dueOn(setting, year + 1);
}

/** Working days on which people are reminded of a due day, oldest first; the last is the day itself, or the last working day before it. */
export const reminderDays = (calendar: WorkCalendar, due: string): readonly string[] => [...remindBefore, 0].map((n) => workingDaysBefore(calendar, due, n));

/**
 * The reminder that is owed on a working day: the newest that has come. One that a standstill swallowed is made up for, those before it are not;
 * after the day there is none. Null: none yet.
 */
export function reminderOwed(calendar: WorkCalendar, due: string, today: string): string | null {
	if (calendar.isOff(today) || today > due) return null;
	const come = reminderDays(calendar, due).filter((day) => day <= today);
	return come[come.length - 1] ?? null;
}

/**
 * The period of which a unit's draft may be made on a day, if it is not made already. Yearly summaries wait for their due day to come near, or
 * without one for the year to be over; evaluations are made twice a year.
 */
export function draftPeriod(kind: ReportKind, calendar: WorkCalendar, today: string, due: DueDay | null): Period | null {
	if (calendar.isOff(today)) return null;
	const newest = addMonths(monthOf(today), -1);
	if (kind === 'monthly' || kind === 'quarterly') return lastPeriod(kind, today);
	if (kind === 'effect') return ['06', '12'].includes(newest.slice(5, 7)) ? periodOf(kind, newest) : null;
	if (due === null) return newest.slice(5, 7) === '12' ? periodOf(kind, newest) : null;
	const day = nextDue(due, today);
	if (today < workingDaysBefore(calendar, day, yearlyLead)) return null;
	const year = yearDueOn(day);
	return periodOf(kind, newest.startsWith(String(year)) ? newest : `${year}-12-01`);
}

/** On the first working day after the data of a period is complete its draft is made; without that after some patience. */
export function mayDraft(calendar: WorkCalendar, period: Pick<Period, 'to'>, today: string, complete: boolean): boolean {
	if (today <= period.to || calendar.isOff(today)) return false;
	return complete || workingDaysBetween(calendar, period.to, today) >= patienceDays;
}


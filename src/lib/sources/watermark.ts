import { addMonths, dayOf, daysBetween, instantOf, monthOf } from '#lib/calendar/days.ts';
import { addWorkingDays, lastWorkingDay, type WorkCalendar } from '#lib/calendar/working-days.ts';

/** When a source has promised to deliver; null: on demand, never late. */
export type Cadence = { readonly everyWorkingDaysBy: string; readonly graceDays?: number } | { readonly monthlyByDay: number; readonly graceDays?: number };

export const sourceStates = ['on-time', 'late', 'missing', 'partial', 'changed-coverage', 'stopped'] as const;
export type SourceState = (typeof sourceStates)[number];

/** As a source is shown: what promised nothing is neither on time nor late, however old its data are. */
export type ShownState = SourceState | 'on-demand';

/** Working days after which nobody would call it late any more. */
const missingAfterDays = 5;

/** Reads a source's cadence; null for none and for what is not understood. */
export function readCadence(value: unknown): Cadence | null {
	if (typeof value !== 'object' || value === null) return null;
	const { everyWorkingDaysBy, monthlyByDay, graceDays } = value as Readonly<Record<string, unknown>>;
	const grace = typeof graceDays === 'number' && graceDays >= 0 ? { graceDays } : {};
	if (typeof everyWorkingDaysBy === 'string' && /^\d{2}:\d{2}$/.test(everyWorkingDaysBy)) return { everyWorkingDaysBy, ...grace };
	if (typeof monthlyByDay === 'number' && monthlyByDay >= 1 && monthlyByDay <= 28) return { monthlyByDay, ...grace };
	return null;
}

/**
 * Is a delivery outstanding? Deliveries of working days are judged by the last one that came, against the working calendar;
 * the grace is in working days too. States that people or the coverage monitor set are not this function's business.
 */
export function deliveryState(
	cadence: Cadence | null, lastReceived: Date, now: Date, calendar: WorkCalendar
): Extract<SourceState, 'on-time' | 'late' | 'missing'> {
	if (cadence === null) return 'on-time';
	const grace = cadence.graceDays ?? 0;
	const overdue = (days: number) => now >= due(cadence, lastReceived, calendar, days);
	if (!overdue(grace)) return 'on-time';
	return overdue(grace + missingAfterDays) ? 'missing' : 'late';
}

/** Days by which what a daily source delivers may be older than the delivery, on top of its usual delay. Ours: a week's pause is one. */
const olderDays = 7;

/**
 * Does a source deliver, but only what is long past? Then its newest days are as unknown as if nothing had come. Only of sources that
 * deliver on working days: a month's delivery is about the month.
 */
export function deliversOldOnly(cadence: Cadence | null, completeUpTo: string, lastReceived: Date, delayDays: number | null): boolean {
	return cadence !== null && 'everyWorkingDaysBy' in cadence && daysBetween(completeUpTo, dayOf(lastReceived)) > olderDays + (delayDays ?? 0);
}

/** The moment by which the next delivery after `last` had to be there, `grace` working days included. */
function due(cadence: Cadence, last: Date, calendar: WorkCalendar, grace: number): Date {
	if ('monthlyByDay' in cadence) {
		// A delivery serves its own month, early or late; the next one is due in the month after.
		const month = addMonths(monthOf(dayOf(last)), 1);
		return instantOf(addWorkingDays(calendar, `${month.slice(0, 7)}-${String(cadence.monthlyByDay).padStart(2, '0')}`, grace + 1));
	}
	// Delivered before the hour of a working day counts for that day.
	const by = cadence.everyWorkingDaysBy;
	const day = dayOf(last);
	const served = !calendar.isOff(day) && last < instantOf(day, by) ? day : lastWorkingDay(calendar, day);
	return instantOf(addWorkingDays(calendar, served, grace + 1), by);
}

/** Where a source stands in one place, as `bindingMarks` looks at it. `promised`: it has a cadence. */
export type Mark = { readonly completeUpTo: string; readonly state: string; readonly promised: boolean };

/**
 * Of all sources' marks of one kind in one place, those that say until when its data is complete: of the sources that have promised to
 * deliver, each; of those that deliver on demand, only the furthest. A file of old rows from somebody else must not make a place look late.
 */
export function bindingMarks<T extends Mark>(marks: readonly T[]): readonly T[] {
	const live = marks.filter((mark) => mark.state !== 'stopped');
	if (live.length === 0) return marks;
	const promised = live.filter((mark) => mark.promised);
	if (promised.length > 0) return promised;
	const furthest = live.reduce((last, mark) => (mark.completeUpTo > last ? mark.completeUpTo : last), '');
	return live.filter((mark) => mark.completeUpTo === furthest);
}

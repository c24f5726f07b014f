import { addDays, dayOf, instantOf, monthOf } from '#lib/calendar/days.ts';
import { addWorkingDays, type WorkCalendar } from '#lib/calendar/working-days.ts';
import type { Cadence } from './watermark.ts';

/** What became of a day on which a delivery was due, or came. */
export const deliveryStates = ['on-time', 'late', 'missed', 'waiting', 'extra', 'none'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** A day of the calendar. `none`: nothing was due and nothing came; `waiting`: due, and still in time; `extra`: came though nothing was due. */
export type DeliveryDay = { readonly day: string; readonly off: boolean; readonly state: DeliveryState; readonly rows: number };

/** A batch that came in. */
export type Delivered = { readonly at: Date; readonly rows: number };

/** What a source owes: by its cadence, from its registration until it was stopped. */
type Owing = { readonly cadence: Cadence | null; readonly since: Date; readonly stoppedAt: Date | null };

/**
 * The calendar of deliveries between two days. A delivery serves the first due moment that nothing has served, from the due moment before
 * on: what came the evening before, or hours late, is the delivery of that day.
 *
 * @param batches oldest first; those before `from` serve nothing here.
 */
export function deliveryDays(
	{ cadence, since, stoppedAt }: Owing, batches: readonly Delivered[], from: string, to: string, now: Date, calendar: WorkCalendar
): DeliveryDay[] {
	const rowsOn = new Map<string, number>();
	for (const { at, rows } of batches) rowsOn.set(dayOf(at), (rowsOn.get(dayOf(at)) ?? 0) + rows);
	const dues = cadence === null ? [] : dueMoments(cadence, addDays(from, -40), addDays(to, 1), calendar);
	const states = new Map<string, DeliveryState>();
	dues.forEach(({ day, at }, i) => {
		if (at <= since || (stoppedAt !== null && at > stoppedAt)) return;
		const [opens, closes] = [dues[i - 1]?.at ?? new Date(0), dues[i + 1]?.at ?? now];
		const first = batches.find((batch) => batch.at > opens && batch.at <= closes);
		const state = first === undefined ? (now < at ? 'waiting' : 'missed') : first.at <= at ? 'on-time' : 'late';
		// A month's delivery stands where it came, a day's on the day it is for.
		states.set(first !== undefined && 'monthlyByDay' in cadence! ? dayOf(first.at) : day, state);
	});
	const days: DeliveryDay[] = [];
	for (let day = from; day <= to; day = addDays(day, 1)) {
		const rows = rowsOn.get(day) ?? 0;
		days.push({ day, off: calendar.isOff(day), rows, state: states.get(day) ?? (rowsOn.has(day) ? 'extra' : 'none') });
	}
	return days;
}

/** The moments by which something has to be there, with the day whose delivery it is. */
function dueMoments(cadence: Cadence, from: string, to: string, calendar: WorkCalendar): { readonly day: string; readonly at: Date }[] {
	const dues: { day: string; at: Date }[] = [];
	if ('monthlyByDay' in cadence) {
		for (let month = monthOf(from); month <= to; month = monthOf(addDays(month, 32))) {
			const day = `${month.slice(0, 7)}-${String(cadence.monthlyByDay).padStart(2, '0')}`;
			dues.push({ day, at: instantOf(addWorkingDays(calendar, day, 1)) });
		}
		return dues;
	}
	for (let day = from; day <= to; day = addDays(day, 1)) if (!calendar.isOff(day)) dues.push({ day, at: instantOf(day, cadence.everyWorkingDaysBy) });
	return dues;
}

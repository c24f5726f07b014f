import { addDays, daysBetween, isoWeekMonday } from '#lib/calendar/days.ts';

/** How long one person is on duty at a time. */
export const dutyTurns = ['day', 'week'] as const;
export type DutyTurn = (typeof dutyTurns)[number];

/** Longest stretch that is filled at once, in days. */
export const dutySpanLimit = 366;

/** Who is on duty on each day of a span, in turn: by days, or by calendar weeks from Monday. */
export function rotation(from: string, to: string, people: readonly string[], turn: DutyTurn): readonly { readonly day: string; readonly userId: string }[] {
	if (people.length === 0) return [];
	return Array.from({ length: daysBetween(from, to) + 1 }, (_, i) => {
		const day = addDays(from, i);
		const n = turn === 'day' ? i : daysBetween(isoWeekMonday(from), isoWeekMonday(day)) / 7;
		return { day, userId: people[n % people.length]! };
	});
}

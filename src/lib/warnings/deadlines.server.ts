import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { addWorkingDays, workCalendar } from '#lib/calendar/working-days.ts';
import type { AddWorkingDays } from './deadlines.ts';

/** Longest deadline (120 working days) with all holidays a half-year can hold. */
const horizonDays = 260;

/** Working days from `from` on, read once from the calendar; days the calendar does not hold are judged by the weekday. */
export async function workingDaysFrom(db: Kysely<DB>, from: string): Promise<AddWorkingDays> {
	const rows = await db
		.selectFrom('calendar_day').select(['day', 'off']).where('day', '>=', from).where('day', '<=', addDays(from, horizonDays)).execute();
	const calendar = workCalendar(new Map(rows.map((row) => [row.day, row.off])));
	return (day, n) => addWorkingDays(calendar, day, n);
}

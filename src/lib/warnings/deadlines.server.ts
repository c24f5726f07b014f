import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { addWorkingDays, workCalendar, workingDaysBetween, type WorkCalendar } from '#lib/calendar/working-days.ts';
import type { AddWorkingDays } from './deadlines.ts';

/** Longest deadline (120 working days) with all holidays a half-year can hold. */
const horizonDays = 260;

/** Working days from `from` on, read once from the calendar; days the calendar does not hold are judged by the weekday. */
export async function workingDaysFrom(db: Kysely<DB>, from: string): Promise<AddWorkingDays> {
	const calendar = await calendarBetween(db, from, addDays(from, horizonDays));
	return (day, n) => addWorkingDays(calendar, day, n);
}

/** Working days left until each due day, by day; negative: that many have passed since. */
export async function workingDaysLeft(db: Kysely<DB>, today: string, dues: readonly (string | null)[]): Promise<Readonly<Record<string, number>>> {
	const days = [...new Set(dues.filter((due) => due !== null))].sort();
	const all = [today, ...days].sort();
	const calendar = await calendarBetween(db, all[0]!, all.at(-1)!);
	return Object.fromEntries(days.map((due) => [due, workingDaysBetween(calendar, today, due)]));
}

async function calendarBetween(db: Kysely<DB>, from: string, to: string): Promise<WorkCalendar> {
	const rows = await db.selectFrom('calendar_day').select(['day', 'off']).where('day', '>=', from).where('day', '<=', to).execute();
	return workCalendar(new Map(rows.map((row) => [row.day, row.off])));
}

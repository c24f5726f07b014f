import { addDays, isoWeekMonday } from '#lib/calendar/days.ts';

export type CalendarDay = {
	/** `YYYY-MM-DD` */
	readonly day: string;
	readonly off: boolean;
	readonly holiday: string | null;
	readonly makeup: boolean;
	readonly assumed: boolean;
	readonly note: string | null;
	readonly corrected_at: Date | null;
	readonly corrected_by: string | null;
};

export type Month = {
	readonly number: number;
	/** Weeks from Monday to Sunday; null where a day belongs to another month or is not in the calendar. */
	readonly weeks: readonly (readonly (CalendarDay | null)[])[];
};

/** What a day is to people. */
export function dayKind(day: CalendarDay): 'work' | 'off' | 'holiday' | 'makeup' {
	if (day.makeup) return 'makeup';
	if (!day.off) return 'work';
	return day.holiday === null ? 'off' : 'holiday';
}

/** A year's days as twelve leaves of a wall calendar. */
export function monthsOf(year: number, days: readonly CalendarDay[]): Month[] {
	const known = new Map(days.map((day) => [day.day, day]));
	return Array.from({ length: 12 }, (_, index) => {
		const first = `${year}-${String(index + 1).padStart(2, '0')}-01`;
		const weeks: (CalendarDay | null)[][] = [];
		for (let monday = isoWeekMonday(first); monday.slice(0, 7) <= first.slice(0, 7); monday = addDays(monday, 7)) {
			weeks.push(
				Array.from({ length: 7 }, (_, offset) => {
					const day = addDays(monday, offset);
					return day.slice(0, 7) === first.slice(0, 7) ? (known.get(day) ?? null) : null;
				})
			);
		}
		return { number: index + 1, weeks };
	});
}

/** Is this a day of the calendar, `YYYY-MM-DD`? `2026-02-30` is none. */
export function isDay(text: string): boolean {
	const day = new Date(`${text}T00:00:00Z`);
	return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

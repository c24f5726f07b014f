/** All day arithmetic. A day is `YYYY-MM-DD` in Asia/Shanghai; between days there are no hours and no time zones. */

const dayMs = 86_400_000;

/** `addDays('2024-02-28', 2)` → `'2024-03-01'`. */
export function addDays(day: string, n: number): string {
	return new Date(Date.parse(day) + n * dayMs).toISOString().slice(0, 10);
}

/** Days from one day to another: `daysBetween('2024-01-01', '2024-01-08')` → 7. */
export function daysBetween(from: string, to: string): number {
	return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

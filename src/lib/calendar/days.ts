/**
 * All day, week and month arithmetic. A day is `YYYY-MM-DD` in Asia/Shanghai; between days there are no hours and no time zones.
 * Asia/Shanghai is UTC+8 without daylight saving since 1992; earlier it had summer times (1986–1991, the 1940s) and, up to 1900, the sun's
 * own time. Database and program take the zone's word for both.
 */

const dayMs = 86_400_000;
const shanghaiMs = 8 * 3_600_000;

/** The last summer time ended on 15 September 1991. */
const fixedSince = Date.UTC(1991, 9, 1);

const shanghai = new Intl.DateTimeFormat('en-US', {
	timeZone: 'Asia/Shanghai', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric'
});

/** Milliseconds by which Asia/Shanghai is ahead of UTC at an instant (milliseconds since 1970). */
export function offsetOf(at: number): number {
	if (at >= fixedSince) return shanghaiMs;
	const shown = Object.fromEntries(shanghai.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
	const local = Date.UTC(shown['year']!, shown['month']! - 1, shown['day'], shown['hour'], shown['minute'], shown['second']);
	return local - Math.floor(at / 1000) * 1000;
}

/** The day in Asia/Shanghai at an instant: `dayOf(new Date('2025-06-09T16:00:00Z'))` → `'2025-06-10'`. */
export function dayOf(at: Date): string {
	return new Date(at.getTime() + offsetOf(at.getTime())).toISOString().slice(0, 10);
}

/** `HH:MM` in Asia/Shanghai at an instant. */
export function timeOf(at: Date): string {
	return new Date(at.getTime() + offsetOf(at.getTime())).toISOString().slice(11, 16);
}

/** The instant at which a day begins, or a time (`'09:00'`) of it. An hour that summer time skipped or showed twice is read as PostgreSQL does: by the usual clock. */
export function instantOf(day: string, time = '00:00'): Date {
	const usual = new Date(`${day}T${time}:00+08:00`);
	const offset = offsetOf(usual.getTime());
	if (offset === shanghaiMs) return usual;
	const local = usual.getTime() + shanghaiMs;
	return offsetOf(local - offset) === offset ? new Date(local - offset) : usual;
}

/** Is the text a day of the calendar in the form `YYYY-MM-DD`? `'2019-02-30'` is not. */
export function isDay(text: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const [year, month, date] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))];
	return year > 0 && month >= 1 && month <= 12 && date >= 1 && date <= daysInMonth(year, month);
}

/** Days of a month (1–12) in the Gregorian calendar. */
function daysInMonth(year: number, month: number): number {
	if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01, for arrays indexed by day. */
export function dayNumber(day: string): number {
	return Math.round(Date.parse(day) / dayMs);
}

/** The day of a `dayNumber`. */
export function dayFromNumber(number: number): string {
	return new Date(number * dayMs).toISOString().slice(0, 10);
}

/** `addDays('2024-02-28', 2)` → `'2024-03-01'`. */
export function addDays(day: string, n: number): string {
	return new Date(Date.parse(day) + n * dayMs).toISOString().slice(0, 10);
}

/** Days from one day to another: `daysBetween('2024-01-01', '2024-01-08')` → 7. */
export function daysBetween(from: string, to: string): number {
	return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

/** ISO weekday: Monday 1 … Sunday 7. */
export function weekday(day: string): number {
	return ((dayNumber(day) + 3) % 7 + 7) % 7 + 1;
}

/** The Monday of the ISO week a day lies in; weeks are named by it. */
export function isoWeekMonday(day: string): string {
	return addDays(day, 1 - weekday(day));
}

/** The first day of a day's month; months are named by it. */
export function monthOf(day: string): string {
	return `${day.slice(0, 7)}-01`;
}

/** The last day of a day's month. */
export function monthEnd(day: string): string {
	return addDays(addMonths(monthOf(day), 1), -1);
}

/** The same day `n` months on, or the month's last day where it has none: `addMonths('2024-01-31', 1)` → `'2024-02-29'`. */
export function addMonths(day: string, n: number): string {
	const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + n;
	const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
	const date = Math.min(Number(day.slice(8)), daysInMonth(year, month));
	return `${String(year).padStart(4, '0')}-${pad(month)}-${pad(date)}`;
}

/** The same day `n` months later; a month's last day stays one: what is whole is compared with what is whole. */
export function sameDay(day: string, n: number): string {
	const there = addMonths(day, n);
	return day === monthEnd(day) ? monthEnd(there) : there;
}

/** Whole months between the months of two days: `monthsBetween('2024-01-31', '2024-03-01')` → 2. */
export function monthsBetween(from: string, to: string): number {
	return (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
}

function pad(n: number): string {
	return String(n).padStart(2, '0');
}

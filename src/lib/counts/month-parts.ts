import { addDays, monthEnd } from '#lib/calendar/days.ts';

/** Days of a month up to which `count_county_month` holds counts of their own (`upto_5` ...), beside the whole month's `n`. */
const monthParts = [5, 10, 15, 20, 25] as const;

/** What `count_county_month` holds besides its key, and the SQL that sums it from days `c` in months `p`. */
export const monthColumns = ['n', ...monthParts.map((days) => `upto_${days}`)].join(', ');
export const monthSums = ['sum(c.n)::int', ...monthParts.map((days) => `coalesce(sum(c.n) filter (where c.day < p.month + ${days}), 0)::int`)].join(', ');

/** A sum that stands ready: the column it is in, and the last day that it holds in a month (YYYY-MM-DD; the day before the month: none). */
export type MonthPart = { readonly column: string | null; readonly endsIn: (month: string) => string };

const whole: MonthPart = { column: 'n', endsIn: monthEnd };
const none: MonthPart = { column: null, endsIn: (month) => addDays(month, -1) };
const upTo = (days: number): MonthPart => ({ column: `upto_${days}`, endsIn: (month) => addDays(month, days - 1) });

/** Which sum of a month is the fewest days away from its first `days` days, and so from those of other months. */
export function nearestPart(month: string, days: number): MonthPart {
	const length = Number(monthEnd(month).slice(8));
	const away = (sumOf: number) => Math.abs(sumOf - days);
	const nearest = [0, ...monthParts, length].reduce((best, sumOf) => (away(sumOf) < away(best) ? sumOf : best));
	return nearest === 0 ? none : nearest === length ? whole : upTo(nearest);
}

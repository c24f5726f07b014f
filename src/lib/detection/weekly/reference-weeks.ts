import { dayFromNumber, dayNumber } from '../../calendar/days.ts';

/** Index of the week that is `years` years before week `now`; may be negative. */
export type SameWeek = (now: number, years: number) => number;

/** Steps of `frequency` periods: what the reference does with integer periods (52 for weeks). */
export function everyPeriods(frequency: number): SameWeek {
	return (now, years) => now - frequency * years;
}

/**
 * Calendar years back, of weeks to the nearest same weekday: what the reference does with dates (`epochAsDate`, surveillance
 * `algo.farrington.referencetimepoints`).
 *
 * @param firstDay day number of period 0; periods follow without gaps.
 * @param days days in a period: 7 or 1.
 */
export function calendarYears(firstDay: number, days: 7 | 1 = 7): SameWeek {
	return (now, years) => {
		const day = dayFromNumber(firstDay + days * now);
		// A 29 February becomes 1 March in years without one, as in R's seq.Date.
		const target = Date.UTC(Number(day.slice(0, 4)) - years, Number(day.slice(5, 7)) - 1, Number(day.slice(8))) / 86_400_000;
		return now - Math.round((dayNumber(day) - target) / days);
	};
}

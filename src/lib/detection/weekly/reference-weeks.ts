import { dayFromNumber, dayNumber } from '../../calendar/days.ts';

/** Index of the week that is `years` years before week `now`; may be negative. */
export type SameWeek = (now: number, years: number) => number;

/** Steps of `frequency` periods: what the reference does with integer periods (52 for weeks). */
export function everyPeriods(frequency: number): SameWeek {
	return (now, years) => now - frequency * years;
}

/** Years of 365.25 days, for weeks that are numbered without dates but do follow the calendar. */
export const meanYears: SameWeek = (now, years) => now - Math.round((years * 365.25) / 7);

/**
 * Calendar years back to the nearest same weekday: what the reference does with dates (`epochAsDate`, surveillance
 * `algo.farrington.referencetimepoints`).
 *
 * @param firstDay day number of week 0; weeks follow without gaps.
 */
export function calendarYears(firstDay: number): SameWeek {
	return (now, years) => {
		const day = dayFromNumber(firstDay + 7 * now);
		// A 29 February becomes 1 March in years without one, as in R's seq.Date.
		const target = Date.UTC(Number(day.slice(0, 4)) - years, Number(day.slice(5, 7)) - 1, Number(day.slice(8))) / 86_400_000;
		return now - Math.round((dayNumber(day) - target) / 7);
	};
}

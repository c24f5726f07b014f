/** Evenings back within which data that comes late is judged again; what is older is history. Ours. */
export const judgedAgainDays = 60;

/** Rows of one city's day that arrived on one evening; days and evenings as indices. */
export type Arrival = { readonly city: number; readonly day: number; readonly rows: number };

/** What was known of a city's day, and the share of it that normally arrives on just this evening. */
export type Known = (city: number, day: number) => { readonly rows: number; readonly share: number };

/** Fewer rows are no news about a day. */
const leastRows = 5;
/** Nor is less than this share of what the day has by now. */
const leastShare = 0.2;
/** Standard deviations above what usually still comes for that day. */
const unusual = 3;

/**
 * The days of which more came on an evening than usually comes so late: what was judged about them did not rest on enough.
 * The day itself and the one before are never late.
 */
export function lateDays(arrivals: readonly Arrival[], evening: number, known: Known): Arrival[] {
	return arrivals.filter(({ city, day, rows }) => {
		const back = evening - day;
		if (back < 2 || back > judgedAgainDays || rows < leastRows) return false;
		const { rows: all, share } = known(city, day);
		const usual = all * share;
		return rows >= leastShare * all && rows > usual + unusual * Math.sqrt(usual);
	});
}

/** An earlier evening that is to be judged again, and for which cities. */
export type DueEvening = { readonly evening: number; readonly cities: ReadonlySet<number> };

/** Puts together, oldest first, the evenings of days that came late and those that were held and can be judged now. */
export function dueEvenings(late: readonly Arrival[], held: readonly { readonly city: number; readonly evening: number }[]): DueEvening[] {
	const due = new Map<number, Set<number>>();
	const add = (evening: number, city: number) => void (due.get(evening) ?? due.set(evening, new Set()).get(evening)!).add(city);
	for (const { city, day } of late) add(day, city);
	for (const { city, evening } of held) add(evening, city);
	return [...due].sort(([a], [b]) => a - b).map(([evening, cities]) => ({ evening, cities }));
}

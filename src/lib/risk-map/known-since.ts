import { addDays, addMonths, monthEnd } from '#lib/calendar/days.ts';
import type { AgoKnown } from './cube.ts';
import { judgeable } from './small-cells.ts';

/** From which day on a kind was delivered at all: of days before nothing is known, which is not none. */
export type KnownSince = {
	/** Of the whole instance; null: never. */
	readonly all: string | null;
	/** Cities that came later, by their code. */
	readonly cities: ReadonlyMap<string, string>;
};

/** A month with less than this part of the usual number holds stray rows, not a source. Ours. */
const strayShare = 0.05;
/** So many days at the beginning of a month may be empty by themselves: holidays and a weekend. */
const quietDays = 6;

export type CityMonth = { readonly city: string; readonly month: string; readonly n: number };

/** The first month of the kind, and of each city that came later though it has enough of the kind to be missed before. */
export function firstMonths(rows: readonly CityMonth[]): { readonly all: string | null; readonly cities: ReadonlyMap<string, string> } {
	const all = firstMonth(rows);
	const cities = new Map<string, string>();
	if (all === null) return { all, cities };
	for (const [city, own] of Map.groupBy(rows, (row) => row.city)) {
		const first = firstMonth(own)!;
		const usual = own.reduce((sum, row) => sum + row.n, 0) / own.length;
		if (first > all && usual >= judgeable.expected) cities.set(city, first);
	}
	return { all, cities };
}

function firstMonth(rows: readonly CityMonth[]): string | null {
	const byMonth = new Map<string, number>();
	for (const row of rows) byMonth.set(row.month, (byMonth.get(row.month) ?? 0) + row.n);
	const usual = [...byMonth.values()].reduce((sum, n) => sum + n, 0) / byMonth.size;
	return [...byMonth].filter(([, n]) => n >= strayShare * usual).map(([month]) => month).sort()[0] ?? null;
}

const sinceIn = (city: string, since: KnownSince) => since.cities.get(city) ?? since.all;

/** Whether anything of the month (its first day) was delivered in the city; '' for the instance. */
export function hasBegun(month: string, city: string, since: KnownSince): boolean {
	const first = sinceIn(city, since);
	return first !== null && first <= monthEnd(month);
}

/** Whether the month was delivered from its beginning. */
export function isWhollyKnown(month: string, city: string, since: KnownSince): boolean {
	const first = sinceIn(city, since);
	return first !== null && first <= addDays(month, quietDays);
}

/** What is known of a city's events of the month before and of the year before. */
export function eventsKnown(month: string, city: string, since: KnownSince): AgoKnown {
	return { month: isWhollyKnown(addMonths(month, -1), city, since), year: isWhollyKnown(addMonths(month, -12), city, since) };
}

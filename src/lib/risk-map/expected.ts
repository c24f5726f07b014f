import { addMonths } from '#lib/calendar/days.ts';

/** So many years before are looked at. */
export const expectedYears = 3;
const window = 12;
/** Two-sided 95 % of the normal distribution. */
const z = 1.959963984540054;

/**
 * How much more the whole region has per year now than it had one, two, three years ago: the twelve months before the shown month over
 * those before the same month then. Null where a year was not counted in full. A region's growth is no excess of its parts.
 *
 * @param months events of the whole, by first day of the month.
 * @param since first day of the first month that was counted in full.
 */
export function growthSince(months: ReadonlyMap<string, number>, month: string, since: string | null): readonly (number | null)[] {
	const before = (end: string) => Array.from({ length: window }, (_, i) => months.get(addMonths(end, -1 - i)) ?? 0).reduce((sum, n) => sum + n, 0);
	const now = before(month);
	return Array.from({ length: expectedYears }, (_, i) => {
		const then = addMonths(month, -12 * (i + 1));
		if (since === null || since > addMonths(then, -window)) return null;
		const sum = before(then);
		return sum > 0 && now > 0 ? now / sum : null;
	});
}

/**
 * What was to be expected: the mean of the same days of the years before, each brought to this year's level by the growth of the whole
 * region. Sums of parts are the part of sums.
 *
 * @returns the years, scaled; empty where none can be.
 */
export function scaledYears(counts: readonly number[], growth: readonly (number | null)[]): readonly number[] {
	return growth.flatMap((factor, i) => (factor === null ? [] : [(counts[i] ?? 0) * factor]));
}

export const meanOf = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((sum, n) => sum + n, 0) / values.length);

/**
 * How much more than chance the years differ among each other (variance over mean, pooled over siblings; at least 1, as Poisson counts
 * have it): the dispersion of the quasi-Poisson model by the method of moments (McCullagh & Nelder 1989, 4.5).
 */
export function dispersion(siblings: readonly (readonly number[])[]): number {
	let [sum, free] = [0, 0];
	for (const years of siblings) {
		const mean = meanOf(years);
		if (years.length < 2 || mean <= 0) continue;
		for (const n of years) sum += (n - mean) ** 2 / mean;
		free += years.length - 1;
	}
	return free === 0 ? 1 : Math.max(1, sum / free);
}

/** What a count may reach by chance: the upper end of the 95 % interval of a new count around its expectation from `years` years. */
export function upperBound(expected: number, spread: number, years: number): number {
	return expected + z * Math.sqrt(spread * expected * (1 + 1 / Math.max(1, years)));
}

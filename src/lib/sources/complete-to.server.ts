import { sql, type RawBuilder } from 'kysely';

/** Until when a kind of a source is complete: one answer for all pages. */
export type CompleteTo = {
	/** Where most cities stand. */
	readonly day: string;
	/** How many cities are behind that, and where the last of them stands. */
	readonly earlier: number;
	readonly earliest: string;
};

/** Of a watermark `w`: the last day that is complete by the delay that was learned; without one the last of which anything came. */
export const cityCompleteTo: RawBuilder<string> = sql<string>`case when w.delay_days is null then w.complete_up_to else least(w.complete_up_to, w.last_received_at::date - w.delay_days) end`;

/** Sums up the days of a kind's cities; null of none. */
export function completeToOf(cities: readonly string[]): CompleteTo | null {
	const [most] = [...Map.groupBy(cities, (day) => day)].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? 1 : -1));
	if (most === undefined) return null;
	const earlier = cities.filter((day) => day < most[0]).sort();
	return { day: most[0], earlier: earlier.length, earliest: earlier[0] ?? most[0] };
}

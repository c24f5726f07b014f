import type { MonthPoint } from '#lib/risk-map/lists.server.ts';
import { yearBefore } from '#lib/risk-map/query.ts';

/** A month with the same month a year before; null: not known. */
export type TrendBar = { readonly month: string; readonly n: number | null; readonly before: number | null };

/** The last 24 months, each with the one twelve months before it. */
export function trendBars(series: readonly MonthPoint[]): readonly TrendBar[] {
	const known = new Map(series.map((point) => [point.month, point.n]));
	return series.slice(-24).map(({ month, n }) => ({ month, n, before: known.get(yearBefore(month)) ?? null }));
}

const steps = [1, 2, 2.5, 5, 10] as const;

/** A round number at or above the highest value, and the lines below it; at most four lines. */
export function axisOf(highest: number): { readonly top: number; readonly lines: readonly number[] } {
	if (!(highest > 0)) return { top: 1, lines: [] };
	const rough = highest / 4;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = Math.max(1, steps.map((one) => one * power).find((one) => one >= rough && (one >= 1 ? Number.isInteger(one) : true)) ?? 10 * power);
	const count = Math.ceil(highest / step);
	return { top: count * step, lines: Array.from({ length: count }, (_, i) => (i + 1) * step) };
}

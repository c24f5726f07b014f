import { addMonths, monthOf, monthsBetween } from '#lib/calendar/days.ts';

export type RiskClass = 'A' | 'B' | 'C' | 'D';
/** The newest version of one month; `version` above 1: it was corrected. Months are their first day. */
export type MonthClass = { readonly month: string; readonly class: string; readonly version: number };

/** One month of the strip. Null: no class is known of it, which is no class A. */
export type StripMonth = { readonly month: string; readonly value: RiskClass | null; readonly corrected: boolean };

/** Months of the strip: two years show a season and the one before it. */
const stripMonths = 24;

/**
 * The last two years month by month, oldest first, with gaps where no class is known.
 *
 * @param entries newest first.
 * @param today the strip ends with its month, or with the newest class where that is later.
 */
export function classStrip(entries: readonly MonthClass[], today: string): readonly StripMonth[] {
	if (entries.length === 0) return [];
	const newest = entries[0]!.month;
	const last = newest > monthOf(today) ? newest : monthOf(today);
	const oldest = entries[entries.length - 1]!.month;
	const n = Math.min(stripMonths, monthsBetween(oldest, last) + 1);
	const known = new Map(entries.map((entry) => [entry.month, entry]));
	return Array.from({ length: n }, (_, i) => {
		const month = addMonths(last, i - n + 1);
		const entry = known.get(month);
		return { month, value: (entry?.class as RiskClass | undefined) ?? null, corrected: (entry?.version ?? 1) > 1 };
	});
}

/** The newest class, since when it has stood without a gap, and what stood before it. Null where there is none. */
export function classNow(entries: readonly MonthClass[]): { readonly value: RiskClass; readonly month: string; readonly since: string; readonly before: RiskClass | null } | null {
	const [newest] = entries;
	if (newest === undefined) return null;
	let since = newest.month;
	for (const entry of entries.slice(1)) {
		if (entry.class !== newest.class || addMonths(entry.month, 1) !== since) {
			return { value: newest.class as RiskClass, month: newest.month, since, before: entry.class === newest.class ? null : (entry.class as RiskClass) };
		}
		since = entry.month;
	}
	return { value: newest.class as RiskClass, month: newest.month, since, before: null };
}

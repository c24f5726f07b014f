import { addDays } from '#lib/calendar/days.ts';

/** Months that a preview can look back on. */
export const previewMonths = [12, 24] as const;
export type PreviewMonths = (typeof previewMonths)[number];

/** Days of a week, counted from its first, whose evenings are judged. The last: what a week raises is not put into the next. */
const judgedDays: Readonly<Record<PreviewMonths, readonly number[]>> = { 12: [2, 4, 6], 24: [3, 6] };

/** A week of a preview, and the evenings of it that are judged. */
export type PreviewWeek = { readonly from: string; readonly evenings: readonly string[] };

/** Whole weeks up to an evening. */
export function weeksUpTo(to: string, months: PreviewMonths): PreviewWeek[] {
	const weeks = months === 12 ? 52 : 104;
	return Array.from({ length: weeks }, (_, w) => {
		const from = addDays(to, 1 - 7 * (weeks - w));
		return { from, evenings: judgedDays[months].map((day) => addDays(from, day)) };
	});
}

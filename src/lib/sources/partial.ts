import { lawOf, lowerTail } from '#lib/detection/tails.ts';

/** A day of one source, kind and city. */
export type SourceDay = {
	readonly day: string;
	readonly rows: number;
	/** What sort of day it is: weekday, day off. */
	readonly sort: string;
	/** A person said that this is all there is. */
	readonly accepted?: boolean;
};

/** Days of the same sort that a day is compared with, and the fewest that allow it. */
const compared = 8;
const fewest = 4;
/** Fewer rows than this are usually so few that half of them may be missing by chance. */
const leastExpected = 10;
/** A day is partial below this share of what is usual, and when chance gives so few once in so many days. Ours. */
const share = 0.5;
const chance = 0.001;

/** A day that brought far fewer rows than its source usually does on such a day. */
export type Partial = { readonly day: string; readonly rows: number; readonly expected: number };

/**
 * The days from `from` on that were delivered in part only: against the median of the last days of the same sort, with the spread they
 * show (negative binomial, at least Poisson). A day without any row is not partial but missing; days found partial teach nothing, until
 * a person has accepted one: as much is then enough on such days.
 *
 * @param days oldest first, without gaps.
 */
export function partialDays(days: readonly SourceDay[], from: string): Partial[] {
	const found: Partial[] = [];
	const usual = new Map<string, number[]>();
	const enough = new Map<string, number>();
	for (const { day, rows, sort, accepted = false } of days) {
		if (accepted) enough.set(sort, rows);
		const before = (usual.get(sort) ?? []).slice(-compared);
		const expected = Math.min(median(before), enough.get(sort) ?? Infinity);
		const law = lawOf(expected, Math.max(expected, varianceAbout(before, expected)));
		const isPartial = before.length >= fewest && expected >= leastExpected && rows > 0 && rows < share * expected && lowerTail(rows, law) < chance;
		if (isPartial && day >= from) found.push({ day, rows, expected: Math.round(expected) });
		if (!isPartial) usual.set(sort, [...before, rows]);
	}
	return found;
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length === 0 ? 0 : sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function varianceAbout(values: readonly number[], centre: number): number {
	return values.length === 0 ? 0 : values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length;
}

import { notableSurprise, surprise } from './figures.ts';

/** Weeks are looked at so far back. */
export const streakWeeks = 8;
/** From so many rises in a row on it is told. Ours. */
const fewestRises = 3;
/** The rise is said to lie in some places when at most so many of them bring so much of it. Ours. */
const mostPlaces = 3;
const mostOfIt = 0.6;

/** Events of an industry in a place by week, oldest first. */
export type WeekRow = { readonly unit: string; readonly industry: string; readonly weeks: readonly number[] };

/** An industry whose events rose week after week. */
export type Streak = {
	readonly industry: string;
	/** Rises in a row, the last one up to now. */
	readonly rises: number;
	/** The week before the first rise, and the last week. */
	readonly first: number;
	readonly last: number;
	/** Where most of the rise lies; empty: spread over all. */
	readonly units: readonly string[];
};

/**
 * The industry that has risen for the most weeks by more than chance does to two counts; null: none has. Weeks end on the last day that
 * is complete everywhere.
 */
export function longestStreak(rows: readonly WeekRow[]): Streak | null {
	const byIndustry = Map.groupBy(rows.filter((row) => /^[A-T]/.test(row.industry)), (row) => row.industry);
	const streaks = [...byIndustry].flatMap(([industry, own]) => {
		const weeks = Array.from({ length: streakWeeks }, (_, w) => own.reduce((sum, row) => sum + (row.weeks[w] ?? 0), 0));
		let rises = 0;
		while (rises < weeks.length - 1 && weeks[weeks.length - 1 - rises]! > weeks[weeks.length - 2 - rises]!) rises++;
		const [first, last] = [weeks[weeks.length - 1 - rises]!, weeks[weeks.length - 1]!];
		const strength = surprise({ n: last, base: first, baseKnown: true });
		if (rises < fewestRises || strength < notableSurprise) return [];
		return [{ industry, rises, first, last, strength, units: whereFrom(own, { rises, first, last }) }];
	});
	streaks.sort((a, b) => b.strength - a.strength || (a.industry < b.industry ? -1 : 1));
	if (streaks.length === 0) return null;
	const { strength: _, ...worst } = streaks[0]!;
	return worst;
}

/** The few places that bring most of a rise, the one that brings most first; none where all bring a little. */
export function whereFrom(rows: readonly WeekRow[], { rises, first, last }: Pick<Streak, 'rises' | 'first' | 'last'>): readonly string[] {
	const start = streakWeeks - 1 - rises;
	const rise = last - first;
	const gains = rows.map((row) => ({ unit: row.unit, gain: (row.weeks[streakWeeks - 1] ?? 0) - (row.weeks[start] ?? 0) })).filter(({ gain }) => gain > 0);
	gains.sort((a, b) => b.gain - a.gain || (a.unit < b.unit ? -1 : 1));
	const units: string[] = [];
	let sum = 0;
	for (const { unit, gain } of gains.slice(0, mostPlaces)) {
		units.push(unit);
		sum += gain;
		if (sum >= mostOfIt * rise) return units.length < rows.length ? units : [];
	}
	return [];
}

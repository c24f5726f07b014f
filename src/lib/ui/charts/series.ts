/** One period of an observed series with what was expected of it. */
export type SeriesPoint = {
	/** Day, Monday of a week, or first day of a month: `YYYY-MM-DD`. */
	readonly period: string;
	/** Null: not known yet (held), drawn as a gap. */
	readonly observed: number | null;
	readonly expected?: number | null;
	readonly lower?: number | null;
	readonly upper?: number | null;
	readonly alarm?: boolean;
};

/** Something that changed at one of the periods: drawn as a vertical line. */
export type SeriesMark = { readonly period: string; readonly label: string };

/**
 * Marks at the periods that hold their days: of a week's chart the last Monday not after the day. What lies before the first period is left
 * out; several in one period share a line.
 */
export function marksIn(points: readonly SeriesPoint[], marks: readonly { readonly on: string; readonly label: string }[]): SeriesMark[] {
	const first = points[0]?.period;
	const found = new Map<string, string[]>();
	for (const { on, label } of marks) {
		if (first === undefined || on < first) continue;
		const { period } = points.filter((point) => point.period <= on).pop()!;
		found.set(period, [...(found.get(period) ?? []), label]);
	}
	return [...found].map(([period, labels]) => ({ period, label: labels.join(' · ') }));
}

/** What the points say in figures, for the description of the chart. */
export type SeriesFacts = {
	readonly from: string;
	readonly to: string;
	readonly count: number;
	readonly last: SeriesPoint;
	readonly highest: SeriesPoint;
	readonly alarms: number;
};

/** Null for a series without any observation. */
export function seriesFacts(points: readonly SeriesPoint[]): SeriesFacts | null {
	const known = points.filter((point) => point.observed !== null);
	const [first, last] = [points[0], known[known.length - 1]];
	if (first === undefined || last === undefined) return null;
	const highest = known.reduce((most, point) => (point.observed! > most.observed! ? point : most));
	return {
		from: first.period,
		to: points[points.length - 1]!.period,
		count: points.length,
		last,
		highest,
		alarms: points.filter((point) => point.alarm).length
	};
}

/** Numbers as tables show them: with so many decimals; where none are told whole ones whole, others with at most two. */
export function plainNumber(value: number | null | undefined, locale = 'zh-CN', digits: number | null = null): string {
	if (value === null || value === undefined) return '–';
	if (digits !== null) return value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
	return value.toLocaleString(locale, { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 });
}

/** Moves a cursor by a key; null for keys that mean nothing here. */
export function moveCursor(key: string, at: number, count: number): number | null {
	if (count === 0) return null;
	switch (key) {
		case 'ArrowLeft':
			return Math.max(0, at - 1);
		case 'ArrowRight':
			return Math.min(count - 1, at + 1);
		case 'Home':
			return 0;
		case 'End':
			return count - 1;
		default:
			return null;
	}
}

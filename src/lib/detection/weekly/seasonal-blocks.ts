import type { FarringtonOptions } from './options.ts';
import type { SameWeek } from './reference-weeks.ts';

/** Stretches of weeks that share a seasonal level, oldest first, without gaps between them. */
export type SeasonalRuns = {
	length: number;
	/** First week of each stretch and the week after its last. */
	readonly from: Int32Array;
	readonly to: Int32Array;
	/** Level of each stretch, 0 … noPeriods − 1 (the last is the window of the reference weeks); −1: not used. */
	readonly group: Int32Array;
};

export function makeRuns(options: Pick<FarringtonOptions, 'b' | 'noPeriods'>): SeasonalRuns {
	const room = (options.b + 1) * (options.noPeriods + 1) + 2;
	return { length: 0, from: new Int32Array(room), to: new Int32Array(room), group: new Int32Array(room) };
}

/**
 * Fills in the baseline of one week, as the reference's `blocks`: the window around each reference week is one level, the weeks
 * between two windows are cut into noPeriods − 1 levels of nearly equal length, longer ones first (Noufaily et al. 2013, section 3.2).
 *
 * @param years how many years to go back.
 * @returns false when the series does not reach that far.
 */
export function fillRuns(
	runs: SeasonalRuns,
	now: number,
	years: number,
	sameWeek: SameWeek,
	{ w, noPeriods, pastWeeksNotIncluded }: Pick<FarringtonOptions, 'w' | 'noPeriods' | 'pastWeeksNotIncluded'>
): boolean {
	const end = now - pastWeeksNotIncluded;
	let reference = sameWeek(now, years);
	if (reference - w < 0) return false;
	runs.length = 0;
	let at = reference - w;
	const add = (length: number, group: number) => {
		const to = Math.min(at + length, end);
		if (to <= at) return;
		const i = runs.length++;
		runs.from[i] = at;
		runs.to[i] = to;
		runs.group[i] = group;
		at = to;
	};
	const last = noPeriods - 1;
	for (let year = years; year >= 1; year--) {
		const later = year === 1 ? now : sameWeek(now, year - 1);
		// Windows wider than a year overlap: the later one begins where the earlier ends.
		add(reference + w + 1 - at, last);
		const between = later - reference - 2 * w - 1;
		if (last === 0) add(between, -1);
		else {
			const length = Math.floor(between / last);
			const rest = between % last;
			for (let period = 0; period < last; period++) add(length + (period < rest ? 1 : 0), period);
		}
		reference = later;
	}
	add(now - at, last);
	return true;
}

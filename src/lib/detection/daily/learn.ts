import { calendarDesign, calendarEffects, type CalendarDays } from './calendar-effects.ts';
import type { KnownCounts } from './known-counts.ts';
import { ratesOf, type Anchor, type PastRise } from './rates.ts';
import type { CellSpace } from './space.ts';
import { spreadOf, type Spread } from './spread.ts';
import { worthOf } from './worth.ts';

/** Calendar effects and spread change slowly: once learned they serve for the week that follows. */
export const learnedFor = 7;

/** What is learned once a week. */
export type Learned = {
	/** Calendar factor per group and day, row g at g × days; up to a week after the evening it was learned on. */
	readonly factors: Float64Array;
	readonly days: number;
	/** Per window. */
	readonly spread: readonly Spread[];
};

type LearnFrom = {
	readonly space: CellSpace;
	readonly counts: KnownCounts;
	readonly classOfRegion: Uint16Array;
	/** Per class of regions the share of each day 0 … asOf that can be known, 0 where nothing was delivered. */
	readonly shares: readonly Float64Array[];
	readonly calendar: CalendarDays;
	readonly asOf: number;
	readonly past: readonly PastRise[];
	readonly anchors?: readonly Anchor[];
	readonly windows: readonly number[];
	/** Days after the evening for which the calendar is wanted; default: a week. */
	readonly ahead?: number;
};

/** Learns what each day is worth and how far counts stray. */
export function learn({ space, counts, classOfRegion, shares, calendar, asOf, past, anchors, windows, ahead = learnedFor }: LearnFrom): Learned {
	const days = Math.min(calendar.weekday.length, asOf + 1 + ahead);
	const totals = new Float64Array(space.groups * days);
	const byClass = new Float64Array(shares.length);
	let all = 0;
	for (let cell = 0; cell < space.regions * space.industries; cell++) {
		const row = space.groupOfIndustry[cell % space.industries]! * days;
		const c = classOfRegion[Math.floor(cell / space.industries)]!;
		const share = shares[c]!;
		for (let k = counts.start[cell]!; k < counts.start[cell + 1]!; k++) {
			const day = counts.day[k]!;
			byClass[c] = byClass[c]! + counts.n[k]!;
			all += counts.n[k]!;
			if (share[day]! > 0) totals[row + day] = totals[row + day]! + counts.n[k]!;
		}
	}
	// Of all that a day brings, what the classes that delivered it bring.
	const known = new Float64Array(days);
	shares.forEach((share, c) => {
		for (let t = 0; t <= asOf; t++) known[t] = known[t]! + (share[t]! * byClass[c]!) / Math.max(1, all);
	});
	const factors = calendarEffects(calendarDesign(calendar, days), totals, known);
	const worth = worthOf(space, classOfRegion, factors, days, shares, asOf);
	const rates = ratesOf(space, counts, worth, asOf, past, anchors);
	return { factors, days, spread: spreadOf(space, counts, worth, rates, asOf, past, windows) };
}

import { lawOf, type CountLaw } from '../tails.ts';
import { farringtonOf } from './farrington.ts';
import { farringtonDefaults, type FarringtonOptions } from './options.ts';
import type { SameWeek } from './reference-weeks.ts';

/** Weeks in a row that are above what years of history lead to expect, each too little to stand out by itself. */
export type SlowRise = {
	/** Weeks it has lasted, the judged one included. */
	readonly weeks: number;
	readonly observed: number;
	readonly expected: number;
	/** Of the whole stretch when nothing is the matter. */
	readonly law: CountLaw;
	/** Bound on the chance that an ordinary series shows as much: e^−S. */
	readonly p: number;
};

/** Weeks looked back on. The baseline leaves out twice as many, so a slow rise does not become its own baseline. */
const longest = 13;
/** The rise that is looked for: half as many again. */
const raised = 1.5;
/** A level forecast half a year ahead is uncertain by so much beyond the counts' own dispersion. Ours. */
const levelError = 0.1;
const leastYears = 2;

/** Rolling weeks that end on the judged day: years of 365.25 days. */
const sameWeek: SameWeek = (now, years) => now - Math.round((years * 365.25) / 7);

/**
 * Likelihood-ratio CUSUM of negative binomial counts against the Farrington-flexible baseline (Höhle & Paul 2008, section 2; the
 * exponential bound on the chance of S by a likelihood ratio being a martingale, Moustakides 1986).
 *
 * @param counts weekly counts, oldest first, the last one judged.
 * @param exposure what each week is worth by the calendar; 0: not observed.
 * @returns null when there are less than two years before the half-year that is left out, or nothing has risen.
 */
export function slowRise(counts: ArrayLike<number>, exposure: ArrayLike<number>, options: FarringtonOptions = farringtonDefaults): SlowRise | null {
	const now = counts.length - 1;
	const judge = farringtonOf(counts, exposure, sameWeek, options);
	let evidence = 0;
	let rise = { weeks: 0, observed: 0, expected: 0, variance: 0 };
	for (let week = now - longest + 1; week <= now; week++) {
		if (!(exposure[week]! > 0)) continue;
		let said = judge(week);
		for (let years = options.b - 1; typeof said === 'string' && years >= leastYears; years--) said = judge(week, years);
		if (typeof said === 'string') return null;
		const mean = said.expected;
		const variance = said.phi * mean + (levelError * mean) ** 2;
		evidence += logRatio(counts[week]!, lawOf(mean, variance));
		if (evidence <= 0) {
			evidence = 0;
			rise = { weeks: 0, observed: 0, expected: 0, variance: 0 };
			continue;
		}
		rise = {
			weeks: rise.weeks + 1, observed: rise.observed + counts[week]!, expected: rise.expected + mean, variance: rise.variance + said.phi * mean
		};
	}
	if (evidence === 0) return null;
	const { weeks, observed, expected } = rise;
	return { weeks, observed, expected, law: lawOf(expected, rise.variance + (levelError * expected) ** 2), p: Math.exp(-evidence) };
}

/** ln of the likelihood at the raised mean over that at the usual one. */
function logRatio(count: number, { mean, size }: CountLaw): number {
	if (size === Infinity) return count * Math.log(raised) - mean * (raised - 1);
	return count * Math.log(raised) - (count + size) * Math.log((size + raised * mean) / (size + mean));
}

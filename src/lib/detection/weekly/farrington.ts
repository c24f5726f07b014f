import { anscombeWeights, fitSeasonal, type SeasonalData, type SeasonalFit } from './seasonal-glm.ts';
import { countQuantile, lawOf, upperTail, type CountLaw } from '../tails.ts';

/** Options of the Farrington-flexible detector, named as in the reference implementation (R package surveillance). */
export type FarringtonOptions = {
	/** Years to go back; fewer are used when the series is short. */
	readonly b: number;
	/** Half width in weeks of the window around each reference week. */
	readonly w: number;
	/** Seasonal levels a year is cut into, the reference window being one. */
	readonly noPeriods: number;
	readonly alpha: number;
	/** Anscombe residuals above this lose weight. */
	readonly weightsThreshold: number;
	/** Most recent weeks left out, so that an emerging rise does not become its own baseline. */
	readonly pastWeeksNotIncluded: number;
	/** [5, 4]: judged only when the last 4 weeks hold at least 5 cases. */
	readonly limit54: readonly [number, number];
};

/** Noufaily et al. 2013, section 4 and table VI (recommended setting). */
export const farringtonDefaults: FarringtonOptions = {
	b: 5,
	w: 3,
	noPeriods: 10,
	alpha: 0.01,
	weightsThreshold: 2.58,
	pastWeeksNotIncluded: 26,
	limit54: [5, 4]
};

export type FarringtonResult = {
	readonly expected: number;
	/** Largest count that is not unusual at `alpha`. */
	readonly upper: number;
	/** Conservative P(X ≥ observed). */
	readonly p: number;
	/** The law of the count when nothing is the matter. */
	readonly law: CountLaw;
	readonly phi: number;
	/** Years of baseline that were really used. */
	readonly years: number;
	readonly trend: boolean;
};

export type FarringtonRefusal = 'too-short' | 'too-few' | 'no-fit';

/** Weeks in a year, for stepping back to the same season. */
const weeksPerYear = 365.25 / 7;

/**
 * Seasonal group of each week back to the oldest reference window, as the reference's `blocks`: the window around each reference week
 * is one level, the weeks between two windows are cut into noPeriods − 1 levels of nearly equal length.
 *
 * @param now index of the week to judge in a series that runs forward in time.
 * @returns group per week (255: not used) and the first week used; null when not even two years fit.
 */
export function seasonalGroups(
	now: number,
	options: FarringtonOptions
): { readonly group: Uint8Array; readonly first: number; readonly years: number } | null {
	let years = options.b;
	while (years > 0 && now - Math.round(years * weeksPerYear) - options.w < 0) years--;
	if (years < 2) return null;
	const group = new Uint8Array(now + 1).fill(255);
	const last = options.noPeriods - 1;
	let later = now;
	for (let year = 1; year <= years; year++) {
		const reference = now - Math.round(year * weeksPerYear);
		group.fill(last, reference - options.w, reference + options.w + 1);
		if (last > 0) {
			const between = later - reference - 2 * options.w - 1;
			const length = Math.floor(between / last);
			const rest = between % last;
			let at = reference + options.w + 1;
			for (let period = 0; period < last; period++) {
				const end = at + length + (period < rest ? 1 : 0);
				group.fill(period, at, end);
				at = end;
			}
		}
		later = reference;
	}
	group.fill(255, now - options.pastWeeksNotIncluded, now + 1);
	return { group, first: now - Math.round(years * weeksPerYear) - options.w, years };
}

/**
 * Judges the last week of a weekly series: quasi-Poisson regression with trend and seasonal levels, past outbreaks down-weighted,
 * negative-binomial plug-in bound. Farrington et al. 1996; Noufaily et al. 2013, sections 3.1–3.3.
 *
 * The trend is kept when at least three years are used and it does not extrapolate above every count seen (Farrington 1996, section 3.2).
 *
 * @param counts weekly counts, oldest first; the last one is judged.
 * @param exposure relative exposure of each week (working days, completeness); 0: not observed. Null: all equal.
 */
export function farrington(
	counts: ArrayLike<number>,
	exposure: ArrayLike<number> | null = null,
	options: FarringtonOptions = farringtonDefaults
): FarringtonResult | FarringtonRefusal {
	const now = counts.length - 1;
	const seasons = seasonalGroups(now, options);
	if (seasons === null) return 'too-short';
	const [cases, weeks] = options.limit54;
	let recent = 0;
	for (let i = Math.max(0, now - weeks + 1); i <= now; i++) recent += counts[i]!;
	if (recent < cases) return 'too-few';

	const data = collect(counts, exposure, seasons.group, seasons.first, now, options.noPeriods);
	const share = exposure === null ? 1 : exposure[now]!;
	if (data === null || !(share > 0)) return 'too-short';
	const predict = (fit: SeasonalFit) => Math.exp(fit.level[options.noPeriods - 1]! + fit.slope * now) * share;
	let fit = fitReweighted(data, seasons.years >= 3, options.weightsThreshold);
	if (fit?.trend && !(predict(fit) <= greatest(data.y))) fit = fitReweighted(data, false, options.weightsThreshold);
	if (fit === null) return 'no-fit';
	const expected = predict(fit);
	if (!Number.isFinite(expected)) return 'no-fit';
	const law = lawOf(expected, fit.phi * expected);
	return {
		expected,
		upper: countQuantile(1 - options.alpha, law),
		p: upperTail(counts[now]!, law),
		law,
		phi: fit.phi,
		years: seasons.years,
		trend: fit.trend
	};
}

function collect(
	counts: ArrayLike<number>,
	exposure: ArrayLike<number> | null,
	group: Uint8Array,
	first: number,
	now: number,
	groups: number
): SeasonalData | null {
	let n = 0;
	const used = (i: number) => group[i] !== 255 && (exposure === null || exposure[i]! > 0);
	for (let i = first; i <= now; i++) if (used(i)) n++;
	if (n < 52) return null;
	const data = {
		y: new Float64Array(n),
		group: new Uint8Array(n),
		groups,
		time: new Float64Array(n),
		offset: exposure === null ? null : new Float64Array(n)
	};
	let at = 0;
	for (let i = first; i <= now; i++) {
		if (!used(i)) continue;
		data.y[at] = counts[i]!;
		data.group[at] = group[i]!;
		data.time[at] = i;
		if (data.offset) data.offset[at] = Math.log(exposure![i]!);
		at++;
	}
	return data;
}

/** Fit, weigh, fit again; without trend when the first fit does not converge with it, as the reference does. */
function fitReweighted(data: SeasonalData, trend: boolean, threshold: number): SeasonalFit | null {
	let first = fitSeasonal(data, null, trend);
	if (first === null && trend) first = fitSeasonal(data, null, false);
	if (first === null) return null;
	const weights = anscombeWeights(data.y, first, threshold);
	return fitSeasonal(data, weights, first.trend);
}

function greatest(values: Float64Array): number {
	let max = 0;
	for (const value of values) if (value > max) max = value;
	return max;
}

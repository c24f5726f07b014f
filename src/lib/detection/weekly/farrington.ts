import { dispersionOf, reweigh } from './reweighting.ts';
import type { FarringtonOptions } from './options.ts';
import { prepareSeries, type PreparedSeries } from './prepared-series.ts';
import type { SameWeek } from './reference-weeks.ts';
import { fillRuns, makeRuns, type SeasonalRuns } from './seasonal-blocks.ts';
import { fitSeasonal, makeFit, predictorVariance, type SeasonalFit } from './seasonal-glm.ts';
import { studentTwoSided } from '../special.ts';
import { boundOf, quasiPoissonLaw } from './threshold.ts';
import type { CountLaw } from '../tails.ts';

type FarringtonResult = {
	readonly expected: number;
	/** Largest count that is not unusual at `alpha`. */
	readonly upper: number;
	/** Conservative P(X ≥ observed). */
	readonly p: number;
	readonly alarm: boolean;
	/** False when the latest weeks hold too few cases for an alarm (`limit54`); the p-value stands all the same. */
	readonly enough: boolean;
	/** The law of the count when nothing is the matter. */
	readonly law: CountLaw;
	readonly phi: number;
	/** Years of baseline that were really used. */
	readonly years: number;
	readonly trend: boolean;
};

type FarringtonRefusal = 'too-short' | 'no-fit';

/** What stays the same from week to week of one series, and the memory its fits use. */
type Workplace = {
	readonly series: PreparedSeries;
	readonly runs: SeasonalRuns;
	readonly weight: Float64Array;
	readonly fit: SeasonalFit;
	readonly options: FarringtonOptions;
};

/**
 * Makes a judge of the weeks of one series, in any order: quasi-Poisson regression with trend and seasonal levels, past outbreaks
 * down-weighted, bound by `thresholdMethod`. Farrington et al. 1996; Noufaily et al. 2013, sections 3.1–3.3. Equals R's
 * `surveillance::farringtonFlexible`, fall-backs included.
 *
 * @param counts weekly counts, oldest first.
 * @param exposure relative exposure of each week (population, working days); 0: not observed. Null: all equal.
 * @param sameWeek where the reference weeks lie.
 * @returns judge of (week, years of baseline); `too-short` when the series does not reach back that far, `no-fit` when no model
 *   converges, as in R.
 */
export function farringtonOf(
	counts: ArrayLike<number>,
	exposure: ArrayLike<number> | null,
	sameWeek: SameWeek,
	options: FarringtonOptions
): (now: number, years?: number) => FarringtonResult | FarringtonRefusal {
	const series = prepareSeries(counts, exposure);
	const runs = makeRuns(options);
	const weight = new Float64Array(counts.length);
	const place: Workplace = { series, runs, weight, fit: makeFit(options.noPeriods, counts.length), options };
	return (now, years = options.b) => {
		if (!fillRuns(runs, now, years, sameWeek, options) || !(series.observed[now]! > 0)) return 'too-short';
		return judge(place, now, years);
	};
}

function enoughCases(counts: ArrayLike<number>, now: number, { limit54: [cases, weeks] }: FarringtonOptions): boolean {
	let recent = 0;
	for (let t = Math.max(0, now - weeks + 1); t <= now; t++) recent += counts[t]!;
	return recent >= cases;
}

function judge(place: Workplace, now: number, years: number): FarringtonResult | FarringtonRefusal {
	const { series, fit, options } = place;
	let phi = fitTwice(place, options.trend);
	if (phi === null) return 'no-fit';
	if (fit.trend && !keepsTrend(place, now, years)) {
		phi = fitTwice(place, false);
		if (phi === null) return 'no-fit';
	}
	const eta = predictorOf(fit, series, now, options);
	const plugged = options.thresholdMethod === 'nbPlugin';
	const error = plugged ? 0 : Math.sqrt(errorDispersion(place) * predictorVariance(fit, options.noPeriods - 1, now));
	const observed = series.y[now]!;
	const bound = boundOf(observed, { eta, error, phi }, options);
	const expected = Math.exp(eta);
	if (bound === null || !Number.isFinite(expected) || Number.isNaN(bound.p) || Number.isNaN(bound.upper)) return 'no-fit';
	const enough = enoughCases(series.y, now, options);
	return { expected, ...bound, alarm: bound.alarm && enough, enough, law: quasiPoissonLaw(expected, phi), phi, years, trend: fit.trend };
}

function predictorOf(fit: SeasonalFit, series: PreparedSeries, now: number, { noPeriods }: FarringtonOptions): number {
	const exposure = series.exposure === null ? 0 : Math.log(series.exposure[now]!);
	return fit.level[noPeriods - 1]! + fit.slope * (now - fit.middle) + series.centre + exposure;
}

/**
 * Fits, weighs, fits again; without trend when the first fit does not converge with it. That the second converges is not asked:
 * the reference takes it as it is after 25 steps. Returns phi, null when nothing converges.
 */
function fitTwice({ series, runs, weight, fit, options }: Workplace, trend: boolean): number | null {
	weight.set(series.observed);
	fitSeasonal(fit, series, runs, weight, trend);
	if (!fit.converged && trend) fitSeasonal(fit, series, runs, weight, false);
	if (!fit.converged) return null;
	const phi = Math.max(1, dispersionOf(fit, series, runs, weight).pearson);
	if (!options.reweight) return phi;
	reweigh(fit, series, runs, weight, phi, options.weightsThreshold);
	fitSeasonal(fit, series, runs, weight, fit.trend);
	return Math.max(1, dispersionOf(fit, series, runs, weight).pearson);
}

/** Farrington et al. 1996, section 3.2: three years, significance, and no extrapolation above every count of the baseline. */
function keepsTrend(place: Workplace, now: number, years: number): boolean {
	const { fit, series, runs, options } = place;
	if (years < 3) return false;
	let greatest = 0;
	for (let run = 0; run < runs.length; run++) {
		if (runs.group[run]! < 0) continue;
		for (let t = runs.from[run]!; t < runs.to[run]!; t++) {
			if (series.observed[t]! > 0 && series.y[t]! > greatest) greatest = series.y[t]!;
		}
	}
	if (!(Math.exp(predictorOf(fit, series, now, options)) <= greatest)) return false;
	// p = 1, which is not below one, at a slope of zero only. Where the true slope is zero, rounding decides, in R as here.
	if (options.pThresholdTrend >= 1) return fit.slope !== 0;
	const t = fit.slope / Math.sqrt(errorDispersion(place) / fit.information);
	return studentTwoSided(t, fit.observations - fit.parameters) < options.pThresholdTrend;
}

/** The dispersion that standard errors are made of; not raised to one, as in R's `summary.glm`. */
function errorDispersion({ fit, series, runs, weight, options }: Workplace): number {
	const { pearson, overwritten } = dispersionOf(fit, series, runs, weight);
	return options.parity === 'surveillance' && options.reweight ? overwritten : pearson;
}

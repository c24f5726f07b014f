import type { PreparedSeries } from './prepared-series.ts';
import type { SeasonalRuns } from './seasonal-blocks.ts';
import type { SeasonalFit } from './seasonal-glm.ts';

/** Dispersion of a fit, in the two ways the reference uses after reweighting. */
export type Dispersion = {
	/** Pearson χ² / degrees of freedom. */
	readonly pearson: number;
	/** Σ weight·((y − mu)/mu)² / degrees of freedom: what R's summary gives once the working weights were overwritten. */
	readonly overwritten: number;
};

/** Pearson's dispersion with the working weights of the last step, as R's `summary.glm`. NaN without degrees of freedom. */
export function dispersionOf(fit: SeasonalFit, series: PreparedSeries, runs: SeasonalRuns, weight: Float64Array): Dispersion {
	const { y, exposure } = series;
	const growth = Math.exp(fit.slope);
	const growthBefore = Math.exp(fit.slopeBefore);
	const first = runs.from[0]! - fit.middle;
	let power = Math.exp(fit.slope * first);
	let powerBefore = Math.exp(fit.slopeBefore * first);
	let pearson = 0;
	let overwritten = 0;
	for (let run = 0; run < runs.length; run++) {
		const g = runs.group[run]!;
		const scale = g < 0 ? 0 : fit.scale[g]!;
		const scaleBefore = g < 0 ? 0 : fit.scaleBefore[g]!;
		const to = runs.to[run]!;
		for (let t = runs.from[run]!; t < to; t++) {
			const prior = g < 0 ? 0 : weight[t]!;
			if (prior > 0) {
				const e = exposure === null ? 1 : exposure[t]!;
				const relative = y[t]! / (e * scale * power) - 1;
				const square = prior * relative * relative;
				overwritten += square;
				pearson += square * e * scaleBefore * powerBefore;
			}
			power *= growth;
			powerBefore *= growthBefore;
		}
	}
	const df = fit.observations - fit.parameters;
	return df > 0 ? { pearson: pearson / df, overwritten: overwritten / df } : { pearson: NaN, overwritten: NaN };
}

/**
 * Writes weights that make past outbreaks count less into `weight`: Farrington et al. 1996, section 3.3; threshold of Noufaily et al. 2013.
 *
 * Standardised Anscombe residuals s = 3 (y^⅔ − mu^⅔) / (2 mu^(1/6) √(phi (1 − h))); weight gamma·s^-2 above the threshold, gamma
 * below it, gamma such that the weights sum to the number of observations.
 *
 * @param fit of the first round, with weight 1 for all that was observed.
 */
export function reweigh(fit: SeasonalFit, series: PreparedSeries, runs: SeasonalRuns, weight: Float64Array, phi: number, threshold: number): void {
	const { twoThirds, sixthOfExposure, exposure, observed } = series;
	const border = phi / 2.25;
	const limit = threshold * threshold * border;
	const growthOfSixth = Math.exp(fit.slope / 6);
	const growthBefore = Math.exp(fit.slopeBefore);
	const steepness = fit.trend ? 1 / fit.information : 0;
	const first = runs.from[0]! - fit.middle;
	let sixthPower = Math.exp((fit.slope / 6) * first);
	let powerBefore = Math.exp(fit.slopeBefore * first);
	let sum = 0;
	for (let run = 0; run < runs.length; run++) {
		const g = runs.group[run]!;
		const to = runs.to[run]!;
		const own = g < 0 ? 0 : 1 / fit.diagonal[g]!;
		const centre = g < 0 ? 0 : fit.border[g]! * own + fit.middle;
		const sixthScale = g < 0 ? 0 : fit.scale[g]! ** (1 / 6);
		for (let t = runs.from[run]!; t < to; t++) {
			let w = g < 0 ? 0 : observed[t]!;
			if (w > 0) {
				const m = sixthScale * sixthPower * (sixthOfExposure === null ? 1 : sixthOfExposure[t]!);
				const residual = twoThirds[t]! / m - m * m * m;
				if (residual > 0) {
					const mean = fit.scaleBefore[g]! * powerBefore * (exposure === null ? 1 : exposure[t]!);
					const deviation = t - centre;
					const room = 1 - mean * (own + deviation * deviation * steepness);
					const square = residual * residual;
					if (square > limit * room) w = (border * Math.max(room, 0)) / square;
				}
				sum += w;
			}
			weight[t] = w;
			sixthPower *= growthOfSixth;
			powerBefore *= growthBefore;
		}
	}
	const gamma = fit.observations / sum;
	for (let t = runs.from[0]!; t < runs.to[runs.length - 1]!; t++) weight[t] = weight[t]! * gamma;
}

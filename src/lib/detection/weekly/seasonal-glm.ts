/**
 * Quasi-Poisson regression with log link for y ~ level[group] + slope·time + offset: the model of Farrington-type detectors.
 *
 * The group levels make the normal matrix an arrow (diagonal plus one border for the slope), so a step of iteratively reweighted
 * least squares costs one pass over the data and no matrix at all (McCullagh & Nelder 1989, section 2.5, with the Schur complement
 * of the diagonal block).
 */
export type SeasonalData = {
	readonly y: Float64Array;
	/** Group of each observation, 0 … groups − 1. */
	readonly group: Uint8Array;
	readonly groups: number;
	/** Any linear time. */
	readonly time: Float64Array;
	/** Log of the exposure; null when all are equal. */
	readonly offset: Float64Array | null;
};

export type SeasonalFit = {
	/** Log level per group; NaN where a group has no weighted observation. */
	readonly level: Float64Array;
	/** Per unit of time; 0 without trend. */
	readonly slope: number;
	readonly trend: boolean;
	/** Fitted means. */
	readonly mean: Float64Array;
	/** max(1, Pearson χ² / degrees of freedom). */
	readonly phi: number;
	/** Diagonal of the hat matrix of the last step. */
	readonly leverage: Float64Array;
	/** Standard error of the slope, 0 without trend. */
	readonly slopeError: number;
};

const maxSteps = 25;
const deviancePrecision = 1e-8;

/** Fits the model; null when it does not converge (R's `glm` rule: 25 steps, relative change of the deviance 1e-8). */
export function fitSeasonal(data: SeasonalData, weights: Float64Array | null, trend: boolean): SeasonalFit | null {
	const { y, group, groups, time, offset } = data;
	const n = y.length;
	const mean = new Float64Array(n);
	for (let i = 0; i < n; i++) mean[i] = y[i]! + 0.1;
	const w = new Float64Array(groups);
	const wt = new Float64Array(groups);
	const wz = new Float64Array(groups);
	const level = new Float64Array(groups);
	let slope = 0;
	let slopeInformation = 0;
	let deviance = devianceOf(y, mean, weights);
	let converged = false;
	const rounding = 1e-15 * y.reduce((sum, value) => sum + value, 0);

	for (let step = 0; step < maxSteps && !converged; step++) {
		w.fill(0);
		wt.fill(0);
		wz.fill(0);
		let tt = 0;
		let tz = 0;
		for (let i = 0; i < n; i++) {
			const mu = mean[i]!;
			const weight = (weights ? weights[i]! : 1) * mu;
			const z = Math.log(mu) - (offset ? offset[i]! : 0) + (y[i]! - mu) / mu;
			const g = group[i]!;
			const t = time[i]!;
			w[g] = w[g]! + weight;
			wz[g] = wz[g]! + weight * z;
			if (trend) {
				wt[g] = wt[g]! + weight * t;
				tt += weight * t * t;
				tz += weight * t * z;
			}
		}
		slope = 0;
		slopeInformation = tt;
		if (trend) {
			let right = tz;
			for (let g = 0; g < groups; g++) {
				if (!(w[g]! > 0)) continue;
				slopeInformation -= (wt[g]! * wt[g]!) / w[g]!;
				right -= (wt[g]! * wz[g]!) / w[g]!;
			}
			if (!(slopeInformation > tt * 1e-12)) return null;
			slope = right / slopeInformation;
		}
		for (let g = 0; g < groups; g++) level[g] = w[g]! > 0 ? (wz[g]! - slope * wt[g]!) / w[g]! : NaN;
		for (let i = 0; i < n; i++) {
			const eta = level[group[i]!]! + slope * time[i]! + (offset ? offset[i]! : 0);
			// An all-zero group drives its level to minus infinity; the mean must stay a positive number.
			mean[i] = Math.exp(Math.min(40, Math.max(-30, eta)));
		}
		const next = devianceOf(y, mean, weights);
		if (!Number.isFinite(next)) return null;
		// A deviance of huge counts is a difference of huge numbers: below its own rounding nothing can converge further.
		converged = Math.abs(next - deviance) < Math.max(deviancePrecision * (Math.abs(next) + 0.1), rounding);
		deviance = next;
	}
	if (!converged) return null;

	const leverage = new Float64Array(n);
	let pearson = 0;
	let used = 0;
	for (let i = 0; i < n; i++) {
		const prior = weights ? weights[i]! : 1;
		const mu = mean[i]!;
		const g = group[i]!;
		const deviation = trend ? time[i]! - wt[g]! / w[g]! : 0;
		leverage[i] = prior * mu * (1 / w[g]! + (trend ? (deviation * deviation) / slopeInformation : 0));
		if (prior > 0) {
			used++;
			pearson += (prior * (y[i]! - mu) * (y[i]! - mu)) / mu;
		}
	}
	let parameters = trend ? 1 : 0;
	for (let g = 0; g < groups; g++) if (w[g]! > 0) parameters++;
	const phi = Math.max(1, used > parameters ? pearson / (used - parameters) : 1);
	return { level, slope, trend, mean, phi, leverage, slopeError: trend ? Math.sqrt(phi / slopeInformation) : 0 };
}

function devianceOf(y: Float64Array, mean: Float64Array, weights: Float64Array | null): number {
	let sum = 0;
	for (let i = 0; i < y.length; i++) {
		const term = (y[i]! > 0 ? y[i]! * Math.log(y[i]! / mean[i]!) : 0) - (y[i]! - mean[i]!);
		sum += weights ? weights[i]! * term : term;
	}
	return 2 * sum;
}

/**
 * Weights that make past outbreaks count less: Farrington et al. 1996, section 3.3, with the threshold of Noufaily et al. 2013.
 *
 * Standardised Anscombe residuals s = 3 (y^⅔ − mu^⅔) / (2 mu^(1/6) √(phi (1 − h))); weight gamma·s^-2 above the threshold, gamma
 * below it, gamma such that the weights sum to the number of observations.
 */
export function anscombeWeights(y: Float64Array, fit: SeasonalFit, threshold: number): Float64Array {
	const n = y.length;
	const weights = new Float64Array(n);
	let sum = 0;
	for (let i = 0; i < n; i++) {
		const mu = fit.mean[i]!;
		const room = Math.max(1e-9, 1 - fit.leverage[i]!);
		const s = (1.5 * (Math.cbrt(y[i]!) ** 2 - Math.cbrt(mu) ** 2)) / (mu ** (1 / 6) * Math.sqrt(fit.phi * room));
		weights[i] = s > threshold ? 1 / (s * s) : 1;
		sum += weights[i]!;
	}
	for (let i = 0; i < n; i++) weights[i] = (weights[i]! * n) / sum;
	return weights;
}

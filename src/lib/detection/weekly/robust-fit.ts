import { factorise, halfSolve, solveFactorised } from './small-matrix.ts';
import type { SeasonalFeatures } from './seasonal-features.ts';
import { biasOf, weigh } from './outbreak-weights.ts';
import type { TrimmingBias } from './trimming-bias.ts';

/** What a robust fit is made from; arrays by period. */
export type FitInput = {
	readonly counts: Float64Array;
	/** Relative exposure; 0: not observed. Null: all equal. */
	readonly exposure: Float64Array | null;
	/** Log of a known seasonal factor, where the season is borrowed; null: none. */
	readonly offset: Float64Array | null;
	readonly features: SeasonalFeatures;
	/** Periods in a year. */
	readonly year: number;
	readonly trend: boolean;
};

/** Log-linear expectation and spread of a series, with past outbreaks weighed down. */
export type RobustFit = {
	/** Variance of a count = phi·mean; at least one. */
	readonly phi: number;
	/** Weight of each period of the baseline, from its first one on. */
	readonly weight: Float64Array;
	/** Expected counts of the periods of the baseline, as low as weighing makes them: to be compared with counts that are bounded too. */
	readonly mean: Float64Array;
	/** Expected count of a period, and the squared relative error of that expectation. */
	readonly expect: (t: number) => { readonly mean: number; readonly error: number };
};

/** Fits, each with the weights of the one before. */
const rounds = 4;
/** Steps of the first round and of each later one, unless one is so small that the next would be its square. */
const steps = { first: 12, later: 3 } as const;
const standstill = 1e-3;
/** A step longer than this in the log of the mean leaves the region where the linearisation means anything. */
const longestStep = 2;
/** Precision of the prior that draws trend and j-th harmonic (j times as much) to zero; of the order of a tenth of one case. */
const ridge = 0.1;
/** Cases added to the level's likelihood (Jeffreys 1946): an expectation of zero would make any case infinitely surprising. */
const jeffreys = 0.5;
/** Dispersion that a series without evidence of its own is given, and the observations this counts as. */
const prior = { phi: 1.2, observations: 4 } as const;

/**
 * Quasi-Poisson regression on level, trend and seasonal features over periods `from` … `end` − 1, robust against outbreaks.
 *
 * Anscombe residuals of single periods and of pairs of neighbours (÷ √2) above the threshold lose weight; the dispersion is taken
 * with those weights and the weights with that dispersion, four times over. The reference weighs once, with a dispersion that still
 * holds the outbreaks (Farrington et al. 1996, section 3.3), which hides them behind each other. What weighing takes away where there
 * is no outbreak is given back (`trimmingBias`).
 */
export function fitRobustly(input: FitInput, from: number, end: number): RobustFit {
	const { counts, exposure, offset, features, year, trend } = input;
	const { width, rows } = features;
	const first = trend ? 2 : 1;
	const size = first + width;
	const n = end - from;
	const middle = (from + end) / 2;
	const span = 5 * year;
	const beta = new Float64Array(size);
	const right = new Float64Array(size);
	const matrix = new Float64Array(size * size);
	const x = new Float64Array(size);
	const mean = new Float64Array(n);
	const weight = new Float64Array(n);
	let cases = 0;
	let exposed = 0;
	for (let i = 0; i < n; i++) {
		const e = exposureAt(from + i);
		weight[i] = e > 0 ? 1 : 0;
		if (!(e > 0)) continue;
		cases += counts[from + i]!;
		exposed += e;
	}
	beta[0] = Math.log((cases + jeffreys) / exposed);
	let phi = 1;
	let bias: TrimmingBias = { dispersion: 1, level: 1 };

	function exposureAt(t: number): number {
		return (exposure === null ? 1 : exposure[t]!) * (offset === null ? 1 : Math.exp(offset[t]!));
	}
	function describe(t: number): void {
		x[0] = 1;
		if (trend) x[1] = (t - middle) / span;
		for (let j = 0; j < width; j++) x[first + j] = rows[t * width + j]!;
	}
	function meanOf(t: number): number {
		let eta = beta[0]! + (trend ? beta[1]! * ((t - middle) / span) : 0);
		for (let j = 0; j < width; j++) eta += beta[first + j]! * rows[t * width + j]!;
		return exposureAt(t) * Math.exp(Math.min(eta, 40));
	}
	function newtonStep(): number {
		matrix.fill(0);
		right.fill(0);
		for (let i = 0; i < n; i++) {
			const w = weight[i]!;
			if (w === 0) continue;
			const t = from + i;
			describe(t);
			let eta = 0;
			for (let a = 0; a < size; a++) eta += beta[a]! * x[a]!;
			const mu = exposureAt(t) * Math.exp(Math.min(eta, 40));
			const residual = w * (counts[t]! - mu);
			const information = w * mu;
			for (let a = 0; a < size; a++) {
				const value = x[a]!;
				const scaled = information * value;
				const row = a * size;
				right[a] = right[a]! + residual * value;
				for (let b = 0; b <= a; b++) matrix[row + b] = matrix[row + b]! + scaled * x[b]!;
			}
		}
		right[0] = right[0]! + jeffreys;
		for (let a = 1; a < size; a++) {
			const penalty = ridge * phi * (a < first ? 1 : Math.floor((a - first) / 2) + 1);
			matrix[a * size + a] = matrix[a * size + a]! + penalty;
			right[a] = right[a]! - penalty * beta[a]!;
		}
		factorise(matrix, size);
		solveFactorised(matrix, size, right);
		let longest = 0;
		for (let a = 0; a < size; a++) longest = Math.max(longest, Math.abs(right[a]!));
		const damping = longest > longestStep ? longestStep / longest : 1;
		for (let a = 0; a < size; a++) beta[a] = beta[a]! + damping * right[a]!;
		return longest;
	}

	for (let round = 0; round < rounds; round++) {
		for (let taken = round === 0 ? steps.first : steps.later; taken > 0; taken--) if (newtonStep() < standstill) break;
		let pearson = prior.phi * prior.observations;
		let freedom = prior.observations - size;
		for (let i = 0; i < n; i++) {
			if (weight[i] === 0) continue;
			const mu = meanOf(from + i);
			mean[i] = mu;
			const residual = counts[from + i]! - mu;
			pearson += (weight[i]! * residual * residual) / mu;
			freedom += weight[i]!;
		}
		phi = Math.max(1, pearson / Math.max(1, freedom) / (round === 0 ? 1 : bias.dispersion));
		bias = biasOf(mean, weight, phi);
		if (round < rounds - 1) weigh(counts, from, mean, weight, phi, exposure);
	}
	beta[0] = beta[0]! - Math.log(bias.level);
	return {
		phi,
		weight,
		mean,
		expect(t) {
			describe(t);
			halfSolve(matrix, size, x);
			let error = 0;
			for (let a = 0; a < size; a++) error += x[a]! * x[a]!;
			return { mean: meanOf(t), error: error * phi };
		}
	};
}

import type { PreparedSeries } from './prepared-series.ts';
import type { SeasonalRuns } from './seasonal-blocks.ts';

/**
 * Quasi-Poisson regression with log link for y ~ level[group] + slope·time + log(exposure), by R's `glm.fit`: same start (mu = y + 0.1),
 * same steps, same end (25 steps, relative change of the deviance 1e-8).
 *
 * The levels make the normal matrix an arrow (diagonal plus one border for the slope), so a step is one pass over the data and a
 * Schur complement (McCullagh & Nelder 1989, section 2.5). Within a stretch of one level the means are a geometric sequence, so a pass
 * takes no exponentials; the deviance needs no logarithms, as y·eta is linear in sums that never change.
 */
export type SeasonalFit = {
	/** Log level per group, counted from the series' centre, at time `middle`. */
	level: Float64Array;
	slope: number;
	trend: boolean;
	middle: number;
	converged: boolean;
	/** Observations and parameters that count. */
	observations: number;
	parameters: number;
	/** Of the last step, for leverages and standard errors: X'WX by group, its border, the Schur complement of the slope; its parameters. */
	diagonal: Float64Array;
	border: Float64Array;
	information: number;
	slopeBefore: number;
	/** exp(level + centre), after the last step and before it. */
	scale: Float64Array;
	scaleBefore: Float64Array;
	/** Sums that stay the same from step to step, and those of the pass under way. */
	readonly sumY: Float64Array;
	readonly working: Float64Array;
	nextDiagonal: Float64Array;
	nextBorder: Float64Array;
	/** Prior weight times exposure, per week. */
	readonly mass: Float64Array;
};

const maxSteps = 25;
const deviancePrecision = 1e-8;
/** From this sum of counts on, the deviance as a difference of sums would be noise: it is taken point by point. */
const largeSum = 1e6;

/** A fit's memory, to be used again and again for series of up to `weeks` weeks. */
export function makeFit(groups: number, weeks: number): SeasonalFit {
	const make = () => new Float64Array(groups);
	return {
		level: make(), slope: 0, trend: false, middle: 0, converged: false, observations: 0, parameters: 0,
		diagonal: make(), border: make(), information: 0, slopeBefore: 0, scale: make(), scaleBefore: make(),
		sumY: make(), working: make(), nextDiagonal: make(), nextBorder: make(), mass: new Float64Array(weeks)
	};
}

/**
 * Fits the model into `fit`.
 *
 * @param weight prior weight per week; 0 where nothing was observed.
 */
export function fitSeasonal(fit: SeasonalFit, series: PreparedSeries, runs: SeasonalRuns, weight: Float64Array, trend: boolean): void {
	const { y, exposure, startMean, startWorking, startDeviance, yLogY } = series;
	const { sumY, working, mass } = fit;
	const groups = sumY.length;
	const first = runs.from[0]!;
	const middle = Math.floor((first + runs.to[runs.length - 1]!) / 2);
	fit.middle = middle;
	sumY.fill(0);
	working.fill(0);
	fit.diagonal.fill(0);
	fit.border.fill(0);
	let tt = 0;
	let tz = 0;
	let sumYTime = 0;
	let constant = 0;
	let deviance = 0;
	let total = 0;
	let observations = 0;
	for (let run = 0; run < runs.length; run++) {
		const g = runs.group[run]!;
		const to = runs.to[run]!;
		if (g < 0) {
			mass.fill(0, runs.from[run]!, to);
			continue;
		}
		let w = 0;
		let wt = 0;
		let wz = 0;
		let sum = 0;
		for (let t = runs.from[run]!; t < to; t++) {
			const prior = weight[t]!;
			mass[t] = exposure === null ? prior : prior * exposure[t]!;
			if (!(prior > 0)) continue;
			observations++;
			const time = t - middle;
			const a = prior * startMean[t]!;
			const b = prior * startWorking[t]!;
			w += a;
			wt += a * time;
			tt += a * time * time;
			wz += b;
			tz += b * time;
			const wy = prior * y[t]!;
			sum += wy;
			sumYTime += wy * time;
			constant += prior * yLogY[t]!;
			deviance += prior * startDeviance[t]!;
		}
		fit.diagonal[g] = fit.diagonal[g]! + w;
		fit.border[g] = fit.border[g]! + wt;
		working[g] = working[g]! + wz;
		sumY[g] = sumY[g]! + sum;
		total += sum;
	}
	let parameters = trend ? 1 : 0;
	for (let g = 0; g < groups; g++) if (fit.diagonal[g]! > 0) parameters++;
	fit.trend = trend;
	fit.observations = observations;
	fit.parameters = parameters;
	fit.converged = false;
	fit.level.fill(0);
	fit.slope = 0;
	// From the start values the step gives the parameters themselves; from parameters on it gives their change.
	step(fit, working, tz, tt, series.centre);
	for (let taken = 1; ; taken++) {
		const { scale } = fit;
		fit.nextDiagonal.fill(0);
		fit.nextBorder.fill(0);
		const growth = Math.exp(fit.slope);
		let power = Math.exp(fit.slope * (first - middle));
		let time = first - middle;
		let sumMean = 0;
		tt = 0;
		tz = sumYTime;
		for (let run = 0; run < runs.length; run++) {
			const to = runs.to[run]!;
			let s0 = 0;
			let s1 = 0;
			let s2 = 0;
			for (let t = runs.from[run]!; t < to; t++) {
				const mean = mass[t]! * power;
				const moment = mean * time;
				s0 += mean;
				s1 += moment;
				s2 += moment * time;
				power *= growth;
				time++;
			}
			const g = runs.group[run]!;
			if (g < 0) continue;
			const level = scale[g]!;
			s0 *= level;
			s1 *= level;
			fit.nextDiagonal[g] = fit.nextDiagonal[g]! + s0;
			fit.nextBorder[g] = fit.nextBorder[g]! + s1;
			tt += s2 * level;
			tz -= s1;
			sumMean += s0;
		}
		let next = constant - fit.slope * sumYTime - total + sumMean;
		for (let g = 0; g < groups; g++) next -= fit.level[g]! * sumY[g]!;
		if (total > largeSum) next = pointwiseDeviance(fit, series, runs, weight);
		if (!Number.isFinite(next)) return;
		const precision = deviancePrecision * (2 * Math.abs(next) + 0.1);
		// Of huge counts even the pointwise deviance is a difference of huge numbers: nothing can converge below its rounding.
		fit.converged = 2 * Math.abs(next - deviance) < Math.max(precision, total > largeSum ? 1e-15 * total : 0);
		if (fit.converged || taken === maxSteps) {
			if (taken === 1) {
				fit.scaleBefore.set(scale);
				fit.slopeBefore = fit.slope;
			}
			return;
		}
		deviance = next;
		[fit.diagonal, fit.nextDiagonal] = [fit.nextDiagonal, fit.diagonal];
		[fit.border, fit.nextBorder] = [fit.nextBorder, fit.border];
		for (let g = 0; g < groups; g++) working[g] = sumY[g]! - fit.diagonal[g]!;
		step(fit, working, tz, tt, series.centre);
	}
}

/** Solves the arrow for the change of the parameters, and keeps the parameters before it. */
function step(fit: SeasonalFit, right: Float64Array, rightOfSlope: number, corner: number, centre: number): void {
	const { diagonal, border, level } = fit;
	[fit.scale, fit.scaleBefore] = [fit.scaleBefore, fit.scale];
	fit.slopeBefore = fit.slope;
	let change = 0;
	if (fit.trend) {
		let information = corner;
		let rest = rightOfSlope;
		for (let g = 0; g < diagonal.length; g++) {
			if (!(diagonal[g]! > 0)) continue;
			const share = border[g]! / diagonal[g]!;
			information -= share * border[g]!;
			rest -= share * right[g]!;
		}
		fit.information = information;
		change = rest / information;
		fit.slope += change;
	}
	for (let g = 0; g < diagonal.length; g++) {
		if (diagonal[g]! > 0) level[g] = level[g]! + (right[g]! - change * border[g]!) / diagonal[g]!;
		fit.scale[g] = Math.exp(level[g]! + centre);
	}
}

/** Half the deviance, each point's difference taken before the sum. */
function pointwiseDeviance(fit: SeasonalFit, series: PreparedSeries, runs: SeasonalRuns, weight: Float64Array): number {
	const { y, yLogY, exposure } = series;
	let sum = 0;
	for (let run = 0; run < runs.length; run++) {
		const g = runs.group[run]!;
		if (g < 0) continue;
		for (let t = runs.from[run]!; t < runs.to[run]!; t++) {
			if (!(weight[t]! > 0)) continue;
			const eta = fit.level[g]! + fit.slope * (t - fit.middle);
			const mean = (exposure === null ? 1 : exposure[t]!) * Math.exp(eta + series.centre);
			sum += weight[t]! * (yLogY[t]! - y[t]! * eta - (y[t]! - mean));
		}
	}
	return sum;
}

/** Variance of the linear predictor in a group at a time, but for the dispersion: x'(X'WX)⁻¹x. */
export function predictorVariance(fit: SeasonalFit, group: number, t: number): number {
	const own = 1 / fit.diagonal[group]!;
	if (!fit.trend) return own;
	const deviation = t - fit.middle - fit.border[group]! * own;
	return own + (deviation * deviation) / fit.information;
}

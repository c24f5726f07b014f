/**
 * A series with all logarithms and roots taken once, so that fitting week after week needs none.
 *
 * All arrays have one value per week. With exposure e and centre c the linear predictor is counted from log(e) + c.
 */
export type PreparedSeries = {
	readonly y: Float64Array;
	/** Relative exposure (population, working days); 0: not observed; null: all equal. */
	readonly exposure: Float64Array | null;
	/** 1 where there is an observation. */
	readonly observed: Float64Array;
	/** Log of the mean rate, so that sums of y·eta stay as small as the deviance. */
	readonly centre: number;
	/** Start of the iteration as in R's poisson()$initialize, mu = y + 0.1: mu, mu·z, and half the deviance. */
	readonly startMean: Float64Array;
	readonly startWorking: Float64Array;
	readonly startDeviance: Float64Array;
	/** y·log(y / (e·exp(c))), 0 for y = 0. */
	readonly yLogY: Float64Array;
	/** y^(2/3), for Anscombe residuals. */
	readonly twoThirds: Float64Array;
	/** exposure^(1/6); null when all are equal. */
	readonly sixthOfExposure: Float64Array | null;
};

/** Prepares counts (oldest first) and, where given, their exposure. */
export function prepareSeries(counts: ArrayLike<number>, exposure: ArrayLike<number> | null): PreparedSeries {
	const n = counts.length;
	let sum = 0;
	let sumOfExposure = 0;
	for (let t = 0; t < n; t++) {
		const e = exposure === null ? 1 : exposure[t]!;
		if (!(e > 0)) continue;
		sum += counts[t]!;
		sumOfExposure += e;
	}
	const centre = sum > 0 ? Math.log(sum / sumOfExposure) : 0;
	const make = () => new Float64Array(n);
	const series: PreparedSeries = {
		y: Float64Array.from(counts),
		exposure: exposure === null ? null : Float64Array.from(exposure),
		observed: make(),
		centre,
		startMean: make(),
		startWorking: make(),
		startDeviance: make(),
		yLogY: make(),
		twoThirds: make(),
		sixthOfExposure: exposure === null ? null : make()
	};
	for (let t = 0; t < n; t++) {
		const y = series.y[t]!;
		const e = series.exposure === null ? 1 : series.exposure[t]!;
		if (!(e > 0)) continue;
		const from = Math.log(e) + centre;
		const mu = y + 0.1;
		series.observed[t] = 1;
		series.startMean[t] = mu;
		series.startWorking[t] = mu * (Math.log(mu) - from) - 0.1;
		series.startDeviance[t] = (y > 0 ? y * Math.log(y / mu) : 0) + 0.1;
		series.yLogY[t] = y > 0 ? y * (Math.log(y) - from) : 0;
		series.twoThirds[t] = Math.cbrt(y) ** 2;
		if (series.sixthOfExposure) series.sixthOfExposure[t] = e ** (1 / 6);
	}
	return series;
}

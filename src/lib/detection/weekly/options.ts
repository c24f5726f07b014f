/** Options of the Farrington-flexible detector, named as in the reference implementation (R package surveillance, farringtonFlexible). */
export type FarringtonOptions = {
	/** Years to go back. */
	readonly b: number;
	/** Half width in weeks of the window around each reference week. */
	readonly w: number;
	/** Whether past outbreaks lose weight in a second fit. */
	readonly reweight: boolean;
	/** Anscombe residuals above this lose weight. */
	readonly weightsThreshold: number;
	/** Level of the upper bound, one-sided. */
	readonly alpha: number;
	readonly trend: boolean;
	/** The trend is kept when its p-value is below this; 1 keeps it whatever its p-value. */
	readonly pThresholdTrend: number;
	/** [5, 4]: judged only when the last 4 weeks hold at least 5 cases. */
	readonly limit54: readonly [number, number];
	/** Transform towards symmetry of the `delta` threshold. */
	readonly powertrans: (typeof powers)[number];
	/** Whether the log of the population enters as offset. */
	readonly populationOffset: boolean;
	/** Seasonal levels a year is cut into, the reference window being one; 1: only the windows are used. */
	readonly noPeriods: number;
	/** Most recent weeks left out, so that an emerging rise does not become its own baseline. */
	readonly pastWeeksNotIncluded: number;
	readonly thresholdMethod: (typeof thresholdMethods)[number];
	/**
	 * `surveillance`: after reweighting, standard errors come from a dispersion whose working weights were overwritten by the prior ones,
	 * as in the R package; touches `delta`, `muan` and the trend's p-value. `none`: the textbook dispersion.
	 */
	readonly parity: (typeof parities)[number];
};

export const powers = ['2/3', '1/2', 'none'] as const;
export const thresholdMethods = ['delta', 'nbPlugin', 'muan'] as const;
export const parities = ['none', 'surveillance'] as const;

/** The recommended setting: Noufaily et al. 2013, with alpha 0.01. */
export const farringtonDefaults: FarringtonOptions = {
	b: 5,
	w: 3,
	reweight: true,
	weightsThreshold: 2.58,
	alpha: 0.01,
	trend: true,
	pThresholdTrend: 1,
	limit54: [5, 4],
	powertrans: '2/3',
	populationOffset: false,
	noPeriods: 10,
	pastWeeksNotIncluded: 26,
	thresholdMethod: 'nbPlugin',
	parity: 'none'
};

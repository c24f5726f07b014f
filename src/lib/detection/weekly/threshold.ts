import { countQuantile, upperTail, type CountLaw } from '../tails.ts';
import { normalQuantile, normalUpper } from '../special.ts';
import type { FarringtonOptions } from './options.ts';

/** What the regression says about the judged week. */
type Prediction = {
	/** Log of the expected count, and its standard error. */
	readonly eta: number;
	readonly error: number;
	/** max(1, dispersion). */
	readonly phi: number;
};

type Bound = {
	/** Largest count that is not unusual; not a whole number for `delta`. */
	readonly upper: number;
	/** P(X ≥ observed). */
	readonly p: number;
	readonly alarm: boolean;
};

/** Law with variance phi·mean: size = mean/(phi − 1) (Noufaily et al. 2013, section 3.3). */
export function quasiPoissonLaw(mean: number, phi: number): CountLaw {
	return { mean, size: phi - 1 > 1e-9 ? mean / (phi - 1) : Infinity };
}

/**
 * Bound, p-value and alarm by the method asked for, as `algo.farrington.threshold.farrington` and `….noufaily` of surveillance; null
 * when the prediction is not finite.
 *
 * The alarm is the reference's score above one, (y − fit)/(upper − fit), with fit on the link scale for `nbPlugin` and `muan`: for a
 * clumped series whose bound lies below that fit it differs from y > upper.
 */
export function boundOf(observed: number, prediction: Prediction, options: FarringtonOptions): Bound | null {
	if (options.thresholdMethod === 'delta') return deltaBound(observed, prediction, options);
	const { eta, error, phi } = prediction;
	const mean = Math.exp(options.thresholdMethod === 'muan' ? eta + normalQuantile(1 - options.alpha) * error : eta);
	if (!Number.isFinite(mean)) return null;
	const law = quasiPoissonLaw(mean, phi);
	const upper = countQuantile(1 - options.alpha, law);
	return { upper, p: upperTail(observed, law), alarm: scored(observed, upper, eta) };
}

/** Normal bound after a power transform: Farrington et al. 1996, section 3.4. */
function deltaBound(observed: number, { eta, error, phi }: Prediction, { powertrans, alpha }: FarringtonOptions): Bound | null {
	const mean = Math.exp(eta);
	if (!Number.isFinite(mean) || !(mean > 0)) return null;
	const errorOfMean = error * mean;
	const tau = phi + (errorOfMean * errorOfMean) / mean;
	const exponent = powertrans === '2/3' ? 2 / 3 : powertrans === '1/2' ? 1 / 2 : 1;
	// sd of X^a is a·mean^(a − 1)·√(mean·tau).
	const sd = exponent * mean ** (exponent - 1) * Math.sqrt(mean * tau);
	const upper = (mean ** exponent + normalQuantile(1 - alpha) * sd) ** (1 / exponent);
	const p = normalUpper((observed ** exponent - mean ** exponent) / sd);
	return { upper, p, alarm: scored(observed, upper, mean) };
}

function scored(observed: number, upper: number, fit: number): boolean {
	return observed !== 0 && (observed - fit) / (upper - fit) > 1;
}

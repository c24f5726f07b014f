import { lawOf, probabilityOf } from '../tails.ts';

/** What weighing down large residuals does to a series that has no outbreak at all. */
export type TrimmingBias = {
	/** Weighted Pearson statistic ÷ (phi × sum of weights): below one. */
	readonly dispersion: number;
	/** Weighted mean ÷ mean: below one. */
	readonly level: number;
};

/** Counts up to this standard deviation are summed one by one; beyond, in steps of an eighth of it. */
const exactSd = 8;

/** Beyond this dispersion a law is no description of a usual series; sums over its tail would be long and say nothing. */
export const largestPhi = 100;

/**
 * Expectation, under the law with a mean and variance phi·mean, of what weights take away: the consistency factor of an M-estimator
 * (Huber 1981), for counts.
 *
 * @param weightOf weight of a count.
 */
export function trimmingBias(mean: number, phi: number, weightOf: (count: number) => number): TrimmingBias {
	if (phi > largestPhi) return { dispersion: 1, level: 1 };
	const law = lawOf(mean, phi * mean);
	const sd = Math.sqrt(phi * mean);
	const step = Math.max(1, Math.floor(sd / exactSd));
	const share = law.size === Infinity ? 0 : mean / (mean + law.size);
	const start = step > 1 ? Math.max(0, Math.floor(mean - 6 * sd)) : 0;
	let p = probabilityOf(start, law);
	let mass = 0;
	let kept = 0;
	let sum = 0;
	let squares = 0;
	let all = 0;
	for (let y = start; y < mean + 8 * sd + 12 * phi; y += step) {
		if (y > start) p = step > 1 ? probabilityOf(y, law) : p * (law.size === Infinity ? mean / y : (share * (y - 1 + law.size)) / y);
		const w = weightOf(y) * p;
		mass += p;
		all += p * (y - mean) * (y - mean);
		kept += w;
		sum += w * y;
		squares += w * (y - mean) * (y - mean);
	}
	return { dispersion: (squares / all) * (mass / kept), level: sum / (kept * mean) };
}

import { betaRegularised, gammaLower, gammaUpper, normalQuantile } from './special.ts';

/**
 * A count's distribution by mean and variance: Poisson when `size` is Infinity, else negative binomial with
 * variance mean + mean²/size.
 */
export type CountLaw = { readonly mean: number; readonly size: number };

/**
 * The law with a given mean and variance; a variance not above the mean gives the Poisson law.
 *
 * With variance phi·mean this is size = mean/(phi − 1): the plug-in of Noufaily et al. 2013, section 3.3.
 */
export function lawOf(mean: number, variance: number): CountLaw {
	const extra = variance - mean;
	return { mean, size: extra > mean * 1e-9 ? (mean * mean) / extra : Infinity };
}

/**
 * P(X ≥ k): the conservative p-value of an observed count (never smaller than it should be under the null hypothesis).
 *
 * Poisson: P(X ≥ k) = P(k, mean) (Abramowitz & Stegun 26.4.21); negative binomial: I_{mean/(mean+size)}(k, size) (26.5.24).
 */
export function upperTail(k: number, law: CountLaw): number {
	if (k <= 0) return 1;
	if (!(law.mean > 0)) return 0;
	if (law.size === Infinity) return gammaLower(k, law.mean);
	const total = law.mean + law.size;
	return betaRegularised(law.mean / total, k, law.size, law.size / total);
}

/** P(X ≤ k). */
export function lowerTail(k: number, law: CountLaw): number {
	if (k < 0) return 0;
	if (!(law.mean > 0)) return 1;
	if (law.size === Infinity) return gammaUpper(k + 1, law.mean);
	const total = law.mean + law.size;
	return betaRegularised(law.size / total, law.size, k + 1, law.mean / total);
}

/** The smallest k with P(X ≤ k) ≥ p, as R's qpois and qnbinom. */
export function countQuantile(p: number, law: CountLaw): number {
	if (!(law.mean > 0) || p <= 0) return 0;
	if (p >= 1) return Infinity;
	const variance = law.size === Infinity ? law.mean : law.mean + (law.mean * law.mean) / law.size;
	const sd = Math.sqrt(variance);
	// R's slack: a probability that equals p but for rounding counts as reached.
	const goal = p * (1 - 64 * Number.EPSILON);
	let high = Math.max(0, Math.floor(law.mean + normalQuantile(p) * sd));
	let step = Math.max(1, Math.floor(sd / 4));
	while (lowerTail(high, law) < goal) {
		high += step;
		step *= 2;
	}
	let low = high;
	step = Math.max(1, Math.floor(sd / 4));
	while (low >= 0 && lowerTail(low, law) >= goal) {
		high = low;
		low -= step;
		step *= 2;
	}
	low = Math.max(low, -1);
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (lowerTail(middle, law) >= goal) high = middle;
		else low = middle;
	}
	return high;
}

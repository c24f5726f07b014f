import { betaRegularised, gammaLower, gammaUpper, logGamma, normalQuantileNear } from './special.ts';

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

/** P(X = k), k ≥ 0. */
export function probabilityOf(k: number, law: CountLaw): number {
	const { mean, size } = law;
	if (!(mean > 0)) return k === 0 ? 1 : 0;
	if (size === Infinity) return Math.exp(k * Math.log(mean) - mean - logGamma(k + 1));
	// log1p: for a size far above the mean the quotient is next to one.
	const zero = -size * Math.log1p(mean / size);
	if (k === 0) return Math.exp(zero);
	return Math.exp(logGamma(k + size) - logGamma(size) - logGamma(k + 1) + zero + k * Math.log(mean / (mean + size)));
}

/** Steps of the walk to a quantile before bisection is cheaper. */
const walk = 64;

/** The smallest k with P(X ≤ k) ≥ p, as R's qpois and qnbinom. */
export function countQuantile(p: number, law: CountLaw): number {
	const { mean, size } = law;
	if (!(mean > 0) || p <= 0) return 0;
	if (p >= 1) return Infinity;
	const variance = size === Infinity ? mean : mean + (mean * mean) / size;
	const sd = Math.sqrt(variance);
	// R's slack: a probability that equals p but for rounding counts as reached.
	const goal = p * (1 - 64 * Number.EPSILON);
	// Cornish & Fisher 1938, first term: the skewness is (2·variance/mean − 1)/sd.
	const z = normalQuantileNear(p);
	const near = mean + sd * z + (((2 * variance) / mean - 1) * (z * z - 1)) / 6;
	let k = Math.max(0, Math.floor(near));
	let reached = lowerTail(k, law);
	let mass = probabilityOf(k, law);
	// P(X = k + 1) / P(X = k) = share·(k + size)/(k + 1); Poisson: mean/(k + 1).
	const share = mean / (mean + size);
	const ratio = size === Infinity ? (at: number) => mean / at : (at: number) => (share * (at - 1 + size)) / at;
	for (let step = 0; step < walk; step++) {
		if (reached >= goal) {
			if (k === 0 || reached - mass < goal) return k;
			reached -= mass;
			mass /= ratio(k);
			k--;
		} else {
			k++;
			mass *= ratio(k);
			reached += mass;
		}
	}
	return bisect(goal, law, k, Math.max(1, Math.floor(sd / 4)));
}

function bisect(goal: number, law: CountLaw, from: number, width: number): number {
	let high = from;
	for (let step = width; lowerTail(high, law) < goal; step *= 2) high += step;
	let low = high;
	for (let step = width; low >= 0 && lowerTail(low, law) >= goal; step *= 2) {
		high = low;
		low -= step;
	}
	low = Math.max(low, -1);
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		// Above 2^53 there is no whole number between two neighbours.
		if (middle <= low || middle >= high) break;
		if (lowerTail(middle, law) >= goal) high = middle;
		else low = middle;
	}
	return high;
}

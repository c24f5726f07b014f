import { normalQuantile } from '#lib/detection/special.ts';
import type { Cell } from './outcomes.ts';

export type Interval = { readonly lower: number; readonly upper: number };
/** An estimate with its interval. */
export type Estimate = Interval & { readonly value: number };

/** Two-sided confidence of what is shown by default. */
export const usualConfidence = 0.95;

export const rateOf = ({ n, problems }: Cell): number => problems / n;

const deviate = (confidence: number): number => normalQuantile(1 - (1 - confidence) / 2);

/**
 * Score interval of a proportion: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209–212;
 * without continuity correction, method 3 of R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872.
 *
 * @param cell at least one visit.
 */
export function wilson({ n, problems }: Cell, confidence = usualConfidence): Interval {
	const z = deviate(confidence);
	const middle = problems + (z * z) / 2;
	const half = z * Math.sqrt((problems * (n - problems)) / n + (z * z) / 4);
	const below = n + z * z;
	// At the ends the formula is exact only up to rounding.
	return { lower: problems === 0 ? 0 : Math.max(0, (middle - half) / below), upper: problems === n ? 1 : Math.min(1, (middle + half) / below) };
}

/**
 * Difference `a − b` of two proportions with the hybrid score interval: R. G. Newcombe, "Interval estimation for the difference between
 * independent proportions", Statistics in Medicine 17 (1998), 873–890, method 10.
 */
export function difference(a: Cell, b: Cell, confidence = usualConfidence): Estimate {
	const [p, q] = [rateOf(a), rateOf(b)];
	const [wa, wb] = [wilson(a, confidence), wilson(b, confidence)];
	const value = p - q;
	return { value, lower: value - Math.hypot(p - wa.lower, wb.upper - q), upper: value + Math.hypot(wa.upper - p, q - wb.lower) };
}

/**
 * Score statistic of the ratio `a ÷ b` being `ratio`, with the proportions that are likeliest under it: O. Miettinen, M. Nurminen,
 * "Comparative analysis of two rates", Statistics in Medicine 4 (1985), 213–226, without their factor N/(N − 1).
 */
function ratioScore(a: Cell, b: Cell, ratio: number): number {
	const A = (a.n + b.n) * ratio;
	const B = -(a.n * ratio + a.problems + b.n + b.problems * ratio);
	const C = a.problems + b.problems;
	const root = Math.sqrt(Math.max(0, B * B - 4 * A * C));
	// 2C/(−B + √…) is the smaller root without cancellation.
	const q = Math.min(1, (2 * C) / (-B + root));
	const p = Math.min(1, ratio * q);
	const variance = (p * (1 - p)) / a.n + (ratio * ratio * q * (1 - q)) / b.n;
	const distance = rateOf(a) - ratio * rateOf(b);
	return variance > 0 ? distance / Math.sqrt(variance) : distance === 0 ? 0 : Math.sign(distance) * Infinity;
}

/** Ratios are looked for up to this factor from one; beyond it nobody needs a bound. */
const widest = Math.log(1e9);

/**
 * Ratio `a ÷ b` of two proportions (lift) with the score interval of P. A. R. Koopman, "Confidence intervals for the ratio of two binomial
 * proportions", Biometrics 40 (1984), 513–517.
 *
 * @returns the upper end is `Infinity` where the comparison found nothing; `value` is then `Infinity`, or `NaN` where neither did.
 */
export function ratio(a: Cell, b: Cell, confidence = usualConfidence): Estimate {
	const z = deviate(confidence);
	const value = b.problems === 0 ? (a.problems === 0 ? NaN : Infinity) : rateOf(a) / rateOf(b);
	/** Where the falling score crosses `level`. */
	const cross = (level: number): number => {
		let [low, high] = [-widest, widest];
		for (let i = 0; i < 100; i++) {
			const middle = (low + high) / 2;
			if (ratioScore(a, b, Math.exp(middle)) > level) low = middle;
			else high = middle;
		}
		return Math.exp((low + high) / 2);
	};
	return { value, lower: a.problems === 0 ? 0 : cross(z), upper: b.problems === 0 ? Infinity : cross(-z) };
}

import { normalQuantile } from '#lib/detection/special.ts';
import { usualConfidence, type Estimate } from './intervals.ts';
import { addCells, type Cell } from './outcomes.ts';

/** Two groups within one stratum: a month, or a class. */
export type Stratum = { readonly a: Cell; readonly b: Cell };

const inBoth = (strata: readonly Stratum[]): readonly Stratum[] => strata.filter(({ a, b }) => a.n > 0 && b.n > 0);

/** Visits of the strata in which both groups occur: only these compare anything. */
export function comparable(strata: readonly Stratum[]): Stratum {
	const shared = inBoth(strata);
	return { a: addCells(shared.map((s) => s.a)), b: addCells(shared.map((s) => s.b)) };
}

/** The normal approximation wants so many found and so many not found in the shared strata. Ours, after Cochran's rule of five. */
export const leastEvents = 5;

/**
 * Difference `a − b` of two proportions within strata (Mantel–Haenszel), so that a change of mix between the strata fakes no order. Variance:
 * T. Sato, "On the variance estimator for the Mantel–Haenszel risk difference", Biometrics 45 (1989), 1323–1324; it holds for few large
 * strata and for many small ones.
 *
 * @returns null when no stratum holds both groups.
 */
export function pooledDifference(strata: readonly Stratum[], confidence = usualConfidence): Estimate | null {
	const shared = inBoth(strata);
	if (shared.length === 0) return null;
	let [weight, sum, p, q] = [0, 0, 0, 0];
	for (const { a, b } of shared) {
		const n = a.n + b.n;
		weight += (a.n * b.n) / n;
		sum += (a.problems * b.n - b.problems * a.n) / n;
		p += (a.n * a.n * b.problems - b.n * b.n * a.problems + (a.n * b.n * (b.n - a.n)) / 2) / (n * n);
		q += (a.problems * (b.n - b.problems) + b.problems * (a.n - a.problems)) / (2 * n);
	}
	const value = sum / weight;
	const half = normalQuantile(1 - (1 - confidence) / 2) * (Math.sqrt(Math.max(0, value * p + q)) / weight);
	return { value, lower: Math.max(-1, value - half), upper: Math.min(1, value + half) };
}

/**
 * Ratio `a ÷ b` of two proportions within strata (Mantel–Haenszel). Variance: S. Greenland, J. M. Robins, "Estimation of a common effect
 * parameter from sparse follow-up data", Biometrics 41 (1985), 55–68.
 *
 * @returns null when no stratum holds both groups, or when one of them found nothing there.
 */
export function pooledRatio(strata: readonly Stratum[], confidence = usualConfidence): Estimate | null {
	let [r, s, v] = [0, 0, 0];
	for (const { a, b } of inBoth(strata)) {
		const n = a.n + b.n;
		r += (a.problems * b.n) / n;
		s += (b.problems * a.n) / n;
		v += (a.n * b.n * (a.problems + b.problems) - a.problems * b.problems * n) / (n * n);
	}
	if (r === 0 || s === 0) return null;
	const value = r / s;
	const factor = Math.exp(normalQuantile(1 - (1 - confidence) / 2) * Math.sqrt(v / (r * s)));
	return { value, lower: value / factor, upper: value * factor };
}

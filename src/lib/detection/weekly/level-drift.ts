import type { RobustFit } from './robust-fit.ts';

/** How the latest level differs from what the long fit says of it. */
type Drift = {
	/** Factor to the expectation. */
	readonly factor: number;
	/** Squared relative error that remains. */
	readonly error: number;
};

/** A single count pulls by at most this many standard deviations: an outbreak is no level. */
const longestPull = 3;

/**
 * Correction of a long fit by its latest stretch, as far as stretches of this series are known to stray from such a fit.
 *
 * The variance between stretches beyond what dispersion explains comes from all of them by moments, that of the latest is shrunk
 * accordingly (empirical Bayes, Efron & Morris 1975): a series that keeps to its season is left alone, one that changes its level is followed.
 *
 * @param length periods of a stretch.
 */
export function driftOf(counts: Float64Array, fit: RobustFit, from: number, end: number, length: number): Drift {
	let excess = 0;
	let squares = 0;
	let latest: { readonly observed: number; readonly expected: number } | null = null;
	for (let to = end; to - length >= from; to -= length) {
		let observed = 0;
		let expected = 0;
		for (let t = to - length; t < to; t++) {
			if (fit.weight[t - from] === 0) continue;
			const mean = fit.mean[t - from]!;
			const pull = longestPull * Math.sqrt(fit.phi * mean);
			observed += Math.min(mean + pull, Math.max(mean - pull, counts[t]!));
			expected += mean;
		}
		if (!(expected > 0)) continue;
		latest ??= { observed, expected };
		excess += (observed - expected) ** 2 - fit.phi * expected;
		squares += expected * expected;
	}
	if (latest === null || !(excess > 0)) return { factor: 1, error: 0 };
	const variance = excess / squares;
	const share = (variance * latest.expected) / (variance * latest.expected + fit.phi);
	return { factor: 1 + share * (latest.observed / latest.expected - 1), error: variance * (1 - share) };
}

/**
 * Whether the season has more detail than the fit: mean square of the sums of standardised residuals by fortnight of the year, one if
 * there is none. Robust by the same bound on a single count.
 *
 * @param year periods in a year.
 */
export function seasonalExcess(counts: Float64Array, fit: RobustFit, from: number, end: number, year: number): number {
	const sums = new Float64Array(26);
	const numbers = new Float64Array(26);
	for (let t = from; t < end; t++) {
		if (fit.weight[t - from] === 0) continue;
		const mean = fit.mean[t - from]!;
		const residual = (counts[t]! - mean) / Math.sqrt(fit.phi * mean);
		const bin = Math.min(25, Math.floor(((t % year) / year) * 26));
		sums[bin] = sums[bin]! + Math.min(longestPull, Math.max(-longestPull, residual));
		numbers[bin] = numbers[bin]! + 1;
	}
	let total = 0;
	let bins = 0;
	for (let bin = 0; bin < 26; bin++) {
		if (numbers[bin] === 0) continue;
		total += (sums[bin]! * sums[bin]!) / numbers[bin]!;
		bins++;
	}
	return total / bins;
}

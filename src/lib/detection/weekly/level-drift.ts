import type { RobustFit } from './robust-fit.ts';

/** How the latest level differs from what the long fit says of it. */
export type Drift = {
	/** Factor to the expectation. */
	readonly factor: number;
	/** Squared relative error that remains. */
	readonly error: number;
};

/**
 * Correction of a long fit by the latest half-year, as far as half-years of this series are known to stray from such a fit.
 *
 * The variance between half-years beyond what dispersion explains comes from all of them by moments, that of the latest is shrunk
 * accordingly (Efron & Morris 1975, section 3): a series that keeps to its season is left alone, one that changes its level is followed.
 *
 * @param half periods in half a year.
 */
export function driftOf(counts: Float64Array, fit: RobustFit, from: number, end: number, half: number): Drift {
	let excess = 0;
	let squares = 0;
	let latest: { readonly observed: number; readonly expected: number } | null = null;
	for (let to = end; to - half >= from; to -= half) {
		let observed = 0;
		let expected = 0;
		for (let t = to - half; t < to; t++) {
			const weight = fit.weight[t - from]!;
			if (weight === 0) continue;
			observed += weight * counts[t]!;
			expected += weight * fit.expect(t).mean;
		}
		latest ??= { observed, expected };
		excess += (observed - expected) ** 2 - fit.phi * expected;
		squares += expected * expected;
	}
	if (latest === null || !(excess > 0)) return { factor: 1, error: 0 };
	const variance = excess / squares;
	const share = (variance * latest.expected) / (variance * latest.expected + fit.phi);
	return { factor: 1 + share * (latest.observed / latest.expected - 1), error: variance * (1 - share) };
}

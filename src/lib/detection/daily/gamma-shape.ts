/**
 * How strongly cells deviate from region × industry: the shape of a Gamma(shape, shape) factor on the product expectation, by moments.
 *
 * With n | λ ~ Poisson(mλ): E[(n − m)² − m] = m²/shape (the empirical Bayes of Clayton & Kaldor 1987, section 2.2). Cells that never
 * had anything have n = 0 and are not listed; their sums follow from the margins.
 *
 * @param n counts of the listed cells over the baseline.
 * @param m product expectations of the same cells.
 * @param allM Σ m over all cells, listed or not.
 * @param allM2 Σ m² over all cells, listed or not.
 */
export function gammaShape(n: Float64Array, m: Float64Array, allM: number, allM2: number): number {
	let listedM = 0;
	let listedM2 = 0;
	let excess = 0;
	for (let i = 0; i < n.length; i++) {
		listedM += m[i]!;
		listedM2 += m[i]! * m[i]!;
		excess += (n[i]! - m[i]!) ** 2 - m[i]!;
	}
	excess += allM2 - listedM2 - (allM - listedM);
	if (!(allM2 > 0)) return 1;
	const shape = excess > 0 ? allM2 / excess : Infinity;
	// Below 0.2 a cell's own zero would count as certainty, above 20 its own history for nothing.
	return Math.min(20, Math.max(0.2, shape));
}

/**
 * Benjamini & Hochberg 1995: q-values of the tests at hand among `tests` tests of one run.
 *
 * The p-values are the conservative discrete ones, P(X ≥ x): stochastically larger than uniform under the null hypothesis, so the
 * procedure keeps its rate under independence and positive dependence (Benjamini & Yekutieli 2001, theorem 1.2); mid-p values
 * (Lancaster 1961) would gain power but lose that promise. Tests that were not worth computing count as p = 1: pass them in `tests`
 * only.
 *
 * @param p p-values of the tests that were computed.
 * @param tests how many tests the run made in all, at least `p.length`.
 * @returns q-values in the same order.
 */
export function qValues(p: Float64Array, tests: number = p.length): Float64Array {
	const order = Uint32Array.from(p.keys()).sort((a, b) => p[a]! - p[b]!);
	const q = new Float64Array(p.length);
	let least = 1;
	for (let rank = order.length; rank >= 1; rank--) {
		const index = order[rank - 1]!;
		least = Math.min(least, (p[index]! * Math.max(tests, p.length)) / rank);
		q[index] = least;
	}
	return q;
}

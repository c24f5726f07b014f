/**
 * What choosing a subset costs, by its size: ln of the number of subsets of that size, and of the size plus one. Nominally that adds up to a
 * few times one (1/2 + 1/3 + …); subsets overlap so much that clusters are raised falsely no more often than other sets all the same
 * (docs/detection/daily.md).
 */
export function subsetCosts(n: number): Float64Array {
	const costs = new Float64Array(n + 1);
	let choose = 0;
	for (let k = 1; k <= n; k++) {
		choose += Math.log((n - k + 1) / k);
		costs[k] = choose + Math.log(k + 1);
	}
	return costs;
}

/**
 * The subset with the highest expectation-based score less its cost; ascending, empty when nothing is above its expectation.
 *
 * Without costs the best of all subsets is a prefix when members are sorted by observed over expected (linear-time subset scanning:
 * Neill 2012, "Fast subset scan for spatial pattern detection", section 3); with costs per size the best prefix is taken, which may miss
 * a large member of a slightly lower ratio.
 *
 * @param c observed and @param b expected per member of `of`.
 * @param costs per size.
 */
export function bestSubset(of: Int32Array, c: Float64Array, b: Float64Array, phi: number, costs: Float64Array): Int32Array {
	const order: number[] = [];
	for (let k = 0; k < of.length; k++) if (c[k]! > b[k]!) order.push(k);
	order.sort((x, y) => c[y]! * b[x]! - c[x]! * b[y]!);
	let observed = 0;
	let expected = 0;
	let top = -Infinity;
	let size = 0;
	for (let j = 0; j < order.length; j++) {
		observed += c[order[j]!]!;
		expected += b[order[j]!]!;
		const score = (observed * Math.log(observed / expected) - (observed - expected)) / phi - costs[j + 1]!;
		if (score > top) {
			top = score;
			size = j + 1;
		}
	}
	return Int32Array.from(order.slice(0, size), (k) => of[k]!).sort();
}

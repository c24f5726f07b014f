/**
 * Marks the days a source has evidently not delivered: runs of zeros that its own level makes next to impossible.
 *
 * Missing data is never zero: such days are neither baseline nor evidence. A run counts as silence when the counts expected over it,
 * by the mean of the 45 days on either side that are not in it, reach `limit` (12: with Poisson counts a zero run by chance is e^-12;
 * with the usual bursts still rare).
 *
 * @param totals counts per day of one source and region, oldest first.
 * @param weights normal weight of each day.
 * @returns 1 observed, 0 silent.
 */
export function observedDays(totals: Float64Array, weights: Float64Array, limit: number = 12): Uint8Array {
	const n = totals.length;
	const observed = new Uint8Array(n).fill(1);
	// What lies before the first count was never delivered at all.
	let i = 0;
	while (i < n && totals[i] === 0) observed[i++] = 0;
	while (i < n) {
		if (totals[i]! > 0) {
			i++;
			continue;
		}
		const from = i;
		let weight = 0;
		while (i < n && totals[i] === 0) weight += weights[i++]!;
		if (weight * levelAround(totals, weights, from, i) >= limit) observed.fill(0, from, i);
	}
	return observed;
}

const side = 45;

function levelAround(totals: Float64Array, weights: Float64Array, from: number, to: number): number {
	let sum = 0;
	let weight = 0;
	for (let i = Math.max(0, from - side); i < from; i++) {
		sum += totals[i]!;
		weight += weights[i]!;
	}
	for (let i = to; i < Math.min(totals.length, to + side); i++) {
		sum += totals[i]!;
		weight += weights[i]!;
	}
	return weight > 0 ? sum / weight : 0;
}

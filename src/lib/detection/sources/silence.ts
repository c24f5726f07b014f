/**
 * Marks the days a source has evidently not delivered: runs of zeros that its own level and habit make next to impossible.
 *
 * Missing data is never zero: such days are neither baseline nor evidence. A run counts as silence when −ln P(no event) over it
 * reaches `limit`, with the level of the 45 days on either side and the clumping of the 90 days on either side: negative binomial
 * counts of variance φ·mean have P(0) = φ^(−mean/(φ − 1)). A source that brings a bundle every few days is not silent in between; one
 * that brings something every hour is silent after a morning.
 *
 * @param totals counts per day of one source and region, oldest first.
 * @param weights normal weight of each day.
 * @param limit 12: one run in 160,000.
 * @returns 1 observed, 0 silent.
 */
export function observedDays(totals: Float64Array, weights: Float64Array, limit: number = 12): Uint8Array {
	const n = totals.length;
	const observed = new Uint8Array(n).fill(1);
	// What lies before the first count was never delivered at all.
	const first = totals.findIndex((value) => value > 0);
	observed.fill(0, 0, first < 0 ? n : first);
	if (first < 0) return observed;
	// Twice: the first time a long silence itself looks like clumping.
	for (let pass = 0; pass < 2; pass++) {
		const sums = runningSums(totals, weights, observed);
		for (let i = first; i < n; i++) {
			const from = i;
			while (i < n && totals[i] === 0) i++;
			if (i > from && unlikelihood(sums, from, i) >= limit) observed.fill(0, from, i);
		}
	}
	return observed;
}

const levelSide = 45;
const clumpSide = 90;

type Sums = { readonly n: Float64Array; readonly weight: Float64Array; readonly due: Float64Array; readonly pearson: Float64Array; readonly days: Float64Array };

function runningSums(totals: Float64Array, weights: Float64Array, observed: Uint8Array): Sums {
	const size = totals.length;
	const make = () => new Float64Array(size + 1);
	const sums = { n: make(), weight: make(), due: make(), pearson: make(), days: make() };
	for (let i = 0; i < size; i++) {
		sums.n[i + 1] = sums.n[i]! + (observed[i] ? totals[i]! : 0);
		sums.weight[i + 1] = sums.weight[i]! + (observed[i] ? weights[i]! : 0);
		sums.due[i + 1] = sums.due[i]! + weights[i]!;
	}
	for (let i = 0; i < size; i++) {
		const from = Math.max(0, i - levelSide);
		const to = Math.min(size, i + levelSide + 1);
		const weight = sums.weight[to]! - sums.weight[from]!;
		const mean = weight > 0 ? ((sums.n[to]! - sums.n[from]!) / weight) * weights[i]! : 0;
		const counts = observed[i] && mean > 0.05;
		sums.pearson[i + 1] = sums.pearson[i]! + (counts ? (totals[i]! - mean) ** 2 / mean : 0);
		sums.days[i + 1] = sums.days[i]! + (counts ? 1 : 0);
	}
	return sums;
}

/** −ln P(no event in [from, to)). */
function unlikelihood(sums: Sums, from: number, to: number): number {
	const around = (values: Float64Array, side: number) => {
		const last = values.length - 1;
		return values[from]! - values[Math.max(0, from - side)]! + values[Math.min(last, to + side)]! - values[to]!;
	};
	const weight = around(sums.weight, levelSide);
	if (!(weight > 0)) return 0;
	const mean = (around(sums.n, levelSide) / weight) * (sums.due[to]! - sums.due[from]!);
	const days = around(sums.days, clumpSide);
	// A fortnight of no clumping as a prior: three days of data prove nothing.
	const phi = Math.max(1, (around(sums.pearson, clumpSide) + 14) / (days + 14));
	return phi > 1.001 ? (mean * Math.log(phi)) / (phi - 1) : mean;
}

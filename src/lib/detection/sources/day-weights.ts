/**
 * How much a day of each kind normally brings, relative to an average day.
 *
 * Kinds: 0 … 6 ordinary Sunday … Saturday, 7 a statutory day off that would else be a working day, 8 a make-up working day.
 */
export const dayKinds = 9;

const halfWindow = 24;
/** Evidence of an average day, in days: keeps a kind of which only three days were seen from becoming 0 or 5. */
const priorDays = 4;

/**
 * Weight per kind of day: the kind's counts over what the same days would have had at the level of their surroundings
 * (ratio to moving average; Makridakis, Wheelwright & Hyndman 1998, section 3/4).
 *
 * @param totals counts per day, oldest first.
 * @param kinds kind of each day.
 * @param observed 1 where the source delivered; other days are left out.
 * @returns weight per kind, mean over the observed days about 1.
 */
export function dayWeights(totals: Float64Array, kinds: Uint8Array, observed: Uint8Array): Float64Array {
	const n = totals.length;
	const sum = new Float64Array(n + 1);
	const seen = new Float64Array(n + 1);
	for (let i = 0; i < n; i++) {
		sum[i + 1] = sum[i]! + (observed[i] ? totals[i]! : 0);
		seen[i + 1] = seen[i]! + observed[i]!;
	}
	const had = new Float64Array(dayKinds);
	const due = new Float64Array(dayKinds);
	for (let i = 0; i < n; i++) {
		if (!observed[i]) continue;
		const from = Math.max(0, i - halfWindow);
		const to = Math.min(n, i + halfWindow + 1);
		const days = seen[to]! - seen[from]!;
		if (days < 14) continue;
		const kind = kinds[i]!;
		// Normalised by the surroundings, so that busy years do not outvote quiet ones.
		const local = (sum[to]! - sum[from]!) / days;
		if (!(local > 0)) continue;
		had[kind] = had[kind]! + totals[i]! / local;
		due[kind] = due[kind]! + 1;
	}
	const working = ratio(had, due, [1, 2, 3, 4, 5], 1);
	const weekend = ratio(had, due, [0, 6], working);
	const weights = new Float64Array(dayKinds);
	for (let kind = 0; kind < dayKinds; kind++) {
		const prior = kind === 0 || kind === 6 || kind === 7 ? weekend : working;
		weights[kind] = (had[kind]! + priorDays * prior) / (due[kind]! + priorDays);
	}
	return weights;
}

function ratio(had: Float64Array, due: Float64Array, kinds: readonly number[], prior: number): number {
	let a = priorDays * prior;
	let b = priorDays;
	for (const kind of kinds) {
		a += had[kind]!;
		b += due[kind]!;
	}
	return a / b;
}

/** Days of the seasonal cycle: 26 fortnights, counted back from the judged day. */
const cycle = 364;
const bins = 26;
/** A season seen in fewer whole years is noise. */
const seasonYears = 2;

/**
 * Season per fortnight of the year counted back from the last day (bin 0: the last fortnight), from the whole years before it.
 *
 * Each year's fortnights are taken relative to that year's mean, averaged over years, smoothed [1 2 1] and shrunk towards 1 by one
 * year's worth of no season.
 *
 * @returns 26 factors; all 1 with less than two whole years.
 */
export function seasonFactors(totals: Float64Array, weightOfDay: Float64Array): Float64Array {
	const n = totals.length;
	const years = Math.min(5, Math.floor((n - 14) / cycle));
	const factors = new Float64Array(bins).fill(1);
	if (years < seasonYears) return factors;
	const sum = new Float64Array(bins);
	let used = 0;
	for (let year = 0; year < years; year++) {
		const end = n - 14 - year * cycle;
		const counts = new Float64Array(bins);
		const exposure = new Float64Array(bins);
		for (let i = Math.max(0, end - cycle); i < end; i++) {
			const bin = binOf(n - 1 - i);
			counts[bin] = counts[bin]! + (weightOfDay[i]! > 0 ? totals[i]! : 0);
			exposure[bin] = exposure[bin]! + weightOfDay[i]!;
		}
		let mean = 0;
		let whole = 0;
		for (let bin = 0; bin < bins; bin++) {
			mean += counts[bin]!;
			whole += exposure[bin]!;
		}
		if (!(mean > 0) || exposure.some((days) => days < 2)) continue;
		mean /= whole;
		used++;
		for (let bin = 0; bin < bins; bin++) sum[bin] = sum[bin]! + counts[bin]! / exposure[bin]! / mean;
	}
	if (used < seasonYears) return factors;
	for (let bin = 0; bin < bins; bin++) {
		const smooth = (sum[(bin + bins - 1) % bins]! + 2 * sum[bin]! + sum[(bin + 1) % bins]!) / 4;
		factors[bin] = (smooth + 1) / (used + 1);
	}
	return factors;
}

/** Seasonal bin of a day so many days before the judged one. */
export function binOf(daysBack: number): number {
	return Math.floor((daysBack % cycle) / 14);
}

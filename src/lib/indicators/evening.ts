import { firstAtLeast, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { commonChange, suspectedChange, type CommonChange } from '#lib/detection/sources/common-change.ts';
import type { SourceSeries } from '#lib/detection/sources/source-noise.ts';
import { binOf, dayWeights, seasonFactors } from '#lib/detection/sources/day-weights.ts';
import { observedDays } from '#lib/detection/sources/silence.ts';
import type { Held } from '#lib/warnings/evaluation.ts';

/** Daily counts by city, as they are known today; row c, day d at c × days + d. */
export type CityCounts = { readonly cities: readonly string[]; readonly days: number; readonly counts: Float64Array };

/** What one evening knows about the days before it. */
export type DayView = {
	/** Normal weight of each day × completeness, 0 where the whole source was silent. */
	readonly weights: Float64Array;
	/** The same × season. */
	readonly seasonal: Float64Array;
	/** What was due, silence or not. */
	readonly due: Float64Array;
	/** 1 where a city delivered, row by row like the counts. */
	readonly delivered: Uint8Array;
	/** First day of a silence that lasts until this evening, per city; −1 none. */
	readonly silentSince: Int32Array;
	/** Counts as given, up to this evening: of all cities together, and 1 where these were not silent. */
	readonly counts: Float64Array;
	readonly totals: Float64Array;
	readonly observed: Uint8Array;
};

/** A city's zeros count as silence when this many events were due; more careful than for the whole source. */
const citySilence = 20;

/** Sums the leaves to cities (first four digits of the code). */
export function cityCounts(leafRegions: readonly string[], counts: LeafCounts, days: number): CityCounts & { readonly cityOfLeaf: Uint16Array } {
	const cities = [...new Set(leafRegions.map((code) => code.slice(0, 4)))].sort();
	const at = new Map(cities.map((city, i) => [city, i]));
	const cityOfLeaf = Uint16Array.from(leafRegions, (code) => at.get(code.slice(0, 4))!);
	const sums = new Float64Array(cities.length * days);
	for (let leaf = 0; leaf < leafRegions.length; leaf++) {
		const row = cityOfLeaf[leaf]! * days;
		for (let i = counts.start[leaf]!; i < counts.start[leaf + 1]!; i++) sums[row + counts.day[i]!]! += counts.n[i]!;
	}
	return { cities, days, counts: sums, cityOfLeaf };
}

/** City counts of the days up to an evening, as known then. */
export function knownOn(city: CityCounts & { readonly cityOfLeaf: Uint16Array }, counts: LeafCounts, asOf: number): Float64Array {
	const known = Float64Array.from(city.counts);
	const { late } = counts;
	for (let i = firstAtLeast(late.day, Math.max(0, asOf - late.longest)); i < late.day.length && late.day[i]! <= asOf; i++) {
		if (late.received[i]! > asOf) known[city.cityOfLeaf[late.leaf[i]!]! * city.days + late.day[i]!]! -= late.n[i]!;
	}
	return known;
}

/**
 * Looks at the days up to an evening: what a day normally brings, which days were not delivered at all, what is still to come.
 *
 * @param kinds kind of each day (see `dayWeights`).
 * @param share of each day that can be known by the evening.
 */
export function viewOf(cities: number, days: number, known: Float64Array, kinds: Uint8Array, asOf: number, share: Float64Array): DayView {
	const n = asOf + 1;
	const totals = new Float64Array(n);
	for (let c = 0; c < cities; c++) for (let d = 0; d < n; d++) totals[d]! += Math.max(0, known[c * days + d]!);
	const dayKinds = kinds.subarray(0, n);
	const plain = (weights: Float64Array) => Float64Array.from(dayKinds, (kind, d) => weights[kind]! * share[d]!);
	const first = plain(dayWeights(totals, dayKinds, new Uint8Array(n).fill(1)));
	const observed = observedDays(totals, first);
	const weights = plain(dayWeights(totals, dayKinds, observed));
	for (let d = 0; d < n; d++) if (!observed[d]) weights[d] = 0;
	const season = seasonFactors(totals, weights);
	const delivered = new Uint8Array(cities * n);
	const silentSince = new Int32Array(cities).fill(-1);
	for (let c = 0; c < cities; c++) {
		const own = observedDays(known.subarray(c * days, c * days + n), weights, citySilence);
		// Before a city's first event nothing is known of it; that is not silence but the beginning.
		for (let d = 0; d < n && own[d] === 0; d++) own[d] = 1;
		for (let d = 0; d < n; d++) delivered[c * n + d] = own[d]! && observed[d]! ? 1 : 0;
		let since = n;
		while (since > 0 && !delivered[c * n + since - 1]) since--;
		// The run must end today; days off at its end carry no weight and say nothing.
		if (since < n && weightBetween(first, since, n) > 0.5) silentSince[c] = since;
	}
	return {
		weights,
		seasonal: Float64Array.from(weights, (weight, d) => weight * season[binOf(asOf - d)]!),
		due: first, delivered, silentSince, counts: known, totals, observed
	};
}

function weightBetween(weights: Float64Array, from: number, to: number): number {
	let sum = 0;
	for (let d = from; d < to; d++) sum += weights[d]!;
	return sum;
}

/** What is known about the sources of one kind for one city on an evening, as day indices. */
export type CityState = {
	/** Baselines begin here. */
	readonly anchor: number;
	/** Days after it have not been delivered. */
	readonly completeUpTo: number;
	readonly held: Held | null;
};

/** Groups cities with the same delivered days: per class the share of each day that can be known, 0 where it was not delivered. */
export function sharesOf(
	view: DayView,
	states: readonly CityState[],
	share: Float64Array,
	asOf: number
): { readonly shares: Float64Array[]; readonly classOfCity: Uint16Array } {
	const n = asOf + 1;
	const shares: Float64Array[] = [];
	const known = new Map<string, number>();
	const classOfCity = Uint16Array.from(states, (state, c) => {
		const mask = new Uint8Array(n);
		for (let d = 0; d < n; d++) mask[d] = d >= state.anchor && d <= state.completeUpTo ? view.delivered[c * n + d]! : 0;
		const key = Buffer.from(mask).toString('latin1');
		let index = known.get(key);
		if (index === undefined) {
			index = shares.length;
			known.set(key, index);
			shares.push(Float64Array.from(mask, (is, d) => (is ? share[d]! : 0)));
		}
		return index;
	});
	return { shares, classOfCity };
}

/** A source's cities as the change detector wants them. */
export function sourceSeries(view: DayView, cities: readonly number[], days: number, asOf: number): SourceSeries {
	const n = asOf + 1;
	const counts = new Float64Array(cities.length * n);
	cities.forEach((city, r) => counts.set(view.counts.subarray(city * days, city * days + n), r * n));
	return { regions: cities.length, days: n, counts, weights: view.seasonal, due: view.due };
}

/** Looks for a change of coverage, or for what may become one. */
export function coverageOn(
	series: SourceSeries,
	earlier: readonly number[],
	direction: number,
	asOf: number
): { readonly change: CommonChange | null; readonly suspected: CommonChange | null } {
	const change = commonChange(series, earlier, direction, asOf);
	return { change, suspected: change ?? suspectedChange(series, earlier, asOf) };
}


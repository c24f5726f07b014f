import { leastRegions, median, type SourceSeries } from './source-noise.ts';

/** A day on which a source entered, nearly everywhere, several times what is usual: entered at once, not happened at once. */
export type BulkDay = {
	readonly day: number;
	/** Median over regions of rows over what was due. */
	readonly factor: number;
	readonly regionsHigh: number;
	readonly regionsJudged: number;
	/** Rows over due per region, NaN where it could not be judged. */
	readonly ratio: Float64Array;
	/** Whether enough ordinary days have followed: before, it may as well be the first day of a new level. */
	readonly settled: boolean;
};

/** All of these are ours; see docs/detection.md for what they were tried on. */
const rules = {
	/** Days back that are looked at: those that any window of cells still holds. */
	lookback: 21,
	/** Days before that say what is usual, and how common days of that size are. */
	baseline: 63,
	/** Median factor over the regions, the factor of a single region, and the share of regions that must reach it. */
	factor: 4,
	regionFactor: 2.5,
	share: 0.7,
	/** Share of the regions that must have enough rows to be judged. */
	judged: 0.5,
	/** Above the highest day of the baseline by this much: a source that always comes in bundles has no bulk days. */
	aboveUsual: 1.5,
	/** So many in a week are a new level, which `commonChange` judges. */
	mostInWeek: 2,
	/** The days after it are ordinary below this factor together; so many usual days settle it. */
	factorAfter: 1.8,
	settledAfter: 3
} as const;

/** Regions with fewer rows seen and due cannot be judged. */
const enough = 4;

/**
 * Finds the days up to `to` that were entered in bulk. A day like that is no evidence of anything, neither as a rise of every place nor as the
 * beginning of a higher level; what happened on it is unknown.
 */
export function bulkDays(series: SourceSeries, to: number): BulkDay[] {
	const found: Omit<BulkDay, 'settled'>[] = [];
	const isBulk = new Set<number>();
	for (let day = Math.max(1, to - rules.lookback + 1); day <= to; day++) {
		if (!(series.weights[day]! > 0)) continue;
		const rates = ratesBefore(series, day, isBulk);
		const one = judge(series, rates, day);
		if (one === null || one.factor < rules.factor || one.regionsHigh < rules.share * one.regionsJudged) continue;
		let usual = 0;
		for (let d = Math.max(0, day - rules.baseline); d < day; d++) {
			if (!isBulk.has(d) && series.weights[d]! > 0) usual = Math.max(usual, judge(series, rates, d)?.factor ?? 0);
		}
		if (one.factor < rules.aboveUsual * usual) continue;
		found.push(one);
		isBulk.add(day);
	}
	return found.flatMap((one) => {
		if (found.filter((other) => Math.abs(other.day - one.day) < 7).length > rules.mostInWeek) return [];
		const after = daysAfter(series, one.day, to, isBulk);
		return after.factor >= rules.factorAfter ? [] : [{ ...one, settled: after.days >= rules.settledAfter }];
	});
}

/** How many usual days have passed since a day, and how high they were together. */
function daysAfter(series: SourceSeries, day: number, to: number, without: ReadonlySet<number>): { readonly days: number; readonly factor: number } {
	const rates = ratesBefore(series, day, without);
	const usual = median(Array.from(series.weights.subarray(Math.max(0, day - 14), day)));
	const judged: number[] = [];
	let weight = 0;
	for (let d = day + 1; d <= to; d++) if (!without.has(d)) weight += series.weights[d]!;
	for (let r = 0; r < series.regions; r++) {
		let is = 0;
		for (let d = day + 1; d <= to; d++) if (!without.has(d) && series.weights[d]! > 0) is += series.counts[r * series.days + d]!;
		const due = rates[r]! * weight;
		if (Math.max(is, due) >= enough && due > 0) judged.push(is / Math.max(1, due));
	}
	return { days: usual > 0 ? weight / usual : 0, factor: judged.length < leastRegions ? 1 : median(judged) };
}

/** Rows per unit of weight of each region in the days before. */
function ratesBefore({ regions, days, counts, weights }: SourceSeries, day: number, without: ReadonlySet<number>): Float64Array {
	const rates = new Float64Array(regions);
	let weight = 0;
	for (let d = Math.max(0, day - rules.baseline); d < day; d++) {
		if (without.has(d) || !(weights[d]! > 0)) continue;
		weight += weights[d]!;
		for (let r = 0; r < regions; r++) rates[r]! += counts[r * days + d]!;
	}
	return rates.map((n) => (weight > 0 ? n / weight : 0));
}

function judge({ regions, days, counts, weights }: SourceSeries, rates: Float64Array, day: number): Omit<BulkDay, 'settled'> | null {
	const ratio = new Float64Array(regions).fill(NaN);
	const judged: number[] = [];
	for (let r = 0; r < regions; r++) {
		const [is, due] = [counts[r * days + day]!, rates[r]! * weights[day]!];
		if (Math.max(is, due) < enough || !(due > 0)) continue;
		ratio[r] = is / Math.max(1, due);
		judged.push(ratio[r]!);
	}
	if (judged.length < Math.max(leastRegions, rules.judged * regions)) return null;
	return { day, factor: median(judged), regionsHigh: judged.filter((value) => value >= rules.regionFactor).length, regionsJudged: judged.length, ratio };
}

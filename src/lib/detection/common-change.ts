/** Daily counts of one source and kind by region (cities), and how much each day normally brings. */
export type SourceSeries = {
	readonly regions: number;
	readonly days: number;
	/** Counts, row by row: region r, day d at r × days + d. */
	readonly counts: Float64Array;
	/** Normal weight of each day × completeness; 0 where the source is known not to have delivered. */
	readonly weights: Float64Array;
};

export type CommonChangeOptions = {
	/** Days a change must have lasted before it counts as sustained. */
	readonly sustainedDays: number;
	/** Days of baseline needed before it. */
	readonly baselineDays: number;
	/** Longest look back for the change, in days. */
	readonly lookback: number;
	/** Smallest common factor, up or down (1/factor), that is a change of coverage. */
	readonly factor: number;
	/** Share of the judged regions that must have moved the same way. */
	readonly share: number;
	/** z-score of the common log factor against the source's own common noise. */
	readonly z: number;
};

/** Ours; see docs/detection.md for what they were tried on. */
export const commonChangeDefaults: CommonChangeOptions = {
	sustainedDays: 14,
	baselineDays: 42,
	lookback: 63,
	factor: 1.5,
	share: 0.7,
	z: 3
};

export type CommonChange = {
	/** First day of the changed level. */
	readonly day: number;
	/** Common factor (median over regions), > 1 up, < 1 down. */
	readonly factor: number;
	readonly z: number;
	readonly regionsChanged: number;
	readonly regionsJudged: number;
	/** Log ratio per region, NaN where it could not be judged. */
	readonly logRatio: Float64Array;
};

/** The level before is that of the last half-year: older levels are history, not the level that changed. */
const longestBaseline = 182;
const since = (from: number, day: number) => Math.max(from, day - longestBaseline);

/** A region moved when its own ratio passes this much of the way. */
const regionFactor = 1.25;
/** Regions with fewer events expected and seen cannot be judged. */
const enough = 4;
/** A common change is a statement about regions: below this many there is nothing common. */
const leastRegions = 3;

/**
 * Looks for a sustained common change of level in the days [from, to]: one that most regions share, sudden or over weeks.
 *
 * For each candidate day the levels before and after it are compared per region; the common factor is the median of their log ratios,
 * so that one region's own wave does not count, however large. It is judged against the noise that the source shows in common from
 * fortnight to fortnight. Among the days that pass, the one with the largest likelihood gain of a step in the regions' own counts is
 * the day of the change (a maximally selected statistic: Hinkley 1970, section 2; for a rise over weeks it falls into the rise).
 *
 * @param from first day of the level before (the last anchor or accepted change).
 * @param to last day known.
 */
export function commonChange(
	series: SourceSeries,
	from: number,
	to: number,
	options: CommonChangeOptions = commonChangeDefaults
): CommonChange | null {
	const sums = sumsOf(series, to);
	const first = Math.max(from + options.baselineDays, to - options.lookback);
	const last = to - options.sustainedDays + 1;
	let best: CommonChange | null = null;
	let bestGain = -Infinity;
	for (let day = first; day <= last; day++) {
		const change = changeAt(sums, since(from, day), day, to);
		if (change === null || !isCommon(change, options)) continue;
		const gain = stepGain(sums, since(from, day), day, to);
		if (gain > bestGain) {
			bestGain = gain;
			best = change;
		}
	}
	return best;
}

/** Whether the last days already look like a common change that has not lasted long enough: regional alarms would be its echo. */
export function suspectedChange(
	series: SourceSeries,
	from: number,
	to: number,
	options: CommonChangeOptions = commonChangeDefaults
): CommonChange | null {
	const sums = sumsOf(series, to);
	for (const length of [7, 14, 4]) {
		const day = to - length + 1;
		if (day - from < options.baselineDays / 2) continue;
		const change = changeAt(sums, since(from, day), day, to);
		if (change !== null && isCommon(change, { ...options, z: options.z - 1 })) return change;
	}
	return null;
}

function isCommon(change: CommonChange, options: CommonChangeOptions): boolean {
	return (
		Math.abs(Math.log(change.factor)) >= Math.log(options.factor) &&
		change.regionsChanged >= options.share * change.regionsJudged &&
		Math.abs(change.z) >= options.z
	);
}

/** Running sums over days, so that any stretch costs one subtraction. Days without weight count nothing. */
type Sums = { readonly regions: number; readonly days: number; readonly counts: Float64Array; readonly weights: Float64Array };

function sumsOf(series: SourceSeries, to: number): Sums {
	const days = to + 2;
	const counts = new Float64Array(series.regions * days);
	const weights = new Float64Array(days);
	for (let d = 0; d <= to; d++) weights[d + 1] = weights[d]! + series.weights[d]!;
	for (let r = 0; r < series.regions; r++) {
		for (let d = 0; d <= to; d++) {
			const n = series.weights[d]! > 0 ? series.counts[r * series.days + d]! : 0;
			counts[r * days + d + 1] = counts[r * days + d]! + n;
		}
	}
	return { regions: series.regions, days, counts, weights };
}

const weightOf = (sums: Sums, from: number, to: number) => sums.weights[to]! - sums.weights[from]!;
const countOf = (sums: Sums, r: number, from: number, to: number) =>
	sums.counts[r * sums.days + to]! - sums.counts[r * sums.days + from]!;

/** Compares the levels of [from, day) and [day, to]; null when too few regions can be judged. */
function changeAt(sums: Sums, from: number, day: number, to: number): CommonChange | null {
	const before = weightOf(sums, from, day);
	const after = weightOf(sums, day, to + 1);
	if (!(before > 0) || !(after > 0)) return null;
	const logRatio = new Float64Array(sums.regions).fill(NaN);
	const judged: number[] = [];
	for (let r = 0; r < sums.regions; r++) {
		const is = countOf(sums, r, day, to + 1);
		const expected = (countOf(sums, r, from, day) * after) / before;
		if (Math.max(is, expected) < enough) continue;
		logRatio[r] = Math.log((is + 0.5) / (expected + 0.5));
		judged.push(logRatio[r]!);
	}
	if (judged.length < leastRegions) return null;
	const common = median(judged);
	const moved = judged.filter((value) => Math.sign(common) * value >= Math.log(regionFactor)).length;
	return {
		day,
		factor: Math.exp(common),
		z: common / commonNoise(sums, from, day, to + 1 - day, judged.length),
		regionsChanged: moved,
		regionsJudged: judged.length,
		logRatio
	};
}

/** What stretches differ by when nothing happens: a floor, for baselines too short to show their own noise. */
const leastNoise = 0.12;
/** Weight of the noise expected from counting alone, in weeks. */
const priorWeeks = 4;

/** Standard deviation of the common log level of a stretch of `length` days, learned from the weeks before the change. */
function commonNoise(sums: Sums, from: number, day: number, length: number, judged: number): number {
	const whole = weightOf(sums, from, day);
	const levels: number[] = [];
	for (let end = day; end - 7 >= from; end -= 7) {
		const weight = weightOf(sums, end - 7, end);
		if (!(weight > 0)) continue;
		const ratios: number[] = [];
		for (let r = 0; r < sums.regions; r++) {
			const expected = (countOf(sums, r, from, day) * weight) / whole;
			if (expected >= 1) ratios.push(Math.log((countOf(sums, r, end - 7, end) + 0.5) / (expected + 0.5)));
		}
		if (ratios.length >= leastRegions) levels.push(median(ratios));
	}
	const middle = levels.length > 0 ? median(levels) : 0;
	let sum = priorWeeks / judged;
	for (const level of levels) sum += (level - middle) ** 2;
	const sd = Math.sqrt(sum / (priorWeeks + levels.length));
	const weeks = Math.max(1, length / 7);
	return Math.max(leastNoise, sd * Math.sqrt(1 / weeks + 1 / Math.max(1, levels.length)));
}

/** Gain in Poisson log likelihood of a step at `day` over one level, each region weighing by the square root of its size. */
function stepGain(sums: Sums, from: number, day: number, to: number): number {
	const before = weightOf(sums, from, day);
	const after = weightOf(sums, day, to + 1);
	let gain = 0;
	for (let r = 0; r < sums.regions; r++) {
		const was = countOf(sums, r, from, day);
		const is = countOf(sums, r, day, to + 1);
		const rate = (was + is) / (before + after);
		if (!(rate > 0)) continue;
		const term = (n: number, weight: number) => (n > 0 ? n * Math.log(n / (rate * weight)) : 0);
		gain += (term(was, before) + term(is, after)) / Math.sqrt(was + is);
	}
	return gain;
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

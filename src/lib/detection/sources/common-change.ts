import {
	clumping, commonNoise, countOf, leastRegions, longestBaseline, median, sumsOf, weightOf, type SourceSeries, type Sums
} from './source-noise.ts';

export type CommonChangeOptions = {
	/** Days a change must have lasted before it counts as sustained. */
	readonly sustainedDays: number;
	/** Days of baseline needed before it; after an earlier change in the same direction `settlingDays`: one slow rise is one change. */
	readonly baselineDays: number;
	readonly settlingDays: number;
	/** Share of the source's regions that must have enough events to be judged. */
	readonly judged: number;
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
const commonChangeDefaults: CommonChangeOptions = {
	sustainedDays: 14,
	baselineDays: 14,
	settlingDays: 42,
	judged: 0.5,
	lookback: 63,
	factor: 1.5,
	share: 0.7,
	z: 2
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

const since = (from: number, day: number) => Math.max(from, day - longestBaseline);

/** A region moved when its own ratio passes this much of the way. */
const regionFactor = 1.25;
/** Regions with fewer events expected and seen cannot be judged. */
const enough = 4;

/**
 * Looks for a sustained common change of level in the days [from, to]: one that most regions share, sudden or over weeks.
 *
 * For each candidate day the levels before and after it are compared per region; the common factor is the median of their log ratios,
 * so that one region's own wave does not count, however large. It is judged against the noise that the source shows in common from
 * fortnight to fortnight. Among the days that pass, the one with the largest likelihood gain of a step in the regions' own counts is
 * the day of the change (a maximally selected statistic: Hinkley 1970, section 2; for a rise over weeks it falls into the rise).
 *
 * @param earlier first days of the levels so far (changes found before), ascending; the last one is the level to compare with.
 * @param direction of the last of them: 1 up, −1 down, 0 when there was none.
 * @param to last day known.
 */
export function commonChange(
	series: SourceSeries,
	earlier: readonly number[],
	direction: number,
	to: number,
	options: CommonChangeOptions = commonChangeDefaults
): CommonChange | null {
	const sums = sumsOf(series, to);
	const from = earlier.at(-1) ?? 0;
	const first = Math.max(from + options.baselineDays, to - options.lookback);
	const last = to - options.sustainedDays + 1;
	let best: CommonChange | null = null;
	let bestGain = -Infinity;
	// Younger steps compete too: while one of them explains more, the change has not lasted long enough to be told from it.
	for (let day = first; day <= to - shortestStep; day++) {
		const change = changeAt(sums, earlier, since(from, day), day, to);
		if (change === null || !isCommon(change, series.regions, { ...options, z: suspicion })) continue;
		if (Math.sign(Math.log(change.factor)) === direction && day < from + options.settlingDays) continue;
		const gain = stepGain(sums, since(from, day), day, to);
		if (gain > bestGain) {
			bestGain = gain;
			best = change;
		}
	}
	return best !== null && best.day <= last && Math.abs(best.z) >= options.z ? best : null;
}

/** A step of fewer days is no step. */
const shortestStep = 5;

/** A suspicion only delays regional alarms, so it asks for less; on a quiet source the factor itself is the harder condition. */
const suspicion = 1;
/** Days looked at for a suspicion, with the factor and z-score that so few days must show. */
const suspectedOver = [[7, 1.5, 1], [14, 1.5, 1], [4, 2, 1.5]] as const;

/** Whether the last days already look like a common change that has not lasted long enough: regional alarms would be its echo. */
export function suspectedChange(
	series: SourceSeries,
	earlier: readonly number[],
	to: number,
	options: CommonChangeOptions = commonChangeDefaults
): CommonChange | null {
	const sums = sumsOf(series, to);
	const from = earlier.at(-1) ?? 0;
	for (const [length, factor, z] of suspectedOver) {
		const day = to - length + 1;
		if (day - from < options.baselineDays) continue;
		const change = changeAt(sums, earlier, since(from, day), day, to);
		if (change !== null && isCommon(change, series.regions, { ...options, factor, z })) return change;
	}
	return null;
}

function isCommon(change: CommonChange, regions: number, options: CommonChangeOptions): boolean {
	return (
		change.regionsJudged >= Math.max(leastRegions, options.judged * regions) &&
		Math.abs(Math.log(change.factor)) >= Math.log(options.factor) &&
		change.regionsChanged >= options.share * change.regionsJudged &&
		Math.abs(change.z) >= options.z
	);
}

/** Compares the levels of [from, day) and [day, to]; null when too few regions can be judged. */
function changeAt(sums: Sums, earlier: readonly number[], from: number, day: number, to: number): CommonChange | null {
	const before = weightOf(sums, from, day);
	const after = weightOf(sums, day, to + 1);
	if (!(before > 0) || !(after > 0)) return null;
	const logRatio = new Float64Array(sums.regions).fill(NaN);
	const judged: number[] = [];
	let counting = 0;
	for (let r = 0; r < sums.regions; r++) {
		const is = countOf(sums, r, day, to + 1);
		const expected = (countOf(sums, r, from, day) * after) / before;
		if (Math.max(is, expected) < enough) continue;
		logRatio[r] = Math.log((is + 0.5) / (expected + 0.5));
		judged.push(logRatio[r]!);
		counting += 1 / (expected + 0.5) + 1 / (countOf(sums, r, from, day) + 0.5);
	}
	if (judged.length < leastRegions) return null;
	// Variance of a median of regions that count in bundles of their usual size (π/2 times that of the mean).
	const chance = ((Math.PI / 2) * counting * clumping(sums, from, day)) / judged.length ** 2;
	const common = median(judged);
	const moved = judged.filter((value) => Math.sign(common) * value >= Math.log(regionFactor)).length;
	return {
		day,
		factor: Math.exp(common),
		z: common / Math.hypot(commonNoise(sums, earlier, from, day, to + 1 - day), Math.sqrt(chance)),
		regionsChanged: moved,
		regionsJudged: judged.length,
		logRatio
	};
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


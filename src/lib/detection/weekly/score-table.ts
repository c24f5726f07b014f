import { countQuantile, lowerTail, probabilityOf, upperTail, type CountLaw } from '../tails.ts';
import { normalQuantileNear, normalUpper } from '../special.ts';
import { largestPhi } from './trimming-bias.ts';

/** A period's law when nothing is the matter, with what its scores may be. */
export type Scored = {
	readonly law: CountLaw;
	/** Score of the count that was observed. */
	readonly z: number;
	/** Scores of all counts that are not next to impossible; null where counts are so many that scores are next to normal. */
	readonly table: ScoreTable | null;
};

export type ScoreTable = {
	readonly z: Float64Array;
	/** P(X = y) and P(X > y). */
	readonly mass: Float64Array;
	readonly above: Float64Array;
};

/** Up to this standard deviation the null distribution of T is summed over counts; beyond, steps of z are too small to matter. */
const tableSd = 6;
const tiny = 1e-300;

/** Scores an observed count under its law. */
export function scored(count: number, law: CountLaw): Scored {
	const phi = law.size === Infinity ? 1 : 1 + law.mean / law.size;
	const sd = Math.sqrt(phi * law.mean);
	return { law, z: scoreOf(count, law), table: sd <= tableSd && phi <= largestPhi ? tableOf(law, sd, phi) : null };
}

/** Normal score of the mid-p-value P(X > k) + P(X = k)/2 (Lancaster 1961): on average zero with variance near one, counts or not. */
function scoreOf(count: number, law: CountLaw): number {
	return scoreFrom(upperTail(count + 1, law), probabilityOf(count, law), lowerTail(count, law));
}

function scoreFrom(above: number, mass: number, below: number): number {
	const upper = above + mass / 2;
	return upper < 0.5 ? -normalQuantileNear(Math.max(upper, tiny)) : normalQuantileNear(Math.max(below - mass / 2, tiny));
}

function tableOf(law: CountLaw, sd: number, phi: number): ScoreTable {
	// NB tails are geometric: far enough for the rest to be below what a p-value is read for.
	const length = Math.ceil(law.mean + 8 * sd + 12 * phi) + 2;
	const z = new Float64Array(length);
	const mass = new Float64Array(length);
	const above = new Float64Array(length);
	const share = law.size === Infinity ? 0 : law.mean / (law.mean + law.size);
	mass[0] = probabilityOf(0, law);
	for (let y = 1; y < length; y++) mass[y] = mass[y - 1]! * (law.size === Infinity ? law.mean / y : (share * (y - 1 + law.size)) / y);
	above[length - 1] = upperTail(length, law);
	for (let y = length - 2; y >= 0; y--) above[y] = above[y + 1]! + mass[y + 1]!;
	let below = 0;
	for (let y = 0; y < length; y++) {
		below += mass[y]!;
		z[y] = scoreFrom(above[y]!, mass[y]!, below);
	}
	return { z, mass, above };
}

/** Scores that agree but for rounding are the same event. */
const same = 1e-9;

/** P(score > limit) + P(score = limit)/2. */
export function tailBeyond(table: ScoreTable | null, limit: number): number {
	if (table === null) return normalUpper(limit);
	const { z, mass, above } = table;
	let low = -1;
	let high = z.length;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if (z[middle]! > limit + same) high = middle;
		else low = middle;
	}
	// `low` is the last count whose score is not above the limit.
	if (low < 0) return 1;
	return above[low]! + (z[low]! > limit - same ? mass[low]! / 2 : 0);
}

/** The largest count whose mid-p-value is at least q; 0 when there is none. */
export function greatestBelow(law: CountLaw, q: number): number {
	const midP = (y: number) => upperTail(y + 1, law) + probabilityOf(y, law) / 2;
	// As far out as 1 − q can say; from there on by doubling.
	let low = countQuantile(Math.min(1 - q, 1 - 1e-12), law);
	while (low > 0 && midP(low) < q) low--;
	let high = low + 1;
	for (let step = 1; midP(high) >= q; step *= 2) {
		low = high;
		high += step;
	}
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		// Above 2^53 there is no whole number between two neighbours.
		if (middle <= low || middle >= high) break;
		if (midP(middle) >= q) low = middle;
		else high = middle;
	}
	return low;
}

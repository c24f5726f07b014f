import { countQuantile, lowerTail, probabilityOf, upperTail, type CountLaw } from '../tails.ts';
import { normalQuantileNear, normalUpper } from '../special.ts';
import { largestPhi } from './trimming-bias.ts';

/**
 * Evidence over consecutive periods. Each count becomes a normal score z (of its mid-p-value), and a period's evidence is
 *
 *   T = z(t) + 0.7·clamp(z(t−1), −1, 3) − 0.3·clamp(z(t−2) − 1, 0, 1.5):
 *
 * the log-likelihood ratio of a rise that began now or a period ago (Höhle & Paul 2008, section 2.1, for a known change) in normal
 * scores, bounded so that no earlier period can raise an alarm by itself; a rise that was already there two periods ago is nearly
 * over and speaks a little against now. Memory ends there: after an outbreak the alarm ends with it, unlike a CUSUM's
 * (Dassanayake & French 2016, section 2.2, who truncate theirs for the same reason).
 */
const carry = { share: 0.7, low: -1, high: 3 } as const;
const after = { share: 0.3, from: 1, high: 1.5 } as const;

/** A period's law when nothing is the matter, with what its scores may be. */
export type Scored = {
	readonly law: CountLaw;
	/** Score of the count that was observed. */
	readonly z: number;
	/** Scores of all counts that are not next to impossible; null where counts are so many that scores are next to normal. */
	readonly table: ScoreTable | null;
};

type ScoreTable = {
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

/** Verdict on a period from what it and the two before it showed. */
export type PooledVerdict = {
	/** P(T ≥ observed) when nothing is the matter, half of P(T = observed) only: uniform on average, also for counts. */
	readonly p: number;
	/** Largest count that would have been no alarm after what came before. */
	readonly upper: number;
};

/**
 * Judges a count by the pooled evidence T.
 *
 * @param before the period before, and the one before that; null where there is none: T then has no such term.
 */
export function pooledVerdict(count: number, now: Scored, before: Scored | null, earlier: Scored | null, alpha: number): PooledVerdict {
	const push = (before === null ? 0 : carried(before.z)) - (earlier === null ? 0 : abated(earlier.z));
	if (now.table === null && before !== null && earlier !== null) {
		const survival = normalSurvival();
		const p = survivalAt(survival, now.z + push);
		const needed = survivalQuantile(survival, alpha) - push;
		return { p, upper: greatestBelow(now.law, normalUpper(needed)) };
	}
	const carriedAtoms = before === null ? nothing : atomsOf(before.table, carried);
	const abatedAtoms = earlier === null ? nothing : atomsOf(earlier.table, abated);
	const pOf = (z: number) => {
		let p = 0;
		for (let i = 0; i < carriedAtoms.value.length; i++) {
			for (let j = 0; j < abatedAtoms.value.length; j++) {
				const limit = z + push - carriedAtoms.value[i]! + abatedAtoms.value[j]!;
				p += carriedAtoms.mass[i]! * abatedAtoms.mass[j]! * tailBeyond(now.table, limit);
			}
		}
		return Math.min(1, p);
	};
	const { z: scores } = now.table ?? { z: null };
	const p = pOf(now.z);
	if (scores === null) return { p, upper: greatestBelow(now.law, alpha) };
	// Counts beyond the table are alarms; below, p falls with the count.
	let low = -1;
	let high = scores.length;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if (pOf(scores[middle]!) >= alpha) low = middle;
		else high = middle;
	}
	return { p, upper: Math.max(0, low) };
}

function carried(z: number): number {
	return carry.share * Math.min(carry.high, Math.max(carry.low, z));
}

function abated(z: number): number {
	return after.share * Math.min(after.high, Math.max(0, z - after.from));
}

type Atoms = { readonly value: readonly number[]; readonly mass: readonly number[] };
const nothing: Atoms = { value: [0], mass: [1] };

/** Distribution of a term of T: of a table's counts, or of a normal score in steps. */
function atomsOf(table: ScoreTable | null, term: (z: number) => number): Atoms {
	const { z, mass } = table ?? normalSteps();
	const atoms = { value: [] as number[], mass: [] as number[] };
	for (let y = 0; y < z.length; y++) {
		const value = term(z[y]!);
		const last = atoms.value.length - 1;
		if (last >= 0 && atoms.value[last] === value) atoms.mass[last] = atoms.mass[last]! + mass[y]!;
		else {
			atoms.value.push(value);
			atoms.mass.push(mass[y]!);
		}
	}
	return atoms;
}

/** Scores that agree but for rounding are the same event. */
const same = 1e-9;

/** P(score > limit) + P(score = limit)/2. */
function tailBeyond(table: ScoreTable | null, limit: number): number {
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
function greatestBelow(law: CountLaw, q: number): number {
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
		if (midP(middle) >= q) low = middle;
		else high = middle;
	}
	return low;
}

/** Steps of a normal score, each with the probability of its interval. */
function normalSteps(): { readonly z: Float64Array; readonly mass: Float64Array } {
	if (steps === null) {
		const n = 81;
		const width = 0.1;
		const z = Float64Array.from({ length: n }, (_, i) => (i - (n - 1) / 2) * width);
		steps = { z, mass: z.map((at) => normalUpper(at - width / 2) - normalUpper(at + width / 2)) };
	}
	return steps;
}
let steps: { readonly z: Float64Array; readonly mass: Float64Array } | null = null;

/** ln P(T ≥ x) for normal scores at x = −6 … 42 in steps of 1/16. */
type Survival = Float64Array;
const grid = { from: -6, step: 1 / 16, length: 769 } as const;

function normalSurvival(): Survival {
	if (survival !== null) return survival;
	const carriedAtoms = atomsOf(null, carried);
	const abatedAtoms = atomsOf(null, abated);
	survival = new Float64Array(grid.length);
	// Both terms together on a grid as fine as the table's, so that P(score > x) is computed once a point.
	const shifts = new Map<number, number>();
	carriedAtoms.value.forEach((value, i) =>
		abatedAtoms.value.forEach((less, j) => {
			const shift = Math.round((value - less) / grid.step);
			shifts.set(shift, (shifts.get(shift) ?? 0) + carriedAtoms.mass[i]! * abatedAtoms.mass[j]!);
		})
	);
	const lead = 64;
	const upper = Float64Array.from({ length: grid.length + 2 * lead }, (_, i) => normalUpper(grid.from + (i - lead) * grid.step));
	for (let i = 0; i < grid.length; i++) {
		let p = 0;
		for (const [shift, mass] of shifts) p += mass * upper[i + lead - shift]!;
		survival[i] = Math.log(Math.max(p, tiny));
	}
	return survival;
}
let survival: Survival | null = null;

function survivalAt(table: Survival, x: number): number {
	const at = Math.min(grid.length - 1.001, Math.max(0, (x - grid.from) / grid.step));
	const i = Math.floor(at);
	return Math.exp(table[i]! + (at - i) * (table[i + 1]! - table[i]!));
}

function survivalQuantile(table: Survival, p: number): number {
	const goal = Math.log(p);
	let i = 0;
	while (i < grid.length - 2 && table[i + 1]! > goal) i++;
	return grid.from + grid.step * (i + (goal - table[i]!) / (table[i + 1]! - table[i]!));
}

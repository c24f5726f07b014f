import { normalQuantile, normalUpper } from '../special.ts';

export type EarsMethod = 'ears-c1' | 'ears-c2' | 'ears-c3';

export type EarsOptions = {
	/** Periods of the moving baseline, at least 3. */
	readonly baseline: number;
	/** Floor of the standard deviation: without one, a baseline of equal counts makes any other count an alarm. */
	readonly minSigma: number;
	/** Level of the upper bound, one-sided. */
	readonly alpha: number;
};

type EarsResult = {
	/** Mean of the baseline. */
	readonly expected: number;
	/** Not a whole number. */
	readonly upper: number;
	readonly p: number;
	readonly alarm: boolean;
};

/** Hutwagner et al. 2003: seven periods; three standard deviations (C1, C2; 0.001 in R's earsC), two in sum (C3). */
export const earsDefaults: Readonly<Record<EarsMethod, EarsOptions>> = {
	'ears-c1': { baseline: 7, minSigma: 0, alpha: 0.001 },
	'ears-c2': { baseline: 7, minSigma: 0, alpha: 0.001 },
	'ears-c3': { baseline: 7, minSigma: 0, alpha: normalUpper(2) }
};

/** For scores only: equal counts in a baseline are no proof that counts cannot differ. Far below any bound that alpha can set. */
const leastSigma = 0.1;

/** Periods between the judged one and its baseline. */
const gap = { 'ears-c1': 0, 'ears-c2': 2, 'ears-c3': 2 } as const;

/**
 * Makes a judge of the periods of a series by EARS; null where the baseline is not complete.
 *
 * C1 and C2 equal R's `surveillance::earsC`: mean + z·max(s, minSigma) over the seven periods before (C1), or those before the last
 * two (C2). C3 is the sum over now and the two periods before of max(0, C2 − 1), an alarm above z (Hutwagner et al. 2003, table 1:
 * above 2); R's bound starts from the current count instead of the mean.
 */
export function earsOf(counts: ArrayLike<number>, method: EarsMethod, options: EarsOptions): (now: number) => EarsResult | null {
	const z = normalQuantile(1 - options.alpha);
	const scoreOf = (now: number) => score(counts, now, gap[method], options);
	if (method !== 'ears-c3') {
		return (now) => {
			const own = scoreOf(now);
			if (own === null) return null;
			const upper = own.mean + z * own.sigma;
			return { expected: own.mean, upper, p: normalUpper(own.score), alarm: counts[now]! > upper };
		};
	}
	return (now) => {
		const [own, before, earlier] = [scoreOf(now), scoreOf(now - 1), scoreOf(now - 2)];
		if (own === null || before === null || earlier === null) return null;
		const carried = Math.max(0, before.score - 1) + Math.max(0, earlier.score - 1);
		const sum = Math.max(0, own.score - 1) + carried;
		// Most sums are zero: among these, the lower score is the less remarkable.
		const p = sum > 0 ? normalUpper(sum) : 0.5 + normalUpper(own.score) / 2;
		return { expected: own.mean, upper: Math.max(0, own.mean + own.sigma * (1 + z - carried)), p, alarm: sum > z };
	};
}

function score(counts: ArrayLike<number>, now: number, distance: number, { baseline, minSigma }: EarsOptions) {
	const end = now - distance;
	const from = end - baseline;
	if (from < 0) return null;
	let sum = 0;
	for (let t = from; t < end; t++) sum += counts[t]!;
	const mean = sum / baseline;
	let squares = 0;
	for (let t = from; t < end; t++) squares += (counts[t]! - mean) ** 2;
	const sigma = Math.max(minSigma, Math.sqrt(squares / (baseline - 1)));
	return { mean, sigma, score: (counts[now]! - mean) / Math.max(sigma, leastSigma) };
}

import { logGamma, normalUpper } from '#lib/detection/special.ts';
import { addCells, type Cell } from './outcomes.ts';

export type Trend = {
	/** Above 0: the rate rises with the scale. */
	readonly z: number;
	/** Two-sided. */
	readonly p: number;
	readonly method: 'normal' | 'exact';
};

/** Under so many expected problems or non-problems in a class the exact distribution is used (Cochran's rule). */
const leastExpected = 5;
/** Above so many problems (or non-problems) the exact distribution costs more than a page may, and the normal one is close. */
const mostExact = 60;

/**
 * Does the rate rise along an ordered scale? Cochran–Armitage test: P. Armitage, "Tests for linear trends in proportions and frequencies",
 * Biometrics 11 (1955), 375–386. Small counts: the exact distribution given the margins.
 *
 * @param scores default 0, 1, 2 …
 * @returns null when there is nothing to compare: fewer than two classes with visits, or all results alike.
 */
export function trend(cells: readonly Cell[], scores: readonly number[] = cells.map((_, i) => i)): Trend | null {
	const { n, problems } = addCells(cells);
	if (cells.filter((c) => c.n > 0).length < 2 || problems === 0 || problems === n) return null;
	const share = problems / n;
	const mean = cells.reduce((sum, c, i) => sum + c.n * scores[i]!, 0) / n;
	const above = cells.reduce((sum, c, i) => sum + c.problems * (scores[i]! - mean), 0);
	const spread = cells.reduce((sum, c, i) => sum + c.n * (scores[i]! - mean) ** 2, 0);
	if (spread === 0) return null;
	const z = above / Math.sqrt(share * (1 - share) * spread);
	const rarer = Math.min(problems, n - problems);
	const small = cells.some((c) => c.n > 0 && c.n * Math.min(share, 1 - share) < leastExpected);
	if (!small || rarer > mostExact || !scores.every(Number.isInteger)) return { z, p: 2 * normalUpper(Math.abs(z)), method: 'normal' };
	return { z, p: exactTwoSided(cells, scores), method: 'exact' };
}

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** Probability, given all margins, of a score sum at least as far from its mean as the one seen. */
function exactTwoSided(cells: readonly Cell[], scores: readonly number[]): number {
	const { n, problems } = addCells(cells);
	// The rarer side: fewer ways to walk through, the same distribution mirrored.
	const mirrored = problems * 2 > n;
	const drawn = cells.map((c) => (mirrored ? c.n - c.problems : c.problems));
	const all = drawn.reduce((a, b) => a + b, 0);
	/** By how many were placed and their score sum: the log of the number of ways. */
	let ways = new Map<string, readonly [placed: number, sum: number, log: number]>([['0:0', [0, 0, 0]]]);
	for (const [i, cell] of cells.entries()) {
		const next = new Map<string, readonly [number, number, number]>();
		for (const [placed, sum, log] of ways.values()) {
			for (let k = 0; k <= Math.min(cell.n, all - placed); k++) {
				const [to, total, more] = [placed + k, sum + k * scores[i]!, log + logChoose(cell.n, k)];
				const key = `${to}:${total}`;
				const found = next.get(key)?.[2] ?? -Infinity;
				const high = Math.max(found, more);
				next.set(key, [to, total, high + Math.log(Math.exp(found - high) + Math.exp(more - high))]);
			}
		}
		ways = next;
	}
	const mean = (all * cells.reduce((sum, c, i) => sum + c.n * scores[i]!, 0)) / n;
	const seen = Math.abs(drawn.reduce((sum, k, i) => sum + k * scores[i]!, 0) - mean);
	const whole = logChoose(n, all);
	let p = 0;
	for (const [placed, sum, log] of ways.values()) {
		// A hair of rounding must not part equal distances.
		if (placed === all && Math.abs(sum - mean) >= seen - 1e-9) p += Math.exp(log - whole);
	}
	return Math.min(1, p);
}

import { gammaUpper } from '#lib/detection/special.ts';
import { drawStratum, type DrawStratum } from '#lib/sampling/draw/draw.ts';
import { createHash } from 'node:crypto';

/** All ordered samples of `count` of the places 0 … size − 1. */
function orderedSamples(size: number, count: number): number[][] {
	if (count === 0) return [[]];
	return orderedSamples(size, count - 1).flatMap((head) => Array.from({ length: size }, (_, p) => p).filter((p) => !head.includes(p)).map((p) => [...head, p]));
}

/** The exact chance of an ordered sample under successive sampling by weight. */
function chanceOf(sample: readonly number[], weights: readonly number[]): number {
	let left = weights.reduce((a, b) => a + b, 0);
	let chance = 1;
	for (const place of sample) {
		chance *= (weights[place] as number) / left;
		left -= weights[place] as number;
	}
	return chance;
}

export type ChiSquare = { readonly statistic: number; readonly degrees: number; readonly p: number };

/**
 * Pearson's chi-square of many draws of one small stratum against the exact chance of each ordered sample: any bias in integers, shuffle or
 * weights moves some of the cells. Seeds are counted through SHA-256, so that a run can be repeated.
 *
 * @param name goes into the seeds: different tests use different ones.
 */
export function chiSquareOf(name: string, stratum: Omit<DrawStratum, 'code'>, draws: number): ChiSquare {
	const { size, quota } = stratum;
	const weights = stratum.weights ?? Array.from({ length: size }, () => 1);
	const samples = orderedSamples(size, quota);
	const cellOf = new Map(samples.map((s, i) => [s.join(), i]));
	const seen = new Float64Array(samples.length);
	for (let i = 0; i < draws; i++) {
		const seed = createHash('sha256').update(`${name} ${i}`).digest('hex');
		const { taken } = drawStratum({ ...stratum, code: '0badcafe' }, seed, () => false);
		const cell = cellOf.get(taken.map((t) => t.place).join()) as number;
		seen[cell] = (seen[cell] as number) + 1;
	}
	const statistic = samples.reduce((sum, sample, i) => {
		const expected = draws * chanceOf(sample, weights);
		return sum + ((seen[i] as number) - expected) ** 2 / expected;
	}, 0);
	const degrees = samples.length - 1;
	return { statistic, degrees, p: gammaUpper(degrees / 2, statistic / 2) };
}

import { trimmingBias, type TrimmingBias } from './trimming-bias.ts';

/** Residuals above this lose weight (Noufaily et al. 2013), by this power: two, as there, leaves half of what large outbreaks do. */
const threshold = 2.58;
const power = 4;
/** Periods at which the bias is taken: evenly over the baseline, so that they meet all seasons. */
const samples = 7;

/** What `weigh` takes away from a series with these means that has no outbreaks. */
export function biasOf(mean: Float64Array, weight: Float64Array, phi: number): TrimmingBias {
	let dispersion = 0;
	let level = 0;
	let taken = 0;
	for (let i = 0; i < samples; i++) {
		const at = Math.floor(((i + 0.5) * mean.length) / samples);
		if (weight[at] === 0) continue;
		const mu = mean[at]!;
		const bias = trimmingBias(mu, phi, (count) => lowered(anscombe(Math.cbrt(count) ** 2, mu ** (1 / 6), phi)));
		dispersion += bias.dispersion;
		level += bias.level;
		taken++;
	}
	return taken === 0 ? { dispersion: 1, level: 1 } : { dispersion: dispersion / taken, level: level / taken };
}

function anscombe(twoThirds: number, sixth: number, phi: number): number {
	return (1.5 / Math.sqrt(phi)) * (twoThirds / sixth - sixth * sixth * sixth);
}

function lowered(residual: number): number {
	return residual > threshold ? (threshold / residual) ** power : 1;
}

/** Writes weights: Anscombe residuals of single periods and of neighbours above the threshold lose weight. */
export function weigh(counts: Float64Array, from: number, mean: Float64Array, weight: Float64Array, phi: number, exposure: Float64Array | null): void {
	let before = 0;
	for (let i = 0; i < mean.length; i++) {
		if (exposure !== null && !(exposure[from + i]! > 0)) {
			before = 0;
			continue;
		}
		const residual = anscombe(Math.cbrt(counts[from + i]!) ** 2, mean[i]! ** (1 / 6), phi);
		weight[i] = lowered(residual);
		if (residual > 1 && before > 1) {
			// A very large neighbour says enough by itself; it shall not carry this one.
			const pair = (Math.min(residual, 3) + Math.min(before, 3)) / Math.SQRT2;
			weight[i] = Math.min(weight[i]!, lowered(pair));
			weight[i - 1] = Math.min(weight[i - 1]!, lowered(pair));
		}
		before = residual;
	}
}

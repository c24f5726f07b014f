import { randomOf } from '../../detection/random.ts';

/** Parameters of one simulated series' expectation and spread: mu(t) = exp(theta + beta t + Σ_j≤m [g1 cos(2πjt/52) + g2 sin(2πjt/52)]), variance phi·mu. */
export type Scenario = {
	readonly name: string;
	readonly theta: number;
	readonly beta: number;
	readonly g1: number;
	readonly g2: number;
	readonly m: number;
	readonly phi: number;
};

/** After Noufaily et al. 2013, as used by Bédubourg & Le Strat 2017: theta, beta where there is a trend, g1, g2, phi. */
const sets = [
	[0.1, 0.0025, 0.6, 0.6, 1.5],
	[-2, 0.005, 0.1, 0.3, 2],
	[1.5, 0.003, 0.2, -0.4, 1],
	[0.5, 0.002, 0.5, 0.5, 5],
	[2.5, 0.001, 1, 0.1, 3],
	[3.75, 0.001, 0.1, -0.1, 1.1],
	[5, 0.0001, 0.05, 0.01, 1.2]
] as const;

/** Each set with and without trend and with 0, 1 and 2 harmonics. */
export const scenarios: readonly Scenario[] = sets.flatMap(([theta, beta, g1, g2, phi], set) =>
	[0, beta].flatMap((slope) =>
		[0, 1, 2].map((m) => ({ name: `${set + 1}${slope > 0 ? 't' : '-'}${m}`, theta, beta: slope, g1, g2, m, phi }))
	)
);

export const weeks = 624;
/** First of the last 49 weeks, which are tested. */
export const firstTested = weeks - 49;
export const pastSizes = [0, 2, 3, 5, 10] as const;
export const currentSizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
/** Weeks (from zero) in which past outbreaks begin, and how many there are: our reading of Noufaily et al. 2013. */
const past = { from: 312, to: 575, outbreaks: 4 } as const;

export type SimulatedSeries = {
	readonly counts: Float64Array;
	/** Expectation without outbreaks. */
	readonly mean: Float64Array;
	readonly phi: number;
	/** Weeks of the current outbreak: first, and the one after the last. Without cases: first = end. */
	readonly first: number;
	readonly end: number;
};

export function meanOf({ theta, beta, g1, g2, m }: Scenario, t: number): number {
	let eta = theta + beta * t;
	for (let j = 1; j <= m; j++) eta += g1 * Math.cos((2 * Math.PI * j * t) / 52) + g2 * Math.sin((2 * Math.PI * j * t) / 52);
	return Math.exp(eta);
}

/**
 * A series with past outbreaks of `pastSize` standard deviations and one current of `currentSize`: Poisson(k·sd at the start) cases,
 * each lognormal(0, 0.5) weeks after the start. Same seed, same series.
 */
export function simulate(scenario: Scenario, pastSize: number, currentSize: number, seed: number): SimulatedSeries {
	const random = randomOf(seed);
	const mean = Float64Array.from({ length: weeks }, (_, i) => meanOf(scenario, i + 1));
	const counts = mean.map((mu) => random.count(mu, scenario.phi));
	const add = (start: number, k: number): number => {
		const size = random.poisson(k * Math.sqrt(scenario.phi * mean[start]!));
		let end = start;
		for (let i = 0; i < size; i++) {
			const week = start + Math.floor(Math.exp(0.5 * random.normal()));
			if (week >= weeks) continue;
			counts[week] = counts[week]! + 1;
			end = Math.max(end, week + 1);
		}
		return end;
	};
	const before = pastSize > 0 ? past.outbreaks : 0;
	for (let i = 0; i < before; i++) add(past.from + Math.floor(random.next() * (past.to - past.from)), pastSize);
	const first = firstTested + Math.floor(random.next() * (weeks - firstTested));
	return { counts, mean, phi: scenario.phi, first, end: add(first, currentSize) };
}

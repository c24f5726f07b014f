import { randomOf } from '../../detection/random.ts';
import { firstTested, weeks, type SimulatedSeries } from './outbreaks.ts';

/** Series that are not made as the detectors assume: nothing is tuned on them. */
export const otherShapes = ['plain', 'summer peak', 'curved trend', 'holiday dips', 'level shift', 'drifting level', 'clumped, drifting'] as const;
export type OtherShape = (typeof otherShapes)[number];

/** A series of about `level` cases a week; four past outbreaks of five and one current of `size` standard deviations, spread as in `simulate`. */
export function simulateShape(shape: OtherShape, level: number, size: number, seed: number): SimulatedSeries {
	const random = randomOf(seed);
	const phi = shape === 'clumped, drifting' ? 3 : 1.5;
	const shiftAt = 470 + Math.floor(80 * random.next());
	const shift = random.next() < 0.5 ? 1.8 : 1 / 1.8;
	let drift = 0;
	const mean = Float64Array.from({ length: weeks }, (_, t) => {
		const year = ((t % 52) + 52) % 52;
		let log = Math.log(level);
		if (shape === 'summer peak') log += 1.1 * Math.exp(-(((year - 27) / 3.5) ** 2));
		else log += 0.35 * Math.cos((2 * Math.PI * (year - 8)) / 52);
		if (shape === 'curved trend') log += 0.9 / (1 + Math.exp((t - 420) / -45));
		// Two weeks within a month around the turn of the year, another date each year.
		const holiday = 3 + ((Math.floor(t / 52) * 7919) % 5);
		if (shape === 'holiday dips' && (year === holiday || year === holiday + 1)) log += Math.log(0.35);
		if (shape === 'level shift' && t >= shiftAt) log += Math.log(shift);
		// Autoregressive in the log of the mean: half-life of half a year, standard deviation 0.2.
		drift = 0.974 * drift + 0.2 * Math.sqrt(1 - 0.974 ** 2) * random.normal();
		if (shape === 'drifting level' || shape === 'clumped, drifting') log += drift;
		return Math.exp(log);
	});
	const counts = mean.map((mu) => random.count(mu, phi));
	const add = (start: number, k: number): number => {
		let end = start;
		for (let left = random.poisson(k * Math.sqrt(phi * mean[start]!)); left > 0; left--) {
			const week = start + Math.floor(Math.exp(0.5 * random.normal()));
			if (week >= weeks) continue;
			counts[week] = counts[week]! + 1;
			end = Math.max(end, week + 1);
		}
		return end;
	};
	for (let i = 0; i < 4; i++) add(312 + Math.floor(random.next() * 263), 5);
	const first = firstTested + Math.floor(random.next() * (weeks - firstTested));
	return { counts, mean, phi, first, end: add(first, size) };
}

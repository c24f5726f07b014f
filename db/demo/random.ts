/**
 * Randomness of our own: the same seed gives the same jurisdiction on every machine and every Node version.
 * sfc32 after Chris Doty-Humphrey (PractRand); the mixer is MurmurHash3's finaliser.
 */

/** A stream of uniform numbers in [0, 1). */
export type Random = () => number;

/** Mixes two 32-bit numbers into one; used where a value must belong to a thing and not to the order of drawing. */
export function mix(a: number, b: number): number {
	let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
	h ^= h >>> 16;
	h = Math.imul(h, 0x85ebca6b);
	h ^= h >>> 13;
	h = Math.imul(h, 0xc2b2ae35);
	return (h ^ (h >>> 16)) >>> 0;
}

/** {@link mix} as a number in [0, 1). */
export function mixUnit(a: number, b: number): number {
	return mix(a, b) / 4294967296;
}

/** A 32-bit number for a label, so that streams can be named. */
export function labelSeed(seed: number, label: string): number {
	let h = seed >>> 0;
	for (let i = 0; i < label.length; i++) h = mix(h, label.charCodeAt(i));
	return h;
}

/** A stream of its own for each label: drawing more in one part never shifts another part. */
export function randomStream(seed: number, label: string): Random {
	const start = labelSeed(seed, label);
	let a = mix(start, 1);
	let b = mix(start, 2);
	let c = mix(start, 3);
	let counter = 1;
	const next = () => {
		const t = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (c << 21) | (c >>> 11);
		c = (c + t) | 0;
		return (t >>> 0) / 4294967296;
	};
	for (let i = 0; i < 12; i++) next();
	return next;
}

/** A whole number from 0 to n − 1. */
export function below(random: Random, n: number): number {
	return Math.floor(random() * n);
}

/** One of the entries, each as likely as the next. */
export function pick<T>(random: Random, list: readonly T[]): T {
	return list[below(random, list.length)] as T;
}

/** A standard normal number (Box–Muller, one of the pair). */
export function normal(random: Random): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A standard normal number that belongs to (a, b), not to the order of drawing. */
export function mixNormal(a: number, b: number): number {
	const u = (mix(a, b) + 1) / 4294967297;
	return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * mixUnit(b ^ 0x5bd1e995, a));
}

/** Gamma with mean `shape · scale` (Marsaglia & Tsang 2000). */
export function gamma(random: Random, shape: number, scale: number): number {
	if (shape < 1) return gamma(random, shape + 1, scale) * Math.pow(1 - random(), 1 / shape);
	const d = shape - 1 / 3;
	const c = 1 / Math.sqrt(9 * d);
	for (;;) {
		const x = normal(random);
		const v = Math.pow(1 + c * x, 3);
		if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
	}
}

/** Poisson by inversion below 30, by a rounded normal above (nobody tests the tail of large cells here). */
export function poisson(random: Random, mean: number): number {
	if (mean <= 0) return 0;
	if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
	let p = Math.exp(-mean);
	let u = random();
	let k = 0;
	while (u > p && k < 200) {
		u -= p;
		k++;
		p *= mean / k;
	}
	return k;
}

/** Negative binomial with variance `phi · mean` (phi > 1), as a Poisson with a gamma mean. */
export function negativeBinomial(random: Random, mean: number, phi: number): number {
	if (mean <= 0) return 0;
	return poisson(random, gamma(random, mean / (phi - 1), phi - 1));
}

/** Index of the first cumulative weight above u · total. */
export function pickCumulative(random: Random, cumulative: Float64Array, from = 0, length = cumulative.length): number {
	const total = cumulative[from + length - 1] as number;
	const u = random() * total;
	let low = 0;
	let high = length - 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((cumulative[from + middle] as number) > u) high = middle;
		else low = middle + 1;
	}
	return low;
}

/** Seeded pseudo-random numbers for simulations (mulberry32): same seed, same series. */
export function randomOf(seed: number) {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
	const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
	const poisson = (mean: number): number => {
		if (mean <= 0) return 0;
		if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
		const limit = Math.exp(-mean);
		let k = 0;
		for (let product = next(); product > limit; product *= next()) k++;
		return k;
	};
	/** Marsaglia & Tsang 2000. */
	const gamma = (shape: number): number => {
		if (shape < 1) return gamma(shape + 1) * (1 - next()) ** (1 / shape);
		const d = shape - 1 / 3;
		for (;;) {
			const x = normal();
			const v = (1 + x / Math.sqrt(9 * d)) ** 3;
			if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
		}
	};
	/** Variance phi × mean. */
	const count = (mean: number, phi: number) => (phi <= 1 ? poisson(mean) : poisson(gamma(mean / (phi - 1)) * (phi - 1)));
	return { next, normal, poisson, gamma, count };
}

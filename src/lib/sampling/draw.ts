import { createHash, createHmac } from 'node:crypto';

/** Version tag of the algorithm; it stands in every hashed text, so that another algorithm can never be mistaken for this one. */
export const drawFormat = 'qianshao-draw-1';

/** One stratum of a frozen pool as it leaves the system: an opaque code, how many are drawn, salted object ids. */
export type DrawStratum = {
	readonly code: string;
	readonly quota: number;
	readonly objects: readonly string[];
};

const bytewise = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Ids and codes are lower-case hexadecimal, so that JavaScript's order of UTF-16 units is the order of bytes. */
export function canonical(strata: readonly DrawStratum[]): DrawStratum[] {
	return [...strata]
		.sort((a, b) => bytewise(a.code, b.code))
		.map((s) => ({ code: s.code, quota: s.quota, objects: [...s.objects].sort(bytewise) }));
}

/** SHA-256 of the canonical pool text (docs/draw.md, step 1), 64 hexadecimal digits. */
export function poolHash(strata: readonly DrawStratum[]): string {
	const hash = createHash('sha256').update(`${drawFormat}\n`);
	for (const stratum of canonical(strata)) {
		hash.update(`${stratum.code} ${stratum.quota} ${stratum.objects.length}\n`);
		for (const object of stratum.objects) hash.update(`${object}\n`);
	}
	return hash.digest('hex');
}

/** What a commitment binds. `committedAt` is an ISO 8601 instant in UTC with milliseconds, `pool` the pool's hash. */
export type Bound = { readonly task: string; readonly committedAt: string; readonly seed: string; readonly pool: string };

/** What is shown before the draw: it binds task, moment, seed and frozen pool without telling the seed (docs/draw.md, step 2). */
export function commitment({ task, committedAt, seed, pool }: Bound): string {
	return createHash('sha256').update(`${drawFormat}\n${task}\n${committedAt}\n${seed}\n${pool}\n`).digest('hex');
}

const two64 = 1n << 64n;

/**
 * Unbiased integers from HMAC-SHA-256 in counter mode (docs/draw.md, step 3).
 * @param seed 64 hexadecimal digits. @param label says what the stream is for; different labels are independent.
 * @returns a function that gives an integer 0 ≤ x < n.
 */
export function integers(seed: string, label: string): (n: number) => number {
	const key = Buffer.from(seed, 'hex');
	let counter = 0;
	let block = Buffer.alloc(0);
	let at = 0;
	const next = (): bigint => {
		if (at >= block.length) {
			block = createHmac('sha256', key).update(`${drawFormat}\n${label}\n${counter++}`).digest();
			at = 0;
		}
		at += 8;
		return block.readBigUInt64BE(at - 8);
	};
	return (n) => {
		const modulus = BigInt(n);
		// Values at or above the largest multiple of n would favour small results: they are thrown away.
		const limit = two64 - (two64 % modulus);
		let value = next();
		while (value >= limit) value = next();
		return Number(value % modulus);
	};
}

/** The first `count` places of a Fisher–Yates shuffle: a sample without replacement, in drawn order. */
export function partialShuffle<T>(items: readonly T[], count: number, below: (n: number) => number): T[] {
	const pool = [...items];
	const wanted = Math.min(count, pool.length);
	for (let i = 0; i < wanted; i++) {
		const j = i + below(pool.length - i);
		const taken = pool[j] as T;
		pool[j] = pool[i] as T;
		pool[i] = taken;
	}
	return pool.slice(0, wanted);
}

/**
 * The draw: a pure function of the frozen pool and the seed (docs/draw.md, step 4).
 * @returns object ids in their final order, in which the strata are mixed.
 */
export function drawObjects(strata: readonly DrawStratum[], seed: string): string[] {
	const drawn = canonical(strata).flatMap((stratum) =>
		partialShuffle(stratum.objects, stratum.quota, integers(seed, `objects ${stratum.code}`))
	);
	drawn.sort(bytewise);
	return partialShuffle(drawn, drawn.length, integers(seed, 'order'));
}

import { createHash, createHmac } from 'node:crypto';

/** Version tag of the algorithm; it stands in every hashed text, so that another algorithm can never be mistaken for this one. */
export const drawFormat = 'qianshao-draw-2';

/**
 * Object ids of 16 bytes each, one after the other, ascending and without repetition. Millions of them as strings would cost a second and
 * a gigabyte.
 */
export type ObjectIds = Uint8Array;
export const objectIdBytes = 16;
export const idsIn = (objects: ObjectIds): number => objects.length / objectIdBytes;
/** The id at a place, 32 lower-case hexadecimal digits. */
export const idAt = (objects: ObjectIds, place: number): string =>
	Buffer.from(objects.buffer, objects.byteOffset + place * objectIdBytes, objectIdBytes).toString('hex');

/** One stratum of a frozen pool as the algorithm sees it: places 0 … size − 1 stand for its objects in ascending order. */
export type DrawStratum = {
	/** Opaque, 8 lower-case hexadecimal digits. */
	readonly code: string;
	readonly quota: number;
	readonly size: number;
	/** Of weighted draws: a whole number from 1 to 100 for each place; absent: all the same. */
	readonly weights?: readonly number[];
	/** How many of the quota are the random arm, drawn with equal chances whatever the weights; absent: none. */
	readonly control?: number;
};

/** A stratum with its objects. */
export type PoolStratumObjects = { readonly code: string; readonly quota: number; readonly objects: ObjectIds };

export const byCode = (a: { readonly code: string }, b: { readonly code: string }): number => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);

/** SHA-256 of the pool (docs/draw.md, step 1), 64 hexadecimal digits. @param strata in order of their codes. */
export function poolHash(strata: readonly PoolStratumObjects[]): string {
	const hash = createHash('sha256').update(`${drawFormat}\n`);
	for (const stratum of strata) {
		hash.update(`${stratum.code} ${stratum.quota} ${idsIn(stratum.objects)}\n`);
		hash.update(stratum.objects);
	}
	return hash.digest('hex');
}

/** What a commitment binds. Hashes and seed as 64 hexadecimal digits, `committedAt` an ISO 8601 instant in UTC with milliseconds. */
export type Bound = {
	readonly task: string;
	/** 1 for the first draw of the task. */
	readonly draw: number;
	/** The commitment of the draw before; null for the first. */
	readonly previous: string | null;
	readonly committedAt: string;
	readonly seed: string;
	readonly poolHash: string;
	/** Hash of what is verified inside only. */
	readonly insideHash: string;
	/** What was named in advance as public entropy; null: none. */
	readonly entropySource: string | null;
};

/** What is shown before the draw: it binds everything without telling the seed (docs/draw.md, step 2). */
export function commitment(of: Bound): string {
	const lines = [drawFormat, of.task, String(of.draw), of.previous ?? '', of.committedAt, of.seed, of.poolHash, of.insideHash, of.entropySource ?? ''];
	return createHash('sha256').update(lines.map((line) => `${line}\n`).join('')).digest('hex');
}

/** The key of all streams (docs/draw.md, step 3): the seed, and with public entropy a hash of both. @returns 64 hexadecimal digits. */
export function drawKey(seed: string, entropyValue: string | null): string {
	return entropyValue === null ? seed : createHash('sha256').update(`${drawFormat}\n${seed}\n${entropyValue}\n`).digest('hex');
}

const two64 = 1n << 64n;

/**
 * Unbiased integers from HMAC-SHA-256 in counter mode (docs/draw.md, step 4).
 * @param key 64 hexadecimal digits. @param label says what the stream is for; different labels are independent.
 * @returns a function that gives an integer 0 ≤ x < n.
 */
export function integers(key: string, label: string): (n: number) => number {
	const bytes = Buffer.from(key, 'hex');
	let counter = 0;
	let block = Buffer.alloc(0);
	let at = 0;
	const next = (): bigint => {
		if (at >= block.length) {
			block = createHmac('sha256', bytes).update(`${drawFormat}\n${label}\n${counter++}`).digest();
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

/**
 * The places 0 … size − 1 in the order of a Fisher–Yates shuffle, as far as anybody asks (docs/draw.md, step 5). Only what was moved is
 * remembered: the first thousands of millions cost thousands of steps.
 */
export function* shuffledPlaces(size: number, below: (n: number) => number): Generator<number, void, void> {
	const moved = new Map<number, number>();
	for (let i = 0; i < size; i++) {
		const j = i + below(size - i);
		const taken = moved.get(j) ?? j;
		moved.set(j, moved.get(i) ?? i);
		moved.delete(i);
		yield taken;
	}
}

/**
 * Places in the order of successive sampling by weight (docs/draw.md, step 6): each next one is chosen among those left with a chance
 * proportional to its weight, in whole numbers, so exactly. (Yates and Grundy 1953, "selection without replacement from within strata
 * with probability proportional to size"; there by tables of random numbers.)
 *
 * @param weights whole numbers from 1 to 100. @param skip places that are not in it.
 */
export function* weightedPlaces(weights: readonly number[], skip: ReadonlySet<number>, below: (n: number) => number): Generator<number, void, void> {
	const groups = new Map<number, number[]>();
	for (let place = 0; place < weights.length; place++) {
		if (skip.has(place)) continue;
		const weight = weights[place] as number;
		const group = groups.get(weight);
		if (group) group.push(place);
		else groups.set(weight, [place]);
	}
	const ascending = [...groups].sort(([a], [b]) => a - b);
	let total = ascending.reduce((sum, [weight, group]) => sum + weight * group.length, 0);
	while (total > 0) {
		let rest = below(total);
		for (const [weight, group] of ascending) {
			const mass = weight * group.length;
			if (rest >= mass) {
				rest -= mass;
				continue;
			}
			const at = Math.floor(rest / weight);
			const taken = group[at] as number;
			// The last of the group fills the gap: nothing is moved along.
			group[at] = group[group.length - 1] as number;
			group.pop();
			total -= weight;
			yield taken;
			break;
		}
	}
}

/** A place of a stratum that the seed named, and whether it belongs to the random arm. */
export type DrawnPlace = { readonly code: string; readonly place: number; readonly control: boolean };

/**
 * Fills a stratum's quota in the order in which the key names its places.
 * @param isPassed places whose object may no longer be visited: they are named and passed over.
 * @returns those taken, in their order, and those passed over; fewer than the quota when the stratum is exhausted.
 */
export function drawStratum(
	{ code, quota, size, weights, control = 0 }: DrawStratum, key: string, isPassed: (place: number) => boolean
): { readonly taken: readonly DrawnPlace[]; readonly passed: readonly number[] } {
	const taken: number[] = [];
	const passed: number[] = [];
	const fill = (places: Iterable<number>, until: number): void => {
		if (taken.length >= until) return;
		for (const place of places) {
			(isPassed(place) ? passed : taken).push(place);
			if (taken.length >= until) return;
		}
	};
	fill(shuffledPlaces(size, integers(key, `objects ${code}`)), weights ? control : quota);
	if (weights) fill(weightedPlaces(weights, new Set([...taken, ...passed]), integers(key, `weighted ${code}`)), quota);
	// Without weights everybody has the same chance: the first of them are the random arm.
	return { taken: taken.map((place, i) => ({ code, place, control: i < control })), passed };
}

const byId = (a: { readonly objectId: string }, b: { readonly objectId: string }): number => (a.objectId < b.objectId ? -1 : a.objectId > b.objectId ? 1 : 0);

/** The final order (docs/draw.md, step 7), in which the strata are mixed: sorted by id, then shuffled by a stream of its own. */
export function finalOrder<T extends { readonly objectId: string }>(taken: readonly T[], key: string): T[] {
	const sorted = [...taken].sort(byId);
	return [...shuffledPlaces(sorted.length, integers(key, 'order'))].map((place) => sorted[place] as T);
}

/** The first `count` items of a shuffle: a sample without replacement, in drawn order. */
export function sampleOf<T>(items: readonly T[], count: number, below: (n: number) => number): T[] {
	const sample: T[] = [];
	if (count <= 0) return sample;
	for (const place of shuffledPlaces(items.length, below)) {
		sample.push(items[place] as T);
		if (sample.length >= count) break;
	}
	return sample;
}

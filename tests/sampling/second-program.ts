/**
 * A second, independent program for draws of the format `qianshao-draw-2`, written from draw.md alone.
 * "Step n" means step n of that page. Places where the page left a choice are marked "Choice:".
 * Keys, hashes, codes and object ids are strings of lower-case hexadecimal digits throughout.
 */
import { createHash, createHmac } from 'node:crypto';

const FORMAT = 'qianshao-draw-2';

export type Reason =
	| 'valid'
	| 'not-a-certificate'
	| 'unknown-format'
	| 'quota-out-of-range'
	| 'duplicate-object'
	| 'pool-hash-differs'
	| 'commitment-differs'
	| 'result-differs';

export type Stratum = { code: string; quota: number; objects: readonly string[] };

export type Entropy = { source: string; value: string };

export type Input = {
	task: string;
	draw: number;
	previous: string | null;
	committedAt: string;
	seed: string;
	insideHash: string;
	entropy: Entropy | null;
	strata: readonly Stratum[];
	/** Who may not be taken when the seed names them; the order does not matter here. */
	passed: Iterable<string>;
};

export type Result = { poolHash: string; commitment: string; drawn: string[]; passed: string[] };

type Certificate = Omit<Input, 'passed'> & {
	format: string;
	drawnAt: string;
	poolHash: string;
	commitment: string;
	passed: string[];
	drawn: string[];
};

/** Who was taken and who was passed over, each in the order in which the seed named them. */
type Sample = { taken: string[]; passed: string[] };

// ---------------------------------------------------------------------------------------------------------------------
// Steps 1 to 3: hashes and key
// ---------------------------------------------------------------------------------------------------------------------

/** "Ids and codes sort by bytes, ascending": for lower-case hexadecimal digits that is the order of the strings. */
function ascending(texts: Iterable<string>): string[] {
	return [...texts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Strata in the order of their codes, the objects of each in ascending order. The caller's arrays stay as they are. */
function sortedStrata(strata: readonly Stratum[]): Stratum[] {
	return strata
		.map(({ code, quota, objects }) => ({ code, quota, objects: ascending(objects) }))
		.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

/** Step 1: the object ids go in as 16 bytes each, everything else as text. */
function poolHashOf(strata: readonly Stratum[]): string {
	const hash = createHash('sha256').update(`${FORMAT}\n`, 'utf8');
	for (const { code, quota, objects } of sortedStrata(strata)) {
		hash.update(`${code} ${quota} ${objects.length}\n`, 'utf8');
		for (const object of objects) hash.update(object, 'hex');
	}
	return hash.digest('hex');
}

/** Step 2: nine lines, each ended by a line feed. */
function commitmentOf(input: Omit<Input, 'strata' | 'passed'>, poolHash: string): string {
	const lines = [
		FORMAT,
		input.task,
		String(input.draw),
		input.previous ?? '',
		input.committedAt,
		input.seed,
		poolHash,
		input.insideHash,
		input.entropy?.source ?? '',
	];
	return createHash('sha256').update(lines.map((line) => `${line}\n`).join(''), 'utf8').digest('hex');
}

/** Step 3: the 32 bytes of the key, written as hexadecimal digits. */
function keyOf(seed: string, entropy: Entropy | null): string {
	if (entropy === null) return seed;
	return createHash('sha256').update(`${FORMAT}\n${seed}\n${entropy.value}\n`, 'utf8').digest('hex');
}

// ---------------------------------------------------------------------------------------------------------------------
// Step 4: integers
// ---------------------------------------------------------------------------------------------------------------------

/** Step 4: the stream of a label, four unsigned 64-bit integers from each block, without end. */
function* integers(key: string, label: string): Generator<bigint, never> {
	for (let i = 0; ; i++) {
		const block = createHmac('sha256', Buffer.from(key, 'hex')).update(`${FORMAT}\n${label}\n${i}`, 'utf8').digest();
		for (let offset = 0; offset < 32; offset += 8) yield block.readBigUInt64BE(offset);
	}
}

/** Step 4: a fresh stream of the label, as its function `below(n)` for a whole n ≥ 1. It takes an integer even for n = 1. */
function belowOf(key: string, label: string): (n: number) => number {
	const stream = integers(key, label);
	return (n) => {
		const size = BigInt(n);
		const limit = 2n ** 64n - (2n ** 64n % size);
		let integer = stream.next().value;
		while (integer >= limit) integer = stream.next().value;
		return Number(integer % size);
	};
}

// ---------------------------------------------------------------------------------------------------------------------
// Steps 5 to 7: drawing
// ---------------------------------------------------------------------------------------------------------------------

/**
 * Step 5 for objects that stand in their order already: name by swapping, take or pass over, until quota objects are taken.
 * `null` when the objects are exhausted before.
 */
function sample(below: (n: number) => number, objects: readonly string[], quota: number, passed: ReadonlySet<string>): Sample | null {
	const a = [...objects];
	const named: Sample = { taken: [], passed: [] };
	for (let k = 0; named.taken.length < quota; k++) {
		if (k >= a.length) return null;
		const j = k + below(a.length - k);
		const object = a[j] as string;
		a[j] = a[k] as string;
		a[k] = object;
		(passed.has(object) ? named.passed : named.taken).push(object);
	}
	return named;
}

/** Steps 5 and 7 for all strata: `drawn` in its order and `passed` ascending, or `null` when a stratum is exhausted. */
function drawAll(key: string, strata: readonly Stratum[], passed: ReadonlySet<string>): { drawn: string[]; passed: string[] } | null {
	const all: Sample = { taken: [], passed: [] };
	for (const { code, quota, objects } of sortedStrata(strata)) {
		const named = sample(belowOf(key, `objects ${code}`), objects, quota, passed);
		if (named === null) return null;
		all.taken.push(...named.taken);
		all.passed.push(...named.passed);
	}
	// Step 7: a complete shuffle is step 5 with everybody taken and nobody passed over.
	const order = sample(belowOf(key, 'order'), ascending(all.taken), all.taken.length, new Set());
	return order === null ? null : { drawn: order.taken, passed: ascending(all.passed) };
}

/**
 * Step 6: one stratum by weight, `weights[i]` being the whole weight (1 to 100) of `objects[i]`.
 * `control` is the number of the random arm, 0 for none. The objects may come in any order.
 * Both lists of the answer are in the order of naming, the random arm first.
 *
 * Choice: quota counts the random arm in. Choice: the random arm uses the stream `objects <code>` of step 5.
 * Choice: "in order" is the ascending order of the ids, not the order in which the random arm's swaps left them.
 * Throws a RangeError for numbers that make no sense and when the stratum is exhausted.
 */
export function weightedSample(
	key: string,
	code: string,
	objects: string[],
	weights: number[],
	quota: number,
	control: number,
	passed: Set<string>,
): { taken: string[]; passed: string[] } {
	if (weights.length !== objects.length) throw new RangeError('one weight for each object');
	if (weights.some((weight) => !Number.isInteger(weight) || weight < 1 || weight > 100)) throw new RangeError('a weight is whole, from 1 to 100');
	if (!Number.isInteger(control) || control < 0 || control > quota) throw new RangeError('the random arm is a part of the quota');
	const weightOf = new Map(objects.map((object, index) => [object, weights[index] as number]));
	const sorted = ascending(objects);

	// First the random arm, as in step 5.
	const arm = sample(belowOf(key, `objects ${code}`), sorted, control, passed);
	if (arm === null) throw new RangeError('the stratum is exhausted');
	const taken = [...arm.taken];
	const passedOver = [...arm.passed];

	// Those not named yet, in lists by weight, the lists by ascending weight.
	const namedByArm = new Set([...taken, ...passedOver]);
	const left = sorted.filter((object) => !namedByArm.has(object));
	const lists = [...new Set(weights)]
		.sort((a, b) => a - b)
		.map((weight) => ({ weight, objects: left.filter((object) => weightOf.get(object) === weight) }));

	const below = belowOf(key, `weighted ${code}`);
	while (taken.length < quota) {
		const sum = lists.reduce((total, list) => total + list.weight * list.objects.length, 0);
		if (sum === 0) throw new RangeError('the stratum is exhausted');
		let r = below(sum);
		for (const { weight, objects: list } of lists) {
			if (r >= weight * list.length) {
				r -= weight * list.length;
				continue;
			}
			const at = Math.floor(r / weight);
			const object = list[at] as string;
			const last = list.pop() as string;
			if (at < list.length) list[at] = last;
			(passed.has(object) ? passedOver : taken).push(object);
			break;
		}
	}
	return { taken, passed: passedOver };
}

/**
 * Steps 1 to 7 (without 6) from the input alone. `passed` of the answer are those whom the seed named and who were passed
 * over, ascending: whoever stands in the input's `passed` and was never named is not among them.
 * Takes a well-formed input for granted; throws a RangeError when a stratum is exhausted.
 */
export function repeat(input: Input): Result {
	const poolHash = poolHashOf(input.strata);
	const result = drawAll(keyOf(input.seed, input.entropy), input.strata, new Set(input.passed));
	if (result === null) throw new RangeError('a stratum is exhausted');
	return { poolHash, commitment: commitmentOf(input, poolHash), ...result };
}

// ---------------------------------------------------------------------------------------------------------------------
// Step 8: comparing
// ---------------------------------------------------------------------------------------------------------------------

/** A JSON object (no array) with exactly these members. */
function hasExactly(value: unknown, members: readonly string[]): value is Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const keys = Object.keys(value);
	return keys.length === members.length && members.every((member) => keys.includes(member));
}

/** So many lower-case hexadecimal digits. */
function isHex(value: unknown, digits: number): value is string {
	return typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value);
}

/** Choice: one line is not empty, has neither line feed nor carriage return, and can be written as UTF-8 (no lone surrogate). */
function isLine(value: unknown): value is string {
	return typeof value === 'string' && /^[^\r\n\p{Surrogate}]+$/u.test(value);
}

/** An instant as in `2026-11-21T09:30:16.123Z`, and one that the calendar and the clock know. */
function isInstant(value: unknown): value is string {
	if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
	const time = Date.parse(value);
	return !Number.isNaN(time) && new Date(time).toISOString() === value;
}

function isIds(value: unknown): value is string[] {
	return Array.isArray(value) && value.every((id: unknown) => isHex(id, 32));
}

/** Choice: a quota that is no whole number at all is no certificate; a whole one that does not fit is out of range. */
function isStratum(value: unknown): value is Stratum {
	return hasExactly(value, ['code', 'quota', 'objects']) && isHex(value.code, 8) && Number.isInteger(value.quota) && isIds(value.objects);
}

function isEntropy(value: unknown): value is Entropy | null {
	return value === null || (hasExactly(value, ['source', 'value']) && isLine(value.source) && isLine(value.value));
}

const MEMBERS = [
	'format',
	'task',
	'draw',
	'previous',
	'committedAt',
	'drawnAt',
	'poolHash',
	'insideHash',
	'commitment',
	'seed',
	'entropy',
	'strata',
	'passed',
	'drawn',
] as const;

/**
 * The table "What is published", without the value of `format`.
 * `previous` is null exactly for the first commitment.
 */
function isCertificate(value: unknown): value is Certificate {
	return (
		hasExactly(value, MEMBERS) &&
		isLine(value.task) &&
		Number.isSafeInteger(value.draw) &&
		(value.draw as number) >= 1 &&
		(value.draw === 1 ? value.previous === null : isHex(value.previous, 64)) &&
		isInstant(value.committedAt) &&
		isInstant(value.drawnAt) &&
		value.committedAt <= value.drawnAt &&
		isHex(value.poolHash, 64) &&
		isHex(value.insideHash, 64) &&
		isHex(value.commitment, 64) &&
		isHex(value.seed, 64) &&
		isEntropy(value.entropy) &&
		Array.isArray(value.strata) &&
		value.strata.every(isStratum) &&
		isIds(value.passed) &&
		isIds(value.drawn)
	);
}

function same(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((text, index) => text === b[index]);
}

/** Choice: the reasons are looked for in the order in which the page lists them, after the format; the first one is given. */
function reasonOf(certificate: unknown): Reason {
	// Choice: a JSON object whose `format` is another text has an unknown format, whatever its members are.
	if (typeof certificate !== 'object' || certificate === null || Array.isArray(certificate)) return 'not-a-certificate';
	const format: unknown = Object.hasOwn(certificate, 'format') ? (certificate as Record<string, unknown>).format : undefined;
	if (typeof format === 'string' && format !== FORMAT) return 'unknown-format';
	if (format !== FORMAT || !isCertificate(certificate)) return 'not-a-certificate';

	const { strata } = certificate;
	if (strata.some(({ quota, objects }) => quota < 0 || quota > objects.length)) return 'quota-out-of-range';

	// Choice: a code that occurs twice is given the same reason.
	const codes = strata.map(({ code }) => code);
	const objects = strata.flatMap((stratum) => stratum.objects);
	if (new Set(codes).size !== codes.length || new Set(objects).size !== objects.length) return 'duplicate-object';

	const poolHash = poolHashOf(strata);
	if (poolHash !== certificate.poolHash) return 'pool-hash-differs';
	if (commitmentOf(certificate, poolHash) !== certificate.commitment) return 'commitment-differs';

	// Choice: an exhausted stratum, and `passed` that is not ascending or names somebody twice, are given the same reason.
	const result = drawAll(keyOf(certificate.seed, certificate.entropy), strata, new Set(certificate.passed));
	if (result === null || !same(result.drawn, certificate.drawn) || !same(result.passed, certificate.passed)) return 'result-differs';
	return 'valid';
}

/** Step 8: whether a certificate, as JSON.parse gives it, is valid; and if not, the first reason found. */
export function verify(certificate: unknown): { valid: boolean; reason: string } {
	const reason = reasonOf(certificate);
	return { valid: reason === 'valid', reason };
}

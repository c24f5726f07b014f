import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outerCertificate, verifyOuter } from '#lib/sampling/certificate.ts';
import { commitment, drawObjects, integers, partialShuffle, poolHash, type DrawStratum } from '#lib/sampling/draw.ts';

/** A second program, written from docs/draw.md only; shares no line with the first. */
const said = { task: 'CC2026-000001', committedAt: '2026-01-05T01:00:00.000Z' };

function secondProgram(strata: readonly DrawStratum[], seedHex: string, { task, committedAt } = said) {
	const byCode = strata.map((s) => ({ ...s, objects: s.objects.slice().sort() })).sort((x, y) => (x.code > y.code ? 1 : -1));
	let text = 'qianshao-draw-1\n';
	for (const { code, quota, objects } of byCode) text += `${[code, quota, objects.length].join(' ')}\n${objects.map((o) => `${o}\n`).join('')}`;
	const pool = createHash('sha256').update(Buffer.from(text, 'utf8')).digest('hex');
	const commit = createHash('sha256').update(['qianshao-draw-1', task, committedAt, seedHex, pool, ''].join('\n')).digest('hex');
	function* words(label: string): Generator<bigint, never> {
		for (let i = 0; ; i++) {
			const hex = createHmac('sha256', Buffer.from(seedHex, 'hex')).update(`qianshao-draw-1\n${label}\n${i}`).digest('hex');
			for (let w = 0; w < 64; w += 16) yield BigInt(`0x${hex.slice(w, w + 16)}`);
		}
	}
	const pick = (items: string[], k: number, label: string): string[] => {
		const stream = words(label);
		for (let i = 0; i < k; i++) {
			const n = BigInt(items.length - i);
			const reject = 2n ** 64n - (2n ** 64n % n);
			let word = stream.next().value;
			while (word >= reject) word = stream.next().value;
			const j = i + Number(word % n);
			[items[i], items[j]] = [items[j]!, items[i]!];
		}
		return items.slice(0, k);
	};
	const samples = byCode.flatMap((s) => pick(s.objects.slice(), s.quota, `objects ${s.code}`)).sort();
	return { pool, commit, drawn: pick(samples, samples.length, 'order') };
}

const hexOf = (digits: number) => fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits }).map((a) => a.join(''));
const seeds = hexOf(64);
const pools = fc
	.uniqueArray(hexOf(8), { minLength: 1, maxLength: 5 })
	.chain((codes) =>
		fc.tuple(
			fc.constant(codes),
			fc.uniqueArray(hexOf(32), { minLength: codes.length, maxLength: 60 }),
			fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: codes.length, maxLength: codes.length })
		)
	)
	.map(([codes, ids, shares]): DrawStratum[] =>
		codes.map((code, i) => {
			const objects = ids.filter((_, n) => n % codes.length === i);
			return { code, quota: Math.round((shares[i] ?? 0) * objects.length), objects };
		})
	);

describe('the draw', () => {
	test('agrees bit for bit with a second program written from the documentation', () => {
		fc.assert(
			fc.property(pools, seeds, (strata, seed) => {
				const second = secondProgram(strata, seed);
				expect(poolHash(strata)).toBe(second.pool);
				expect(commitment({ ...said, seed, pool: second.pool })).toBe(second.commit);
				expect(drawObjects(strata, seed)).toEqual(second.drawn);
			}),
			{ numRuns: 200 }
		);
	});

	test('gives the documented test vector, in both programs', () => {
		const vector = JSON.parse(readFileSync('docs/draw-vector.json', 'utf8'));
		const second = secondProgram(vector.strata, vector.seed, vector);
		expect(second).toEqual({ pool: vector.poolHash, commit: vector.commitment, drawn: vector.drawn });
		expect(verifyOuter(vector)).toEqual({ valid: true, reason: 'valid' });
		const below = integers(vector.seed, 'objects 1a2b3c4d');
		expect(readFileSync('docs/draw.md', 'utf8')).toContain(`are ${below(12)}, ${below(11)}, ${below(10)}.`);
	});

	test('takes exactly the quota from each stratum, nobody twice, whatever the order of the input', () => {
		fc.assert(
			fc.property(pools, seeds, (strata, seed) => {
				const drawn = drawObjects(strata, seed);
				expect(new Set(drawn).size).toBe(drawn.length);
				for (const s of strata) expect(drawn.filter((id) => s.objects.includes(id))).toHaveLength(s.quota);
				const shuffled = [...strata].reverse().map((s) => ({ ...s, objects: [...s.objects].reverse() }));
				expect(drawObjects(shuffled, seed)).toEqual(drawn);
			})
		);
	});

	test('gives every object of a stratum the same chance, and every place in the order', () => {
		const objects = Array.from({ length: 20 }, (_, i) => i.toString(16).padStart(32, '0'));
		const draws = 20_000;
		const taken = new Array<number>(20).fill(0);
		const first = new Array<number>(20).fill(0);
		for (let i = 0; i < draws; i++) {
			const seed = createHash('sha256').update(`uniformity ${i}`).digest('hex');
			const drawn = drawObjects([{ code: '00000000', quota: 5, objects }], seed);
			for (const id of drawn) taken[parseInt(id, 16)]!++;
			first[parseInt(drawn[0]!, 16)]!++;
		}
		const chiSquare = (seen: number[], expected: number) => seen.reduce((x, n) => x + (n - expected) ** 2 / expected, 0);
		// 19 degrees of freedom: 43.8 is the 0.999 quantile. Fixed seeds, so this never flickers.
		expect(chiSquare(taken, (draws * 5) / 20) / (1 - 5 / 20)).toBeLessThan(43.8);
		expect(chiSquare(first, draws / 20)).toBeLessThan(43.8);
	});

	test('draws unbiased integers where a plain remainder would not', () => {
		const below = integers('00'.repeat(32), 'bias');
		const n = 3 * 2 ** 51; // below 2^53, no power of two
		let low = 0;
		for (let i = 0; i < 3000; i++) if (below(n) < n / 3) low++;
		expect(Math.abs(low - 1000)).toBeLessThan(100);
	});

	test('a shuffle of everything is a permutation', () => {
		const items = Array.from({ length: 50 }, (_, i) => i);
		expect(partialShuffle(items, 50, integers('ab'.repeat(32), 'x')).sort((a, b) => a - b)).toEqual(items);
	});
});

describe('the outer certificate', () => {
	const certificateOf = (strata: readonly DrawStratum[], seed: string) =>
		outerCertificate({
			task: 'CC-2026-000001',
			committedAt: new Date(0),
			drawnAt: new Date(1),
			seed,
			strata,
			drawn: drawObjects(strata, seed)
		});

	test('is valid as made, and survives JSON', () => {
		fc.assert(
			fc.property(pools, seeds, (strata, seed) => {
				expect(verifyOuter(JSON.parse(JSON.stringify(certificateOf(strata, seed))))).toEqual({ valid: true, reason: 'valid' });
			})
		);
	});

	const strata: DrawStratum[] = [
		{ code: '0000000a', quota: 2, objects: Array.from({ length: 6 }, () => randomBytes(16).toString('hex')) },
		{ code: '0000000b', quota: 1, objects: Array.from({ length: 3 }, () => randomBytes(16).toString('hex')) }
	];
	const good = certificateOf(strata, 'cd'.repeat(32));
	const s0 = good.strata[0]!;
	const s1 = good.strata[1]!;
	const other = s0.objects.find((id) => !good.drawn.includes(id))!;
	test.each([
		['another seed', { ...good, seed: 'ce'.repeat(32) }, 'commitment-differs'],
		['a raised quota', { ...good, strata: [{ ...s0, quota: 3 }, s1] }, 'pool-hash-differs'],
		['an object taken away', { ...good, strata: [{ ...s0, objects: s0.objects.slice(1) }, s1] }, 'pool-hash-differs'],
		['an object swapped into the result', { ...good, drawn: [other, ...good.drawn.slice(1)] }, 'result-differs'],
		['another order', { ...good, drawn: [...good.drawn].reverse() }, 'result-differs'],
		['a short result', { ...good, drawn: good.drawn.slice(1) }, 'result-differs'],
		['an object in two strata', { ...good, strata: [s0, { ...s1, objects: [...s1.objects, s0.objects[0]] }] }, 'duplicate-object'],
		['a quota above the objects', { ...good, strata: [{ ...s0, quota: 7 }, s1] }, 'quota-out-of-range'],
		['another format', { ...good, format: 'qianshao-draw-2' }, 'unknown-format'],
		['an id that is no id', { ...good, strata: [{ ...s0, objects: ['91320400MA1XXXXXXX'] }, s1] }, 'not-a-certificate'],
		['a list', [], 'not-a-certificate'],
		['nothing', null, 'not-a-certificate']
	])('%s is found', (_name, certificate, reason) => {
		expect(verifyOuter(certificate)).toEqual({ valid: false, reason });
	});
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSame, verifyOuter, type OuterCertificate } from '#lib/sampling/draw/certificate.ts';
import {
	byCode, commitment, drawFormat, drawKey, drawStratum, finalOrder, idAt, idsIn, integers, poolHash, sampleOf, shuffledPlaces, weightedPlaces
} from '#lib/sampling/draw/draw.ts';
import { repeat, verify, weightedSample } from './second-program.ts';

type Strata = OuterCertificate['strata'];
const hex = (digits: number) => fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits }).map((a) => a.join(''));
const seeds = hex(64);
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const pools = fc
	.uniqueArray(hex(8), { minLength: 1, maxLength: 5 })
	.chain((codes) => fc.tuple(fc.constant(codes), fc.uniqueArray(hex(32), { minLength: codes.length, maxLength: 60 }), fc.array(shares, { minLength: codes.length, maxLength: codes.length })))
	.map(([codes, ids, of]): Strata => codes.map((code, i) => {
		const objects = ids.filter((_, n) => n % codes.length === i);
		return { code, quota: Math.round((of[i] ?? 0) * objects.length), objects };
	}));
const entropies = fc.option(fc.record({ source: fc.constantFrom('某指数收盘价', 'drand'), value: fc.constantFrom('3421.57', '某日 9 时') }), { nil: null });

const packed = (strata: Strata) => strata.map((s) => ({ ...s, objects: Buffer.from([...s.objects].sort().join(''), 'hex') })).sort(byCode);

/** A certificate as the product makes one; whom `isPassed` names is passed over when the seed names them. */
function certificateOf(strata: Strata, seed: string, change: { readonly entropy?: OuterCertificate['entropy']; readonly previous?: string; readonly isPassed?: (id: string) => boolean } = {}): OuterCertificate | null {
	const { entropy = null, previous = null, isPassed = () => false } = change;
	const pool = packed(strata);
	const key = drawKey(seed, entropy?.value ?? null);
	const results = pool.map((s) => ({ s, ...drawStratum({ code: s.code, quota: s.quota, size: idsIn(s.objects) }, key, (place) => isPassed(idAt(s.objects, place))) }));
	if (results.some((r) => r.taken.length < r.s.quota)) return null;
	const bound = {
		task: 'CC2026-000001', draw: previous ? 2 : 1, previous, committedAt: '2026-01-05T01:00:00.000Z', seed, poolHash: poolHash(pool),
		insideHash: createHash('sha256').update('inside').digest('hex'), entropySource: entropy?.source ?? null
	};
	const { entropySource: _source, ...shown } = bound;
	return {
		format: drawFormat, ...shown, drawnAt: '2026-01-05T02:00:00.000Z', commitment: commitment(bound), entropy, strata,
		passed: results.flatMap((r) => r.passed.map((place) => idAt(r.s.objects, place))).sort(),
		drawn: finalOrder(results.flatMap((r) => r.taken.map((t) => ({ objectId: idAt(r.s.objects, t.place) }))), key).map((t) => t.objectId)
	};
}

describe('the draw', () => {
	test('agrees bit for bit with a second program written from the documentation by somebody who knew nothing else', () => {
		fc.assert(
			fc.property(pools, seeds, entropies, fc.option(hex(64), { nil: undefined }), fc.integer({ min: 2, max: 9 }), (strata, seed, entropy, previous, every) => {
				const made = certificateOf(strata, seed, { entropy, previous, isPassed: (id) => parseInt(id.slice(0, 4), 16) % every === 0 });
				if (made === null) return;
				expect(repeat(made)).toMatchObject({ poolHash: made.poolHash, commitment: made.commitment, drawn: made.drawn, passed: made.passed });
				expect(verify(JSON.parse(JSON.stringify(made)))).toEqual({ valid: true, reason: 'valid' });
				expect(verifyOuter(JSON.parse(JSON.stringify(made)))).toEqual({ valid: true, reason: 'valid' });
			}),
			{ numRuns: 200 }
		);
	});

	test('by weight as well', () => {
		fc.assert(
			fc.property(fc.uniqueArray(hex(32), { minLength: 1, maxLength: 40 }), seeds, fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 40, maxLength: 40 }), shares, shares, (ids, key, given, quotaShare, controlShare) => {
				const objects = [...ids].sort();
				const weights = given.slice(0, objects.length);
				const passed = new Set(objects.filter((id) => id.endsWith('0')));
				const quota = Math.floor(quotaShare * (objects.length - passed.size));
				const control = Math.floor(controlShare * quota);
				const ours = drawStratum({ code: 'abcdef01', quota, size: objects.length, weights, control }, key, (place) => passed.has(objects[place]!));
				const theirs = weightedSample(key, 'abcdef01', objects, weights, quota, control, passed);
				expect(ours.taken.map((t) => objects[t.place])).toEqual(theirs.taken);
				expect(isSame(ours.passed.map((place) => objects[place]!).sort(), [...theirs.passed].sort())).toBe(true);
				expect(ours.taken.filter((t) => t.control)).toHaveLength(control);
			})
		);
	});

	test.each(['draw-vector.json', 'draw-vector-2.json'])('gives the documented %s, in both programs', (file) => {
		const vector = JSON.parse(readFileSync(`docs/${file}`, 'utf8')) as OuterCertificate;
		expect(verifyOuter(vector)).toEqual({ valid: true, reason: 'valid' });
		expect(verify(vector)).toEqual({ valid: true, reason: 'valid' });
		expect(repeat(vector)).toMatchObject({ poolHash: vector.poolHash, commitment: vector.commitment, drawn: vector.drawn });
	});

	test('gives the documented cases of drawing by weight, in both programs', () => {
		type Case = { key: string; code: string; objects: string[]; weights: number[]; quota: number; control: number; passOver: string[]; taken: string[]; passed: string[] };
		for (const one of JSON.parse(readFileSync('docs/draw-vector-weighted.json', 'utf8')) as Case[]) {
			const over = new Set(one.passOver);
			expect(weightedSample(one.key, one.code, one.objects, one.weights, one.quota, one.control, over)).toEqual({ taken: one.taken, passed: one.passed });
			const ours = drawStratum({ ...one, size: one.objects.length }, one.key, (place) => over.has(one.objects[place]!));
			expect(ours.taken.map((t) => one.objects[t.place])).toEqual(one.taken);
		}
	});

	test('gives the intermediate values of the documentation', () => {
		const { seed } = JSON.parse(readFileSync('docs/draw-vector.json', 'utf8')) as OuterCertificate;
		const [below, order] = [integers(seed, 'objects 1a2b3c4d'), integers(seed, 'order')];
		const documentation = readFileSync('docs/draw.md', 'utf8');
		expect(documentation).toContain(`are ${below(12)}, ${below(11)}, ${below(10)}.`);
		expect(documentation).toContain(`= ${[7, 6, 5, 4, 3, 2, 1].map(order).join(', ')}.`);
	});

	test('takes exactly the quota from each stratum, nobody twice, whatever the order of the input', () => {
		fc.assert(
			fc.property(pools, seeds, (strata, seed) => {
				const { drawn } = certificateOf(strata, seed)!;
				expect(new Set(drawn).size).toBe(drawn.length);
				for (const s of strata) expect(drawn.filter((id) => s.objects.includes(id))).toHaveLength(s.quota);
				const turned = [...strata].reverse().map((s) => ({ ...s, objects: [...s.objects].reverse() }));
				expect(certificateOf(turned, seed)!.drawn).toEqual(drawn);
			})
		);
	});

	test('who is passed over changes nobody before them, and the next one named takes the place', () => {
		fc.assert(
			fc.property(seeds, fc.integer({ min: 2, max: 50 }), fc.nat(49), (key, size, n) => {
				const quota = Math.ceil(size / 2);
				const all = drawStratum({ code: '0000000a', quota: size, size }, key, () => false).taken.map((t) => t.place);
				const gone = all[n % quota]!;
				const drawn = drawStratum({ code: '0000000a', quota, size }, key, (place) => place === gone);
				expect(drawn.taken.map((t) => t.place)).toEqual(all.filter((p) => p !== gone).slice(0, quota));
				expect(drawn.passed).toEqual([gone]);
			})
		);
	});

	test('a shuffle of everything is a permutation, and its beginning does not depend on how far it goes', () => {
		fc.assert(
			fc.property(seeds, fc.integer({ min: 1, max: 200 }), fc.nat(200), (key, size, n) => {
				const places = [...shuffledPlaces(size, integers(key, 'x'))];
				expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
				expect(sampleOf(places.map((_, i) => i), n, integers(key, 'x'))).toEqual(places.slice(0, n));
			})
		);
	});

	test('by weight everybody is named once, and those left out never', () => {
		fc.assert(
			fc.property(seeds, fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (key, weights, every) => {
				const skip = new Set(weights.flatMap((_, place) => (place % every === 0 ? [place] : [])));
				const places = [...weightedPlaces(weights, skip, integers(key, 'x'))];
				expect([...places].sort((a, b) => a - b)).toEqual(weights.flatMap((_, place) => (skip.has(place) ? [] : [place])));
			})
		);
	});
});

describe('chances', () => {
	/** Fixed seeds, so that this never flickers; the bound is the 0.999 quantile. */
	const draws = 20_000;
	const chiSquare = (seen: readonly number[], expected: (i: number) => number) => seen.reduce((x, n, i) => x + (n - expected(i)) ** 2 / expected(i), 0);
	const keyOf = (i: number) => createHash('sha256').update(`uniformity ${i}`).digest('hex');

	test('are the same for every object of a stratum, and for every place in the order', () => {
		const taken = new Array<number>(20).fill(0);
		const first = new Array<number>(20).fill(0);
		for (let i = 0; i < draws; i++) {
			const drawn = drawStratum({ code: '00000000', quota: 5, size: 20 }, keyOf(i), () => false).taken;
			for (const { place } of drawn) taken[place]!++;
			first[finalOrder(drawn.map((t) => ({ objectId: String(t.place).padStart(2, '0'), place: t.place })), keyOf(i))[0]!.place]!++;
		}
		expect(chiSquare(taken, () => (draws * 5) / 20) / (1 - 5 / 20)).toBeLessThan(43.8);
		expect(chiSquare(first, () => draws / 20)).toBeLessThan(43.8);
	});

	test('are exactly proportional to weights at each step', () => {
		const weights = [1, 2, 3, 4, 10];
		const pairs = new Array<number>(25).fill(0);
		for (let i = 0; i < draws; i++) {
			const [a, b] = drawStratum({ code: '00000000', quota: 2, size: 5, weights }, keyOf(i), () => false).taken.map((t) => t.place);
			pairs[a! * 5 + b!]!++;
		}
		const chance = (i: number) => {
			const [a, b] = [Math.floor(i / 5), i % 5];
			return (draws * weights[a]! * weights[b]!) / (20 * (20 - weights[a]!));
		};
		const others = pairs.map((n, i) => [n, i] as const).filter(([, i]) => Math.floor(i / 5) !== i % 5);
		// 19 degrees of freedom.
		expect(others.reduce((x, [n, i]) => x + (n - chance(i)) ** 2 / chance(i), 0)).toBeLessThan(43.8);
		expect(pairs.filter((_, i) => Math.floor(i / 5) === i % 5).every((n) => n === 0)).toBe(true);
	});

	test('integers are unbiased where a plain remainder would not be', () => {
		const below = integers('00'.repeat(32), 'bias');
		const n = 3 * 2 ** 51; // below 2^53, no power of two
		let low = 0;
		for (let i = 0; i < 3000; i++) if (below(n) < n / 3) low++;
		expect(Math.abs(low - 1000)).toBeLessThan(100);
	});
});

describe('the outer certificate', () => {
	const ids = (label: string, n: number) => Array.from({ length: n }, (_, i) => createHash('sha256').update(`${label}${i}`).digest('hex').slice(0, 32));
	const strata: Strata = [{ code: '0000000a', quota: 2, objects: ids('a', 6) }, { code: '0000000b', quota: 1, objects: ids('b', 3) }];
	const plain = certificateOf(strata, 'cd'.repeat(32))!;
	const gone = plain.drawn[0]!;
	const good = certificateOf(strata, 'cd'.repeat(32), { entropy: { source: '指数', value: '1' }, isPassed: (id) => id === certificateOf(strata, 'cd'.repeat(32), { entropy: { source: '指数', value: '1' } })!.drawn[0] })!;
	const s0 = good.strata[0]!;
	const s1 = good.strata[1]!;
	const other = s0.objects.find((id) => !good.drawn.includes(id) && !good.passed.includes(id))!;

	test('is valid with somebody passed over and with public entropy', () => {
		expect(good.passed).toHaveLength(1);
		expect(verifyOuter(good)).toEqual({ valid: true, reason: 'valid' });
	});

	test.each([
		['another seed', { ...good, seed: 'ce'.repeat(32) }, 'commitment-differs'],
		['another draw number', { ...good, draw: 2 }, 'not-a-certificate'],
		['a commitment before the first', { ...good, previous: 'ab'.repeat(32) }, 'not-a-certificate'],
		['a commitment before it that was not', { ...good, draw: 2, previous: 'ab'.repeat(32) }, 'commitment-differs'],
		['a day that does not exist', { ...good, committedAt: '2026-02-30T01:00:00.000Z', drawnAt: '2026-03-05T01:00:00.000Z' }, 'not-a-certificate'],
		['another inside', { ...good, insideHash: 'ab'.repeat(32) }, 'commitment-differs'],
		['another source of entropy', { ...good, entropy: { ...good.entropy!, source: '别的' } }, 'commitment-differs'],
		['another value of entropy', { ...good, entropy: { ...good.entropy!, value: '2' } }, 'result-differs'],
		['a raised quota', { ...good, strata: [{ ...s0, quota: 3 }, s1] }, 'pool-hash-differs'],
		['an object taken away', { ...good, strata: [{ ...s0, objects: s0.objects.slice(1) }, s1] }, 'pool-hash-differs'],
		['an object swapped into the result', { ...good, drawn: [other, ...good.drawn.slice(1)] }, 'result-differs'],
		['another order', { ...good, drawn: [...good.drawn].reverse() }, 'result-differs'],
		['a short result', { ...good, drawn: good.drawn.slice(1) }, 'result-differs'],
		['somebody passed over in silence', { ...good, passed: [] }, 'result-differs'],
		['somebody passed over whom the seed never named', { ...good, passed: [...good.passed, other].sort() }, 'result-differs'],
		['a chosen one passed over', { ...plain, passed: [gone] }, 'result-differs'],
		['an object in two strata', { ...good, strata: [s0, { ...s1, objects: [...s1.objects, s0.objects[0]!] }] }, 'duplicate-object'],
		['a quota above the objects', { ...good, strata: [{ ...s0, quota: 7 }, s1] }, 'quota-out-of-range'],
		['another format', { ...good, format: 'qianshao-draw-1' }, 'unknown-format'],
		['an id that is no id', { ...good, strata: [{ ...s0, objects: ['91320400MA1XXXXXXX'] }, s1] }, 'not-a-certificate'],
		['a task of two lines', { ...good, task: 'CC\n1' }, 'not-a-certificate'],
		['a member of a stratum that nobody checks', { ...good, strata: [{ ...s0, class: 'D' }, s1] }, 'not-a-certificate'],
		['a list', [], 'not-a-certificate'],
		['nothing', null, 'not-a-certificate']
	])('%s is found', (_name, certificate, reason) => {
		expect(verifyOuter(certificate)).toEqual({ valid: false, reason });
		expect(verify(certificate).valid).toBe(false);
	});
});

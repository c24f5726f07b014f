import { expect, test } from 'vitest';
import fc from 'fast-check';
import { eachGroup, growing, inOrderOf, numbering } from '#lib/indicators/columns.ts';
import { weeksUpTo } from '#lib/indicators/preview/evenings.ts';

test('columns keep every row as they grow', () => {
	const columns = growing({ a: Int32Array, b: Float64Array });
	const rows = 200_000;
	for (let i = 0; i < rows; i++) {
		const at = columns.next();
		columns.arrays.a[at] = i;
		columns.arrays.b[at] = i / 2;
	}
	const { a, b } = columns.filled();
	expect([a.length, a[rows - 1], b[123_457]]).toEqual([rows, rows - 1, 123_457 / 2]);
});

test('groups hold what has the same key, in order, and single ones are told apart', () => {
	fc.assert(
		fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.maxSafeInteger().map(Math.abs))), (keys) => {
			const groups: number[][] = [];
			eachGroup(Float64Array.from(keys), (row) => groups.push([row]), (rows) => groups.push([...rows]));
			const expected = [...Map.groupBy(keys.map((key, at) => [key, at] as const), ([key]) => key).values()].map((own) => own.map(([, at]) => at));
			const byFirst = (a: number[], b: number[]) => a[0]! - b[0]!;
			expect(groups.sort(byFirst)).toEqual(expected.sort(byFirst));
		})
	);
});

test('numbers are given once to each code, also when there are many, and sort back', () => {
	const numbers = numbering();
	const codes = Array.from({ length: 40_000 }, (_, i) => ((i * 7919) % 40_000) * 16_777_216 + 65);
	const given = codes.map((code) => numbers.of(code));
	expect(codes.map((code) => numbers.of(code))).toEqual(given);
	const { codes: sorted, place } = numbers.sorted();
	expect(sorted).toEqual([...codes].sort((a, b) => a - b));
	expect(codes.every((code, i) => sorted[place[given[i]!]!] === code)).toBe(true);
});

test('order is that of a stable sort', () => {
	fc.assert(
		fc.property(fc.array(fc.nat(30)), (values) => {
			const expected = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
			expect([...inOrderOf(Int32Array.from(values))]).toEqual(expected);
		})
	);
});

test.each([[12, 52], [24, 104]] as const)('%i months are whole weeks that end on the evening, and so does what is judged of each', (months, count) => {
	const weeks = weeksUpTo('2026-11-20', months);
	expect(weeks).toHaveLength(count);
	expect(weeks.at(-1)!.evenings.at(-1)).toBe('2026-11-20');
	for (const { from, evenings } of weeks) expect(evenings.every((day) => day >= from)).toBe(true);
});

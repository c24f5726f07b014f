import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownCounts } from '#lib/detection/daily/known-counts.ts';

const row = fc.record({ leaf: fc.nat(3), day: fc.nat(20), delay: fc.nat(6), n: fc.integer({ min: 1, max: 4 }) });

describe('known counts', () => {
	it('are those of the rows that had happened and come by the evening, whatever came later', () => {
		fc.assert(
			fc.property(fc.array(row, { maxLength: 40 }), fc.nat(22), fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 4, maxLength: 4 }), (rows, asOf, cellOfLeaf) => {
				const days = new Map<string, number>();
				for (const { leaf, day, n } of rows) days.set(`${leaf}|${day}`, (days.get(`${leaf}|${day}`) ?? 0) + n);
				const start = [0];
				const day: number[] = [];
				const n: number[] = [];
				for (let leaf = 0; leaf < 4; leaf++) {
					for (let t = 0; t <= 20; t++) {
						const count = days.get(`${leaf}|${t}`);
						if (count === undefined) continue;
						day.push(t);
						n.push(count);
					}
					start.push(day.length);
				}
				const late = rows.filter((one) => one.delay > 0).sort((a, b) => a.day - b.day);
				const known = knownCounts(
					{
						start: Int32Array.from(start), day: Int32Array.from(day), n: Int32Array.from(n),
						late: {
							leaf: Int32Array.from(late, (one) => one.leaf), day: Int32Array.from(late, (one) => one.day),
							received: Int32Array.from(late, (one) => one.day + one.delay), n: Int32Array.from(late, (one) => one.n),
							longest: Math.max(0, ...late.map((one) => one.delay))
						}
					},
					Int32Array.from(cellOfLeaf), 6, asOf
				);
				const expected = Array.from({ length: 6 }, () => new Map<number, number>());
				for (const one of rows) {
					if (one.day > asOf || one.day + one.delay > asOf) continue;
					const cell = expected[cellOfLeaf[one.leaf]!]!;
					cell.set(one.day, (cell.get(one.day) ?? 0) + one.n);
				}
				expected.forEach((own, cell) => {
					const found: [number, number][] = [];
					for (let k = known.start[cell]!; k < known.start[cell + 1]!; k++) found.push([known.day[k]!, known.n[k]!]);
					expect(found).toEqual([...own].sort(([a], [b]) => a - b));
				});
			})
		);
	});

	it('hold what counted then and was withdrawn since', () => {
		const none = new Int32Array(0);
		const known = knownCounts(
			{
				start: Int32Array.of(0, 0), day: none, n: none,
				late: { leaf: Int32Array.of(0), day: Int32Array.of(3), received: Int32Array.of(9), n: Int32Array.of(-2), longest: 6 }
			},
			Int32Array.of(0), 1, 5
		);
		expect([[...known.day], [...known.n]]).toEqual([[3], [2]]);
	});
});

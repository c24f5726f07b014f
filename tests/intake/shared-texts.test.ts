import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeFillDown, mergedCells } from '#lib/intake/read/merged-cells.ts';
import { makeSharedTexts } from '#lib/intake/read/shared-texts.ts';

it('shared texts come back by their number, from memory and from the file', () => {
	const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('长'.repeat(30_000), '江苏省', ''));
	fc.assert(
		fc.property(fc.array(text, { maxLength: 60 }), fc.constantFrom(0, 50_000, 1e9), (all, memoryBytes) => {
			const texts = makeSharedTexts({ memoryBytes });
			for (const one of all) texts.add(one.toWellFormed());
			const numbers = [...all.keys(), ...[...all.keys()].reverse()];
			expect(numbers.map((i) => texts.at(i))).toEqual(numbers.map((i) => all[i]!.toWellFormed()));
			expect([texts.at(-1), texts.at(all.length), texts.at(Number.NaN)]).toEqual(['', '', '']);
			texts.close();
		})
	);
});

it('many shared texts leave memory for a file, of which nothing stays', () => {
	const own = () => readdirSync(tmpdir()).filter((name) => name.startsWith('qianshao-texts-')).sort();
	const before = own();
	const texts = makeSharedTexts({ memoryBytes: 1_000_000 });
	const of = (i: number) => `江苏省常州市武进区第${i}号`;
	const memory = process.memoryUsage().arrayBuffers;
	for (let i = 0; i < 1_000_000; i++) texts.add(of(i));
	expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(24e6);
	for (let i = 0; i < 1_000_000; i += 997) expect(texts.at(i)).toBe(of(i));
	expect(texts.at(3)).toBe(of(3));
	texts.close();
	expect(own().filter((name) => !before.includes(name))).toEqual([]);
});

it('a cell over several rows says its value for each that has something of its own', () => {
	expect(['A2:A4', 'B1:D1', 'C3:D5', 'nonsense'].map(mergedCells)).toEqual([{ column: 0, top: 2, bottom: 4 }, null, { column: 2, top: 3, bottom: 5 }, null]);
	const fill = makeFillDown([{ column: 0, top: 2, bottom: 4 }, { column: 2, top: 3, bottom: 9 }]);
	const rows = [['h'], ['甲', 'x'], ['', 'y', '乙'], ['', 'z'], ['', ''], ['', 'w']].map((values, i) => ({ line: i + 1, values, tooWide: false }));
	expect(rows.map((row) => fill(row).values)).toEqual([['h'], ['甲', 'x'], ['甲', 'y', '乙'], ['甲', 'z', '乙'], ['', ''], ['', 'w', '乙']]);
});

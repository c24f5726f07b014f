import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, csvLine, makeCsvParser, sniffDelimiter, type RawRow } from '#lib/intake/read/csv.ts';
import { limits } from '#lib/intake/limits.ts';
import { makeJsonParser } from '#lib/intake/read/ndjson.ts';

const cell = fc.string({ unit: fc.constantFrom(...'ab ,"\n\r1江') });

function parseIn(text: string, sizes: readonly number[]): RawRow[] {
	const parser = makeCsvParser(',');
	const rows: RawRow[] = [];
	let at = 0;
	for (let i = 0; at < text.length; i++) {
		const size = sizes[i % sizes.length]!;
		rows.push(...parser.push(text.slice(at, at + size)));
		at += size;
	}
	return [...rows, ...parser.end()];
}

describe('reading CSV', () => {
	it('gives back what was written, whatever the pieces it comes in', () => {
		const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(table, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (rows, sizes) => {
				const quoted = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
				expect(parseIn(quoted, sizes).map((row) => row.values)).toEqual(rows);
			})
		);
	});

	it('reads as csv-parse does', () => {
		const bare = fc.string({ unit: fc.constantFrom(...'ab 1江') });
		const either = fc.oneof(bare, cell.map((value) => `"${value.replaceAll('"', '""')}"`));
		fc.assert(
			fc.property(fc.array(fc.array(either, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 5 }), (rows) => {
				const text = rows.map((row) => row.join(',')).join('\r\n');
				const expected = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n'] }) as string[][];
				expect(parseIn(text, [1000]).map((row) => row.values)).toEqual(expected);
			})
		);
	});

	it('says on which line a row begins', () => {
		expect(parseIn('a,b\n"x\ny",1\nc,d\n', [4]).map((row) => row.line)).toEqual([1, 2, 4]);
	});

	it('loses one line, not the rest of the file, to a quote that is never closed', () => {
		const rows = parseIn('a,b\n1,"open\n2,x\n3,y\n', [7]);
		expect(rows.map((row) => row.fault ?? row.values[0])).toEqual(['a', 'quote-open', '2', '3']);
		expect(rows[1]?.raw).toBe('1,"open');
	});

	it('does not take the opening quote of a later line for the closing one', () => {
		for (const size of [3, 1000]) {
			const rows = parseIn('a,b,c\n1,"甲公司,x\n2,"乙公司,y\n3,丙,z\n4,"丁""戊",w\n5,"己\n庚",v\n6,"辛"壬,u\n', [size]);
			expect(rows.map((row) => row.fault ?? row.values.join('|'))).toEqual([
				'a|b|c', 'quote-open', 'quote-open', '3|丙|z', '4|丁"戊|w', '5|己\n庚|v', '6|辛壬|u'
			]);
			expect(rows.map((row) => row.line)).toEqual([1, 2, 3, 4, 5, 6, 8]);
		}
	});

	it('refuses a row of more than a mebibyte, keeps its beginning, and goes on', () => {
		const parser = makeCsvParser(',');
		const rows = [...parser.push('a,b\n')];
		for (let i = 0; i < 40; i++) rows.push(...parser.push('x'.repeat(100_000)));
		rows.push(...parser.push('\nlast,1\n'), ...parser.end());
		expect(rows.map((row) => row.fault)).toEqual([null, 'row-too-long', null]);
		expect(rows[1]?.raw?.length).toBeLessThanOrEqual(limits.rawCharacters);
		expect(rows[2]?.line).toBe(3);
	});

	it('refuses a row of too many columns', () => {
		expect(parseIn(`a,b\n${','.repeat(limits.columns)}\n1,2\n`, [50]).map((row) => row.fault)).toEqual([null, 'too-many-columns', null]);
	});

	it('finds the delimiter of the header', () => {
		expect(['a,b;c,d', 'a\tb', 'a;b;"c,d,e,f"', '企业名称|日期', 'a'].map(sniffDelimiter)).toEqual([',', '\t', ';', '|', ',']);
	});

	it('writes no formula that a spreadsheet would run', () => {
		expect(csvLine(['=1+1', '-2', '@x', '普通', '"'])).toBe('\'=1+1,\'-2,\'@x,普通,""""');
		expect(cellsOf(csvLine(['a,b', 'c"d', 'e\nf']), ',')).toEqual(['a,b', 'c"d', 'e\nf']);
	});
});

describe('reading NDJSON', () => {
	it('adds columns as it meets them and refuses what is no object', () => {
		const columns: string[] = [];
		const parser = makeJsonParser(columns);
		const rows = [...parser.push('{"a":1,"b":"x"}\n[1]\n\n{"c":null,"a":true}\nnonsense\n'), ...parser.push('{"d":{"e":1}}'), ...parser.end()];
		expect(columns).toEqual(['a', 'b', 'c', 'd']);
		expect(rows.map((row) => row.fault ?? row.values)).toEqual([['1', 'x'], 'not-json', ['true', '', ''], 'not-json', ['', '', '', '{"e":1}']]);
		expect(rows.map((row) => row.line)).toEqual([1, 2, 4, 5, 6]);
	});
});

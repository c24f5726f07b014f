import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeExcel from 'write-excel-file/node';
import { importFile } from '#lib/intake/import.server.ts';
import { inspectFile } from '#lib/intake/read/inspect-file.ts';
import type { Mapping } from '#lib/intake/mapping.ts';
import { limits } from '#lib/intake/limits.ts';
import { openRows } from '#lib/intake/read/open-rows.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, importText, referenceDatabase, testFolder, usccOf } from './support.ts';
import { zip } from './workbook.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const header = 'uscc,name,occurredOn\n';
const good = `${usccOf(1)},好企业,2019-02-28\n`;

async function rejectsOf(batchId: string) {
	return database.db.selectFrom('intake_reject').select(['line', 'reason', 'message', 'raw']).where('batch_id', '=', batchId).orderBy('line').execute();
}

async function nothingWritten() {
	const batches = await database.db.selectFrom('intake_batch').select('id').where('file_name', '=', 'bad').execute();
	expect(batches).toEqual([]);
}

describe('a file that cannot be taken in is refused in one clear message, with nothing half-written', () => {
	it.each([
		['empty', '', 'empty-file', '空的'],
		['blank', ' \n\n', 'empty-file', '空白'],
		['no header', good, 'no-header', '不是表头'],
		['numbers as header', '1,2,3\n', 'no-header', '列名'],
		['unknown columns', 'a,b\n1,2\n', 'missing-columns', 'uscc（统一社会信用代码）'],
		['a JSON array', '[{"uscc":"x"}]', 'not-rows', 'NDJSON'],
		['a web page', '<html></html>', 'not-rows', '网页'],
		['old Excel', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old-excel', '.xlsx'],
		['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'binary', '不是文本'],
		['a PDF', '%PDF-1.7\n%âãÏÓ\n1 0 obj\n', 'binary', 'PDF 文件'],
		['a gzip', Buffer.from('1f8b0800000000000003', 'hex'), 'binary', 'gzip'],
		['a document', '{\\rtf1\\ansi 统一社会信用代码}', 'binary', 'RTF'],
		['printed JSON', `${JSON.stringify({ uscc: usccOf(1), name: '甲' }, null, 2)}\n`, 'not-rows', '多行的 JSON'],
		['full-width commas', '统一社会信用代码，企业名称，成立日期\n1，2，3\n', 'no-header', '全角“，”'],
		['one full-width comma', '统一社会信用代码,企业名称，成立日期\n1,2，3\n', 'missing-columns', '“企业名称，成立日期”像是用全角标点连在一起'],
		['two columns mapped to one field', 'a,b,c\n1,2,3\n', 'bad-mapping', '列“a”与“b”都指向字段 name', { columns: { a: 'name', b: 'name' } }],
		['a broken zip', Buffer.from('PK\x03\x04nothing', 'latin1'), 'not-xlsx', '无法打开'],
		['10,000 columns', `${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n1\n`, 'too-many-columns', '超过 1000 列'],
		['a column name without an end', `uscc,${'长'.repeat(5_000)}\n1,2\n`, 'header-too-long', '第 2 列的列名超过 200 个字']
	] as const)('%s', async (_, content, reason, words, mapping: Mapping | null = null) => {
		const result = await importText(database.db, 'registrations', content, { name: 'bad', mapping });
		expect(result).toMatchObject({ ok: false, reason });
		expect('message' in result && result.message).toContain(words);
		await nothingWritten();
	});

	it('a header alone is taken in, and said', async () => {
		const result = await importText(database.db, 'registrations', header);
		expect(result).toMatchObject({ ok: true, rows: 0, warnings: [{ code: 'no-rows', count: 1 }] });
	});

	it('10 million columns', async () => {
		await using folder = await testFolder();
		const path = join(folder.path, 'bad');
		await pipeline(Readable.from((function* () { for (let i = 0; i < 1000; i++) yield 'column,'.repeat(10_000); })()), createWriteStream(path));
		const source = await ensureSource(database.db, '测试来源', 'registration');
		const before = process.memoryUsage().rss;
		const result = await importFile(database.db, { kind: 'registrations', sourceId: source.id, path, mapping: null, actor: null });
		expect(result).toMatchObject({ ok: false, reason: 'header-too-long' });
		expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
		await nothingWritten();
	});

	it('an XLSX bomb', async () => {
		await using folder = await testFolder();
		const sheet = `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>uscc</t></is></c></row>${'<row r="2"><c r="A2"><v>1</v></c></row>'.repeat(2_000_000)}</sheetData></worksheet>`;
		const path = await folder.file('bad', zip({
			'xl/workbook.xml': '<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
			'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
			'xl/worksheets/sheet1.xml': sheet
		}));
		const file = await inspectFile(path);
		expect(file).toMatchObject({ ok: true, format: 'xlsx' });
		const source = await ensureSource(database.db, '测试来源', 'registration');
		const mapping = { columns: { uscc: 'uscc' } } as const;
		const result = await importFile(database.db, { kind: 'registrations', sourceId: source.id, path, mapping, actor: null });
		expect(result).toMatchObject({ ok: false });
		// It breaks the limit already when it is opened.
		if (file.ok) expect(await openRows(file)).toMatchObject({ ok: false, reason: 'unzip-ratio' });
		await nothingWritten();
	});

	it('a text in neither encoding', async () => {
		const noise = Buffer.alloc(4000);
		for (let i = 0; i < noise.length; i++) noise[i] = 128 + ((i * 7919) % 127);
		const result = await importText(database.db, 'registrations', Buffer.concat([Buffer.from(header), noise]), { name: 'bad' });
		expect(result).toMatchObject({ ok: false, reason: 'encoding' });
	});
});

describe('a row that cannot be taken in is kept with line, reason and text, and the others come in', () => {
	it('each for its reason', async () => {
		const bad = [
			['320412000123456,旧号,2019-01-01', 'uscc-length', '15 位旧注册号'],
			['91320412MA1234567X,错码,2019-01-01', 'uscc-check', '校验码'],
			[`${usccOf(2)},没有这一天,2019-02-30`, 'date-impossible', '2019-02-30'],
			[`${usccOf(2)},将来,2099-01-01`, 'date-future', '晚于今天'],
			[`${usccOf(2)},先日后月,28/02/2019`, 'date-format', '先年后月日'],
			[`${usccOf(2)},=HYPERLINK("x"),2019-01-01`, 'formula', '公式'],
			[`${usccOf(2)},@SUM(1),2019-01-01`, 'formula', '公式'],
			[`${usccOf(2)},"-2+3+cmd|' /C calc'!A0",2019-01-01`, 'formula', '公式'],
			[`${usccOf(2)},,2019-01-01`, 'missing', '企业名称为空'],
			[',无码,2019-01-01', 'missing', '统一社会信用代码为空'],
			[`${usccOf(2)},多列,2019-01-01,x,y`, 'too-many-fields', '表头只有 3 列'],
			[`${usccOf(2)},"未闭合,2019-01-01`, 'quote-open', '双引号'],
			[`${usccOf(2)},坏\ufffd字,2019-01-01`, 'bad-characters', 'UTF-8']
		] as const;
		const result = await imported(database.db, 'registrations', header + good + bad.map(([row]) => `${row}\n`).join(''));
		expect(result).toMatchObject({ rows: bad.length + 1, accepted: 1, rejected: bad.length });
		const rejects = await rejectsOf(result.batchId);
		expect(rejects.map((row) => row.reason)).toEqual(bad.map(([, reason]) => reason));
		bad.forEach(([row, , words], i) => {
			expect(rejects[i]).toMatchObject({ line: i + 3, raw: row });
			expect(rejects[i]?.message).toContain(words);
		});
	});

	it('a huge line, in bounded memory', async () => {
		await using folder = await testFolder();
		const path = join(folder.path, 'huge.csv');
		const megabytes = 60;
		await pipeline(
			Readable.from((function* () {
				yield header + good;
				for (let i = 0; i < megabytes; i++) yield 'x'.repeat(1_000_000);
				yield `\n${usccOf(3)},后面的企业,2019-03-01\n`;
			})()),
			createWriteStream(path)
		);
		const source = await ensureSource(database.db, '大行', 'registration');
		let peak = 0;
		const before = process.memoryUsage().rss;
		const result = await importFile(database.db, {
			kind: 'registrations', sourceId: source.id, path, mapping: null, actor: null,
			progress: () => (peak = Math.max(peak, process.memoryUsage().rss - before))
		});
		expect(result).toMatchObject({ ok: true, rows: 3, accepted: 2, rejected: 1 });
		if (!result.ok) return;
		const [reject] = await rejectsOf(result.batchId);
		expect(reject).toMatchObject({ line: 3, reason: 'row-too-long' });
		expect(reject!.raw.length).toBeLessThanOrEqual(limits.rawCharacters);
		expect(peak).toBeLessThan(150e6);
	});
});

describe('finding out what a file is', () => {
	const text = `统一社会信用代码,企业名称,成立日期\n${usccOf(10)},常州市镕鑫商贸有限公司,2019-02-28\n`;
	it.each([
		['UTF-8', Buffer.from(text)],
		['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
		['GB18030', null],
		['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
		['semicolons and old line breaks', Buffer.from(text.replaceAll(',', ';').replaceAll('\n', '\r'))],
		['NDJSON', Buffer.from(`${JSON.stringify({ uscc: usccOf(10), 企业名称: '常州市镕鑫商贸有限公司', occurredOn: '2019-02-28' })}\n`)]
	])('%s', async (name, bytes) => {
		const { default: iconv } = await import('iconv-lite');
		const content = bytes ?? iconv.encode(text, 'gb18030');
		const result = await imported(database.db, 'registrations', content, { source: name, dryRun: true });
		expect(result).toMatchObject({ rows: 1, accepted: 1, rejected: 0 });
	});

	it('XLSX with dates, long numbers as text, and several sheets', async () => {
		await using folder = await testFolder();
		const path = join(folder.path, 'rows.xlsx');
		const cells = [
			[{ value: '统一社会信用代码' }, { value: '企业名称' }, { value: '成立日期' }, { value: '注册资本' }],
			[{ value: usccOf(11) }, { value: '表格 <企业> & 公司' }, { value: new Date('2019-02-28T00:00:00Z'), type: Date, format: 'yyyy-mm-dd' }, { value: '200万元' }],
			[{ value: usccOf(12) }, { value: '第二家' }, { value: '2019年3月1日' }, null]
		];
		await writeExcel(cells as never).toFile(path);
		const source = await ensureSource(database.db, '表格', 'registration');
		const result = await importFile(database.db, { kind: 'registrations', sourceId: source.id, path, mapping: null, actor: null });
		expect(result).toMatchObject({ ok: true, rows: 2, accepted: 2, rejected: 0 });
		const row = await database.db.selectFrom('enterprise').selectAll().where('uscc', '=', usccOf(11)).executeTakeFirstOrThrow();
		expect(row).toMatchObject({ name: '表格 <企业> & 公司', established_on: '2019-02-28', capital_wan: '200.0000' });
	});
});

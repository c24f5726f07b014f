import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile as writeText } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'csv-parse/sync';
import { columnsOf, datasets } from '#lib/outward/datasets.ts';
import { logOutward } from '#lib/outward/log.server.ts';
import type { Manifest } from '#lib/outward/manifest.ts';
import { dropNew } from '#lib/outward/outbox.server.ts';
import { takeRows } from '#lib/outward/take.server.ts';
import { validateFile } from '#lib/outward/validate.ts';
import { writeFile } from '#lib/outward/write.server.ts';
import type { TokenActor } from '#lib/access/tokens.server.ts';
import { referenceDatabase, testFolder } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';
import { classRow, seedEnterprises } from './support.ts';

let database: TestDatabase;
let usccs: readonly string[];
let folder: Awaited<ReturnType<typeof testFolder>>;

beforeAll(async () => {
	[database, folder] = [await referenceDatabase(), await testFolder()];
	usccs = await seedEnterprises(database.owner, 30);
	await database.owner.insertInto('enterprise_class').values(usccs.map((uscc) => classRow(uscc, '2026-10', 'C'))).execute();
	await logOutward(database.db, 'classes');
});
afterAll(async () => {
	await database[Symbol.asyncDispose]();
	await folder[Symbol.asyncDispose]();
});

const at = new Date('2026-10-05T00:00:00Z');
const write = (name: string, more: Partial<Parameters<typeof writeFile>[1]> = {}) =>
	writeFile(database.db, { dataset: 'classes', file: join(folder.path, name), format: 'ndjson', regionCode: '000000', after: 0, at, ...more });
const linesOf = async (path: string) => (await readFile(path, 'utf8')).trimEnd().split('\n');

test('a file holds its manifest and every row, is valid, and is the same when written again', async () => {
	const { manifest, bytes } = await write('all.ndjson');
	const text = await readFile(join(folder.path, 'all.ndjson'));
	expect(text.length).toBe(bytes);
	const cut = text.indexOf(10) + 1;
	expect(JSON.parse(text.subarray(0, cut).toString())).toEqual(manifest);
	expect(manifest).toMatchObject({
		format: 'qianshao-outward-1', dataset: 'classes', jurisdiction: { regionCode: '000000' }, period: { first: '2026-10', last: '2026-10' },
		sequence: { after: 0, first: 1, last: 30, through: 30, head: 30 }, rows: 30, sha256: createHash('sha256').update(text.subarray(cut)).digest('hex'),
		note: expect.stringContaining('不作为对企业的信用评价')
	});
	expect(await validateFile(join(folder.path, 'all.ndjson'))).toEqual({ valid: true, dataset: 'classes', rows: 30, errors: 0, findings: [] });
	await write('again.ndjson');
	expect(await readFile(join(folder.path, 'again.ndjson'))).toEqual(text);
	expect((await readdir(folder.path)).filter((name) => name.includes('part'))).toEqual([]);
});

test('a file of a jurisdiction holds its rows only, and one of what comes later only that', async () => {
	const { manifest } = await write('county.ndjson', { regionCode: '320412', after: 10 });
	const rows = (await linesOf(join(folder.path, 'county.ndjson'))).slice(1).map((line) => JSON.parse(line) as { seq: number; regionCode: string });
	expect(rows.length).toBeGreaterThan(0);
	expect(rows.every((row) => row.seq > 10 && row.regionCode === '320412')).toBe(true);
	expect(manifest).toMatchObject({ jurisdiction: { regionCode: '320412', name: '武进区' }, rows: rows.length, sequence: { after: 10, through: 30 } });
	expect((await validateFile(join(folder.path, 'county.ndjson'))).valid).toBe(true);
});

test('a file without rows says so and is valid', async () => {
	const { manifest } = await write('none.ndjson', { after: 30 });
	expect(manifest).toMatchObject({ rows: 0, period: null, sequence: { first: null, last: null, through: 30 } });
	expect((await validateFile(join(folder.path, 'none.ndjson'))).valid).toBe(true);
});

test('a CSV has Chinese titles, the same rows, and its manifest beside it', async () => {
	await write('all.csv', { format: 'csv' });
	const bytes = await readFile(join(folder.path, 'all.csv'));
	const manifest = JSON.parse(await readFile(join(folder.path, 'all.csv.manifest.json'), 'utf8')) as Manifest;
	expect(manifest).toMatchObject({ rows: 30, sha256: createHash('sha256').update(bytes).digest('hex') });
	const [header, ...rows] = parse(bytes, { bom: true }) as string[][];
	expect(header).toEqual(columnsOf('classes').map(({ title }) => title));
	expect(rows.map((row) => row[4]).sort()).toEqual([...usccs].sort());
});

describe('a damaged file is refused with line, field and what was expected', () => {
	const row = (lines: string[], i: number, change: object) => lines.map((line, j) => (j === i ? JSON.stringify({ ...(JSON.parse(line) as object), ...change }) : line));
	const cases: readonly [what: string, damage: (lines: string[]) => string[], finding: object][] = [
		['a class that there is not', (lines) => row(lines, 3, { riskClass: 'E' }), { line: 4, field: 'riskClass', expected: expect.objectContaining({ en: 'one of A, B, C, D' }) }],
		['a field of its own', (lines) => row(lines, 3, { score: 7 }), { line: 4, field: 'score', expected: expect.objectContaining({ en: 'no such field' }) }],
		['a field that is missing', (lines) => row(lines, 3, { month: undefined }), { line: 4, field: 'month', expected: expect.objectContaining({ en: 'this field, which is missing' }) }],
		['a day that there is not', (lines) => row(lines, 3, { receivedOn: '2026-02-30' }), { line: 4, field: 'receivedOn' }],
		['a code of wrong form', (lines) => row(lines, 3, { uscc: '123' }), { line: 4, field: 'uscc' }],
		['a row twice', (lines) => [...lines.slice(0, 5), lines[4]!, ...lines.slice(5)], { line: 6, field: 'seq' }],
		['rows in another order', (lines) => [lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)], { line: 3, field: 'seq' }],
		['an object twice under two numbers', (lines) => row(lines, 4, { ...(JSON.parse(lines[3]!) as object), seq: 4 }), { line: 5, field: 'uscc, month' }],
		['a correction of what comes later', (lines) => row(lines, 4, { revises: 9 }), { line: 5, field: 'revises' }],
		['a withdrawal of nothing', (lines) => row(lines, 4, { withdrawn: true }), { line: 5, field: 'revises' }],
		['a row beyond the manifest', (lines) => row(lines, 30, { seq: 31 }), { line: 31, field: 'seq' }],
		['a row too few', (lines) => lines.slice(0, -1), { line: 1, field: 'rows', expected: expect.objectContaining({ en: '30 rows, not 29' }) }],
		['one changed letter', (lines) => row(lines, 3, { name: '他' }), { line: 1, field: 'sha256' }],
		['no JSON', (lines) => [...lines.slice(0, 3), '{"seq":', ...lines.slice(4)], { line: 4, field: null }],
		['another format', (lines) => row(lines, 0, { format: 'qianshao-outward-2' }), { line: 1, field: 'format', expected: expect.objectContaining({ en: '"qianshao-outward-1"' }) }],
		['no manifest', (lines) => lines.slice(1), { line: 1, field: 'format' }]
	];
	test.each(cases)('%s', async (_, damage, finding) => {
		await write('good.ndjson');
		const path = join(folder.path, 'bad.ndjson');
		await writeText(path, `${damage(await linesOf(join(folder.path, 'good.ndjson'))).join('\n')}\n`);
		const result = await validateFile(path);
		expect(result.valid).toBe(false);
		expect(result.findings).toContainEqual(expect.objectContaining(finding));
	});

	/** The file as somebody would seal it who writes the format himself: the checksum is right, the manifest otherwise as told. */
	const sealed = (lines: readonly string[], manifest: object = {}) => {
		const body = lines.slice(1).map((line) => `${line}\n`).join('');
		const about = { ...(JSON.parse(lines[0]!) as Manifest), rows: lines.length - 1, sha256: createHash('sha256').update(body).digest('hex'), ...manifest };
		return `${JSON.stringify(about)}\n${body}`;
	};
	const range = { after: 0, first: 1, last: 30, through: 30, head: 30 };
	const contradictions: readonly [what: string, text: (lines: string[]) => string, finding: { readonly line: number; readonly field: string | null }][] = [
		['more than there was', (lines) => sealed(lines, { sequence: { ...range, head: 29 } }), { line: 1, field: 'sequence.through' }],
		['an end before the beginning', (lines) => sealed(lines, { sequence: { ...range, after: 40 } }), { line: 1, field: 'sequence.through' }],
		['a first row that is another', (lines) => sealed(lines, { sequence: { ...range, first: 2 } }), { line: 1, field: 'sequence.first' }],
		['the last row taken out', (lines) => sealed(lines.slice(0, -1)), { line: 1, field: 'sequence.last' }],
		['no numbers for rows there are', (lines) => sealed(lines, { sequence: { ...range, first: null } }), { line: 1, field: 'sequence.first' }],
		['months for rows there are not', (lines) => sealed(lines.slice(0, 1), { sequence: { ...range, first: null, last: null } }), { line: 1, field: 'period' }],
		['other months than the rows', (lines) => sealed(lines, { period: { first: '2026-09', last: '2026-10' } }), { line: 1, field: 'period' }],
		['a row of elsewhere', (lines) => sealed(row(lines, 2, { regionCode: '110101' }), { jurisdiction: { regionCode: '320000', name: '江苏省' } }), { line: 3, field: 'regionCode' }],
		['a correction of a row that is not there', (lines) => sealed(row(lines, 30, { revises: 7 })), { line: 31, field: 'revises' }],
		['a correction of another object', (lines) => sealed(row(lines, 30, { ...(JSON.parse(lines[29]!) as object), seq: 30, revises: 7 })), { line: 31, field: 'revises' }],
		['carriage returns', (lines) => sealed(lines.map((line, i) => (i === 4 ? `${line}\r` : line))), { line: 5, field: null }]
	];
	test.each(contradictions)('a checksum that is right and %s', async (_, text, finding) => {
		await write('good.ndjson');
		const lines = await linesOf(join(folder.path, 'good.ndjson'));
		expect((await validateFile(await folder.file('sealed.ndjson', sealed(lines)))).valid).toBe(true);
		expect((await validateFile(await folder.file('wrong.ndjson', text(lines)))).findings).toContainEqual(expect.objectContaining(finding));
	});

	test('a correction of what was given before is right, and so is one of what stands before it in the file', async () => {
		await write('good.ndjson');
		const lines = await linesOf(join(folder.path, 'good.ndjson'));
		const later = [lines[0]!, ...lines.slice(11)];
		expect((await validateFile(await folder.file('later.ndjson', sealed(row(later, 1, { revises: 3 }), { sequence: { ...range, after: 10, first: 11 } })))).findings).toEqual([]);
		expect((await validateFile(await folder.file('twice.ndjson', sealed(row(lines, 30, { ...(JSON.parse(lines[7]!) as object), seq: 30, revises: 7 }))))).findings).toEqual([]);
	});

	test('cut off in the middle of a line', async () => {
		await write('good.ndjson');
		const path = await folder.file('cut.ndjson', (await readFile(join(folder.path, 'good.ndjson'))).subarray(0, -20));
		expect((await validateFile(path)).findings).toContainEqual({ line: 31, field: null, expected: expect.objectContaining({ en: 'a line feed at the end: the file was cut off' }) });
	});

	test('empty', async () => {
		expect((await validateFile(await folder.file('empty.ndjson', ''))).findings).toEqual([{ line: 1, field: null, expected: expect.objectContaining({ en: 'a manifest: the file is empty' }) }]);
	});

	test('one line without end', async () => {
		expect((await validateFile(await folder.file('long.ndjson', 'x'.repeat(3_000_000)))).valid).toBe(false);
	});
});

test('the samples in docs/outward are valid, one for each dataset', async () => {
	for (const dataset of datasets) {
		const result = await validateFile(new URL(`../../docs/outward/${dataset}.sample.ndjson`, import.meta.url).pathname);
		expect(result).toMatchObject({ valid: true, dataset, findings: [] });
		expect(result.rows).toBeGreaterThan(1);
	}
});

describe('the outbox', () => {
	const drop = () => dropNew(database.db, 'classes', { folder: join(folder.path, 'outbox') });
	const dropped = () => readdir(join(folder.path, 'outbox', 'classes'));

	test('gets each row in exactly one file, whatever comes between', async () => {
		expect(await drop()).toMatchObject({ fileName: 'classes-0000000001-0000000030.ndjson', rows: 30 });
		expect(await drop()).toBeNull();
		await database.owner.insertInto('enterprise_class').values(classRow(usccs[0]!, '2026-10', 'D', 2)).execute();
		await logOutward(database.db, 'classes');
		// As a process leaves it that died after writing and before noting it.
		await database.owner.insertInto('outward_drop').values({ dataset: 'classes', after_seq: 30, through_seq: 31, file_name: 'classes-0000000031-0000000031.ndjson', state: 'writing', made_at: at }).execute();
		await database.owner.insertInto('enterprise_class').values(classRow(usccs[1]!, '2026-10', 'D', 2)).execute();
		await logOutward(database.db, 'classes');
		expect(await drop()).toMatchObject({ fileName: 'classes-0000000031-0000000031.ndjson', rows: 1 });
		expect(await drop()).toMatchObject({ fileName: 'classes-0000000032-0000000032.ndjson', rows: 1 });
		const files = await dropped();
		const seqs: number[] = [];
		for (const file of files.sort()) {
			expect((await validateFile(join(folder.path, 'outbox', 'classes', file))).valid).toBe(true);
			seqs.push(...(await linesOf(join(folder.path, 'outbox', 'classes', file))).slice(1).map((line) => (JSON.parse(line) as { seq: number }).seq));
		}
		expect(seqs).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
	});
});

describe('taking through the interface', () => {
	const token: TokenActor = { id: 'token-1', name: '双随机平台', address: '10.0.0.9', regionCode: '320400', regionPrefix: '3204', scopes: ['outward:classes'], sourceIds: [] };

	const take = async (after: number) => {
		const taken = await takeRows(database.db, token, 'classes', { after, limit: 5 });
		if (!taken.ok) throw new Error(taken.reason);
		return taken;
	};

	test('the same question gives the same rows; the position and what went out are noted', async () => {
		const first = await take(0);
		const again = await take(0);
		const rowsOf = (body: string) => body.split('\n').slice(1);
		expect(rowsOf(again.body)).toEqual(rowsOf(first.body));
		expect(first.manifest).toMatchObject({ rows: 5, jurisdiction: { regionCode: '320400', name: '常州市' } });
		expect((await validateFile(await folder.file('answer.ndjson', first.body))).valid).toBe(true);
		const position = await database.db.selectFrom('outward_taker').selectAll().executeTakeFirstOrThrow();
		expect(position).toMatchObject({ token_id: 'token-1', position: first.manifest.sequence.through, rows: 10, requests: 2 });
		const entries = await database.db.selectFrom('audit_entry').select(['action', 'detail', 'actor_name', 'address']).where('action', '=', 'outward.take').execute();
		expect(entries).toHaveLength(2);
		expect(entries[0]).toMatchObject({ actor_name: '双随机平台', address: '10.0.0.9', detail: { rows: 5, region: '320400' } });
	});

	test('a position beyond the end is refused instead of missing rows in silence', async () => {
		expect(await takeRows(database.db, token, 'classes', { after: 33, limit: 5 })).toEqual({ ok: false, reason: 'beyond-head', head: 32 });
	});

	test('looking in vain is no entry in the trail', async () => {
		await take(32);
		const { n } = await database.db.selectFrom('audit_entry').select(({ fn }) => fn.countAll<number>().as('n')).where('action', '=', 'outward.take').executeTakeFirstOrThrow();
		expect(n).toBe(2);
	});
});

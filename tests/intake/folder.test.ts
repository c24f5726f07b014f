import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filedNames, isComplete, isIgnored } from '#lib/intake/folder/look.ts';
import type { FolderReport } from '#lib/intake/folder/report.server.ts';
import { watchFolder } from '#lib/intake/folder/folder.server.ts';
import { importFile } from '#lib/intake/import.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { referenceDatabase, testFolder, usccOf } from './support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
	await database.db.insertInto('department').values({ id: 'cz', name: '常州局', region_code: '320400' }).execute();
	await database.db.insertInto('source').values({ id: 's1', name: '登记系统', owner_department_id: 'cz', kinds: ['registration'], region_code: '320400' }).execute();
});
afterAll(() => database[Symbol.asyncDispose]());

const header = 'sourceKey,uscc,name,occurredOn,region\n';
const line = (i: number, uscc = usccOf(i)) => `K${i},${uscc},企业${i},2026-11-02,320412\n`;

/** A folder that is looked into minute by minute. */
async function watched() {
	const folder = await testFolder();
	const inbox = join(folder.path, 'inbox');
	let minute = 0;
	const lines: string[] = [];
	return {
		inbox,
		lines,
		place: join(inbox, '登记系统', 'registrations'),
		async put(path: string, content: string) {
			const full = join(inbox, path);
			await mkdir(join(full, '..'), { recursive: true });
			await writeFile(full, content);
			return full;
		},
		look: (more: Partial<Parameters<typeof watchFolder>[1]> = {}) =>
			watchFolder(database.db, { inbox, now: new Date(Date.UTC(2026, 10, 21, 1, minute++)), signal: new AbortController().signal, log: (text) => lines.push(text), ...more }),
		/** All files, below the inbox. */
		async files() {
			const entries = await readdir(inbox, { recursive: true, withFileTypes: true });
			return entries.filter((entry) => entry.isFile()).map((entry) => relative(inbox, join(entry.parentPath, entry.name))).sort();
		},
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]()
	};
}

async function events(): Promise<number> {
	const { rows } = await sql<{ n: number }>`select count(*)::int as n from event`.execute(database.db);
	return rows[0]!.n;
}

const nothing = { files: 0, rows: 0, rejected: 0, waiting: 0, failed: 0, misplaced: 0 };

describe('the watched folder', () => {
	it('takes a file in once it looks the same twice, and files it away with its reports', async () => {
		await using one = await watched();
		const before = await events();
		await one.put('登记系统/registrations/十一月.csv', header + line(1) + line(2) + line(3, 'x'));
		expect(await one.look()).toEqual({ ...nothing, waiting: 1 });
		expect(await one.look()).toEqual({ ...nothing, files: 1, rows: 3, rejected: 1 });
		expect(await events()).toBe(before + 2);
		const files = await one.files();
		expect(files.map((file) => file.replace(/\d{4}-\d{2}-\d{2}\/[0-9a-f]{8}-/, '…'))).toEqual([
			'登记系统/registrations/done/…十一月.csv', '登记系统/registrations/done/…十一月.csv.rejects.csv',
			'登记系统/registrations/done/…十一月.csv.report.json', '登记系统/registrations/done/…十一月.csv.report.txt'
		]);
		const report = JSON.parse(await readFile(join(one.inbox, files[2]!), 'utf8')) as FolderReport;
		expect(report).toMatchObject({
			file: '十一月.csv', source: '登记系统', kind: 'registrations', outcome: 'taken-in', rows: 3, accepted: 2, rejected: 1,
			reasons: [{ reason: 'uscc-length', rows: 1, firstLine: 4 }]
		});
		const text = await readFile(join(one.inbox, files[3]!), 'utf8');
		expect(text).toContain('共 3 行：新增 2 行');
		expect(text).toContain('首见第 4 行');
		expect(await readFile(join(one.inbox, files[1]!), 'utf8')).toContain('K3,x,企业3');
		expect(await one.look()).toEqual(nothing);
	});

	it('waits while a file is written, and takes one that is marked at once, the marker with it', async () => {
		await using one = await watched();
		const path = await one.put('登记系统/registrations/写着.csv', header + line(11));
		for (let i = 12; i < 15; i++) {
			expect(await one.look()).toEqual({ ...nothing, waiting: 1 });
			await appendFile(path, line(i));
		}
		// The same size at another time is a file that was written again.
		await one.look();
		await utimes(path, new Date(), new Date(Date.now() + 5_000));
		expect(await one.look()).toEqual({ ...nothing, waiting: 1 });
		expect(await one.look()).toMatchObject({ files: 1, rows: 4 });
		await one.put('登记系统/registrations/写完.csv', header + line(15));
		await one.put('登记系统/registrations/写完.csv.done', '');
		expect(await one.look()).toMatchObject({ files: 1, rows: 1, waiting: 0 });
		expect((await one.files()).filter((file) => file.endsWith('.done'))).toEqual([]);
	});

	it('leaves alone what is hidden, unfinished or lies in no source’s folder', async () => {
		await using one = await watched();
		for (const name of ['.hidden.csv', 'a.csv.part', 'b.tmp', '~$c.xlsx', 'd.csv.filepart']) await one.put(`登记系统/registrations/${name}`, 'x');
		await one.put('乱放.csv', 'x');
		await one.put('登记系统/乱放.csv', 'x');
		const before = await one.files();
		await one.look();
		expect(await one.look()).toEqual({ ...nothing, misplaced: 2 });
		expect(await one.files()).toEqual(before);
	});

	it.each([
		['登记系统/registrations/空.csv', '', 'empty-file'],
		['登记系统/registrations/表.csv', '甲,乙\n1,2\n', 'missing-columns'],
		['登记系统/nonsense/一.csv', header + line(21), 'no-kind'],
		['没有这个源/registrations/一.csv', header + line(22), 'no-source'],
		['登记系统/registrations/全坏.csv', `${header}a,b,c,d,e\n`, null]
	])('files %s under rejected, with why', async (path, content, reason) => {
		await using one = await watched();
		const before = await events();
		await one.put(path, content);
		await one.put(`${path}.done`, '');
		expect(await one.look()).toMatchObject({ files: 1, failed: 0 });
		const files = await one.files();
		for (const file of files) expect(file).toContain('/rejected/');
		const report = JSON.parse(await readFile(join(one.inbox, files.find((file) => file.endsWith('.json'))!), 'utf8')) as FolderReport;
		expect(report.reason).toBe(reason);
		if (reason !== null) expect(report.message!.length).toBeGreaterThan(10);
		expect(await readFile(join(one.inbox, files.find((file) => !file.includes('.csv.'))!), 'utf8')).toBe(content);
		expect(await events()).toBe(before);
	});

	it('never overwrites: the same name twice is two files, and the same rows twice are duplicates', async () => {
		await using one = await watched();
		const before = await events();
		for (let i = 0; i < 2; i++) {
			await one.put('登记系统/registrations/同名.csv', header + line(31));
			await one.put('登记系统/registrations/同名.csv.done', '');
			await one.look();
		}
		const reports = (await one.files()).filter((file) => file.endsWith('.json'));
		const figures = await Promise.all(reports.map(async (file) => JSON.parse(await readFile(join(one.inbox, file), 'utf8')) as FolderReport));
		expect(figures.map(({ accepted, duplicates }) => [accepted, duplicates]).sort()).toEqual([[0, 1], [1, 0]]);
		expect(await events()).toBe(before + 1);
	});

	it('goes on where it broke off: taken but not imported, imported but not filed away, filed away but not cleared', async () => {
		await using one = await watched();
		const { db } = database;
		const before = await events();
		const taken = (batch: string) => join(one.place, '.taken', batch);
		const [first, second, third] = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002', 'cccccccc-0000-4000-8000-000000000003'];
		for (const [batch, i] of [[first, 41], [second, 42]] as const) {
			await mkdir(taken(batch), { recursive: true });
			await writeFile(join(taken(batch), '断.csv'), header + line(i));
		}
		await mkdir(taken(third), { recursive: true });
		const imported = await importFile(db, { kind: 'registrations', sourceId: 's1', path: join(taken(second), '断.csv'), batchId: second, mapping: null, actor: null });
		expect(imported).toMatchObject({ ok: true, accepted: 1 });
		expect(await one.look()).toMatchObject({ files: 2, rows: 2, failed: 0 });
		const reports = (await one.files()).filter((file) => file.endsWith('.json'));
		const figures = await Promise.all(reports.map(async (file) => JSON.parse(await readFile(join(one.inbox, file), 'utf8')) as FolderReport));
		expect(figures.map(({ batch, accepted, duplicates }) => [batch, accepted, duplicates])).toEqual([[first, 1, 0], [second, 1, 0]]);
		expect(await events()).toBe(before + 2);
		expect(await readdir(join(one.place, '.taken'))).toEqual([]);
		const { rows } = await sql`select from intake_batch where id = any(${[first, second]})`.execute(db);
		expect(rows.length).toBe(2);
	});

	it('stops before a full disk, and one file that cannot be moved does not keep the others waiting', async () => {
		await using one = await watched();
		const full = { level: 'full', path: '/', free: 0, total: 1, stopBelow: 1, tellBelow: 1 } as const;
		await one.put('登记系统/registrations/满.csv', header + line(51));
		await one.put('登记系统/registrations/满.csv.done', '');
		expect(await one.look({ disk: async () => full })).toEqual(nothing);
		// A file in the place of the folder it would be filed under.
		await writeFile(join(one.place, 'done'), 'x');
		await one.put('登记系统/licences/好.csv', `uscc,occurredOn\n${usccOf(51)},2026-11-03\n`);
		await one.put('登记系统/licences/好.csv.done', '');
		expect(await one.look()).toMatchObject({ files: 1, failed: 1 });
		expect(one.lines.some((text) => text.includes('满.csv'))).toBe(true);
		await rm(join(one.place, 'done'));
		expect(await one.look()).toMatchObject({ files: 1, failed: 0 });
	});

	it('reads a file again that grew while it was read', async () => {
		await using one = await watched();
		const before = await events();
		await one.put('登记系统/registrations/长.csv', header + Array.from({ length: 3_000 }, (_, i) => line(100_000 + i)).join(''));
		await one.put('登记系统/registrations/长.csv.done', '');
		const taken = join(one.place, '.taken');
		let hasGrown = false;
		const grow = setInterval(() => {
			const [batch] = existsSync(taken) ? readdirSync(taken) : [];
			if (batch === undefined || hasGrown || !existsSync(join(taken, batch, '长.csv'))) return;
			hasGrown = true;
			appendFileSync(join(taken, batch, '长.csv'), line(200_000));
		}, 2);
		const run = await one.look();
		clearInterval(grow);
		if (run.failed === 1) expect(await one.look()).toMatchObject({ files: 1, rows: 3_001, failed: 0 });
		expect(await events()).toBe(before + 3_001);
		expect(hasGrown).toBe(true);
	});
});

describe('what is looked at', () => {
	it.each([
		['a.csv', false], ['登记.xlsx', false], ['b.ndjson', false], ['.a.csv', true], ['a.csv.part', true], ['A.TMP', true], ['~$a.xlsx', true], ['a.csv~', true],
		['Thumbs.db', true], ['a.csv.done', true], ['a.crdownload', true]
	])('%s is ignored: %s', (name, ignored) => expect(isIgnored(name)).toBe(ignored));

	const at = (s: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, s));
	const file = { path: 'a', bytes: 10, modifiedAt: at(0) };
	it.each([
		['seen for the first time', file, undefined, false, false],
		['marked', file, undefined, true, true],
		['the same a minute before', file, { ...file, seenAt: at(0) }, false, true],
		['the same a moment before', file, { ...file, seenAt: at(50) }, false, false],
		['smaller before', file, { ...file, bytes: 9, seenAt: at(0) }, false, false],
		['written since', file, { ...file, modifiedAt: at(-1), seenAt: at(0) }, false, false]
	])('a file %s', (_, now, earlier, marked, complete) => expect(isComplete(now, earlier, marked, at(60))).toBe(complete));

	it('is filed under names that its batch makes the only ones', () => {
		expect(filedNames('12345678-9', 'a.csv')).toEqual({ file: '12345678-a.csv', json: '12345678-a.csv.report.json', text: '12345678-a.csv.report.txt', rejects: '12345678-a.csv.rejects.csv' });
	});
});

import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '#db/connection.ts';
import { migrationNames } from '#db/migrator.ts';
import { audit, verifyAudit } from '#lib/access/audit.server.ts';
import { restoreBackup } from '#lib/backup/restore.server.ts';
import { checkSeal } from '#lib/backup/seal.ts';
import { writeBackup } from '#lib/backup/write.server.ts';
import { makePartition } from '../../jobs/make-partitions.ts';
import { prepareDatabase } from '../../src/cli/prepare-database.ts';
import { imported, referenceDatabase, testFolder, usccOf } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';
import { checksums, emptyDatabase, withClient } from './support.ts';

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof testFolder>>;
let backup: string;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
	[database, folder] = [await referenceDatabase(), await testFolder()];
	await database.owner.insertInto('department').values({ id: 'city', name: '常州市局', region_code: '320400' }).execute();
	await makePartition(database.owner, '2031-05-01');
	const rows = (n: number, day: string) =>
		Array.from({ length: n }, (_, i) => `${usccOf(i)},"企业${i}, \\N ""引号"" ${'长'.repeat(i % 40)}",${day},320412,F52,张三${i}\n`).join('');
	const header = '统一社会信用代码,企业名称,登记日期,区划代码,行业代码,法定代表人\n';
	await imported(database.db, 'registrations', header + rows(400, '2026-05-03'));
	// A month with a part of its own that no migration makes, and one that only the default part takes.
	await database.owner
		.insertInto('event')
		.values(['2031-05-04', '2039-01-01'].map((day, i) => ({
			uscc: usccOf(i), occurred_at: `${day} 12:00:00.123456+08`, event_id: `00000000-0000-4000-8000-00000000000${i}`, kind: 'complaint', source_id: 's', source_key: String(i), batch_id: 'b',
			received_at: new Date(), region_code: '320412', region_basis: 'given', industry_key: '-', content: JSON.stringify({ text: '换行\n制表\t反斜\\ 👍' }), known_from: new Date()
		})))
		.execute();
	for (let i = 0; i < 5; i++) await audit(database.db, { id: null, name: '张\t三', address: null }, { action: 'account.create', detail: { i, note: 'a\nb' } });
	backup = join(folder.path, 'whole.backup');
	const made = await writeBackup(database.db, backup);
	expect(made).toMatchObject({ ok: true, tables: expect.any(Number) });
	before = await checksums(database.url);
});
afterAll(async () => {
	await database[Symbol.asyncDispose]();
	await folder[Symbol.asyncDispose]();
});

test('the drill: what was backed up stands in an empty database as it was, and the product starts on it', async () => {
	await using target = await emptyDatabase();
	const restored = await restoreBackup(target.url, backup);
	expect(restored).toMatchObject({ ok: true, bytes: (await stat(backup)).size });
	expect(Object.keys(before).length).toBeGreaterThan(40);
	expect(await checksums(target.url)).toEqual(before);

	const prepared = await prepareDatabase({ url: target.url, folder: folder.path, log: () => undefined });
	expect(prepared.ok).toBe(true);
	const copy = openDatabase({ url: target.url, max: 2 });
	const owner = openDatabase({ url: target.url, max: 1, role: 'owner' });
	try {
		expect(await verifyAudit(copy)).toEqual(await verifyAudit(database.db));
		expect((await verifyAudit(copy)).valid).toBe(true);
		// Numbers go on where they stood, and the trail can still only be added to.
		await copy.insertInto('count_touched').values({ day: '2026-05-03', kind: 'registration' }).execute();
		await audit(copy, null, { action: 'account.create' });
		expect((await verifyAudit(copy)).valid).toBe(true);
		await expect(copy.updateTable('audit_entry').set({ action: 'x' }).execute()).rejects.toThrow(/permission denied/);
		await expect(copy.deleteFrom('outward_row').execute()).rejects.toThrow(/permission denied/);
		await expect(sql`create table mine (a int)`.execute(copy)).rejects.toThrow(/permission denied/);
		// Each part holds its own month.
		const { rows } = await sql<{ n: number }>`select (select count(*) from event_2031_05)::int + (select count(*) from event_default)::int as n`.execute(owner);
		expect(rows[0]!.n).toBe(2);
	} finally {
		await Promise.all([copy.destroy(), owner.destroy()]);
	}
});

test('everything in it is of one instant, whatever is written meanwhile', async () => {
	const file = join(folder.path, 'busy.backup');
	let inserted = false;
	const made = await writeBackup(database.db, file, {
		// The first table is asked for: the snapshot stands. What is committed from now on must not be in it.
		async progress() {
			if (inserted) return;
			await database.owner.insertInto('number_counter').values({ series: 'warning', year: '1999', last: 1 }).execute();
			inserted = true;
		}
	});
	expect(made.ok).toBe(true);
	await using target = await emptyDatabase();
	expect(await restoreBackup(target.url, file)).toMatchObject({ ok: true });
	expect(await checksums(target.url)).toEqual(before);
	expect(await database.db.selectFrom('number_counter').select('last').where('year', '=', '1999').executeTakeFirst()).toEqual({ last: 1 });
	await database.owner.deleteFrom('number_counter').execute();
});

describe('refuses, and leaves nothing behind', () => {
	const tablesIn = (url: string) => withClient(url, async (client) => (await client.query(`select from pg_class where relnamespace = 'public'::regnamespace`)).rowCount);

	test('a file that is half, changed, something else, or not there', async () => {
		const whole = await readFile(backup);
		const changed = Buffer.from(whole);
		changed[Math.floor(whole.length / 2)]! ^= 1;
		const cases: readonly [file: string, content: Buffer | null, reason: string][] = [
			['half.backup', whole.subarray(0, whole.length / 2), 'incomplete'],
			['almost.backup', whole.subarray(0, -1), 'incomplete'],
			['longer.backup', Buffer.concat([whole, Buffer.from('x')]), 'incomplete'],
			['changed.backup', changed, 'changed'],
			['text.backup', Buffer.from('not a backup'), 'incomplete'],
			['empty.backup', Buffer.alloc(0), 'incomplete'],
			['none.backup', null, 'no-file']
		];
		await using target = await emptyDatabase();
		for (const [name, content, reason] of cases) {
			const path = join(folder.path, name);
			if (content !== null) await writeFile(path, content);
			expect(await restoreBackup(target.url, path), name).toMatchObject({ ok: false, reason, message: expect.stringContaining(path) });
		}
		expect(await tablesIn(target.url)).toBe(0);
	});

	test('any one byte changed, anywhere in the file', async () => {
		const whole = await readFile(backup);
		const path = join(folder.path, 'one-byte.backup');
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
				const bytes = Buffer.from(whole);
				bytes[at]! ^= change;
				await writeFile(path, bytes);
				expect((await checkSeal(path)).ok).toBe(false);
			}),
			{ numRuns: 60 }
		);
	});

	test('a database that holds something, and names the table', async () => {
		await using target = await emptyDatabase();
		expect(await restoreBackup(target.url, backup)).toMatchObject({ ok: true });
		const held = await checksums(target.url);
		expect(await restoreBackup(target.url, backup)).toMatchObject({ ok: false, reason: 'not-empty', message: expect.stringMatching(/table \w+ has rows.*DATABASE_URL/) });
		expect(await checksums(target.url)).toEqual(held);
	});

	test('a backup of a newer version, and a database of a newer one', async () => {
		const last = (await migrationNames()).at(-1)!;
		await database.owner.transaction().execute((trx) => sql`insert into kysely_migration (name, timestamp) values ('9999_later', 'now')`.execute(trx));
		const newer = join(folder.path, 'newer.backup');
		await writeBackup(database.db, newer);
		await sql`delete from kysely_migration where name = '9999_later'`.execute(database.owner);
		await using target = await emptyDatabase();
		expect(await restoreBackup(target.url, newer)).toMatchObject({ ok: false, reason: 'newer-version', message: expect.stringContaining('9999_later') });
		expect(await tablesIn(target.url)).toBe(0);

		await sql`delete from kysely_migration where name = ${last}`.execute(database.owner);
		const older = join(folder.path, 'older.backup');
		await writeBackup(database.db, older);
		await sql`insert into kysely_migration (name, timestamp) values (${last}, 'now')`.execute(database.owner);
		await using migrated = await (async () => {
			const made = await emptyDatabase();
			const { migrateToLatest } = await import('#db/migrator.ts');
			await migrateToLatest(made.url);
			return made;
		})();
		expect(await restoreBackup(migrated.url, older)).toMatchObject({ ok: false, reason: 'other-version' });
	});
});

test('a restore that breaks off in the middle leaves no row, and can be made again', async () => {
	await using target = await emptyDatabase();
	const stop = new AbortController();
	const broken = restoreBackup(target.url, backup, { signal: stop.signal, progress: (step) => step === 'intake_batch' && stop.abort(new Error('stopped')) });
	await expect(broken).rejects.toThrow('stopped');
	const rows = await withClient(target.url, (client) => client.query('select (select count(*) from region) + (select count(*) from enterprise) as n'));
	expect(rows.rows).toEqual([{ n: '0' }]);
	expect(await restoreBackup(target.url, backup)).toMatchObject({ ok: true });
	expect(await checksums(target.url)).toEqual(before);
});

test('a backup never replaces a file, and one that breaks off leaves none', async () => {
	expect(await writeBackup(database.db, backup)).toEqual({ ok: false, reason: 'file-exists' });
	const stop = new AbortController();
	const path = join(folder.path, 'stopped.backup');
	await expect(writeBackup(database.db, path, { signal: stop.signal, progress: () => stop.abort() })).rejects.toThrow(/abort/i);
	expect((await readdir(folder.path)).filter((name) => name.includes('stopped'))).toEqual([]);
});

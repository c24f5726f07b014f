import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { sourceDetail } from '#lib/sources/detail.server.ts';
import { mapSample, readMapping, saveMapping } from '#lib/sources/mapping.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, referenceDatabase, testFolder } from '../intake/support.ts';

const base: Actor = { id: 'u-steward', name: 'steward', displayName: '数据员', role: 'monitor', grants: ['steward'], departmentId: 'cz', regionCode: '320400', industries: null, inspectorId: null, address: null };
const plainMonitor: Actor = { ...base, id: 'u-plain', grants: [] };
const stranger: Actor = { ...base, id: 'u-wx', departmentId: 'wx', regionCode: '320200' };
const sample = (text: string | Uint8Array) => ({ body: Readable.from([Buffer.from(text)]), bytes: Buffer.byteLength(text) });
const header = '转办单\t对象\t投诉时间\t属地\n1\t某店\t2025-03-04\t320412';

describe('the mapping of a source, settled without a file', () => {
	let database: TestDatabase;
	beforeAll(async () => {
		database = await referenceDatabase();
		await database.owner.insertInto('department').values([{ id: 'cz', name: '常州局', region_code: '320400' }, { id: 'wx', name: '无锡局', region_code: '320200' }]).execute();
		await database.owner.insertInto('source').values({ id: 's', name: '转办', owner_department_id: 'cz', kinds: ['complaint'], region_code: '320400' }).execute();
		await database.owner.insertInto('app_user').values({ id: base.id, name: base.name, display_name: base.displayName, password_hash: 'none', role: 'monitor', department_id: 'cz', region_code: '320400' }).execute();
	});
	afterAll(() => database[Symbol.asyncDispose]());

	it('is for the steward of the owning department', async () => {
		await using folder = await testFolder();
		const { db } = database;
		for (const [who, reason] of [[plainMonitor, 'not-allowed'], [stranger, 'not-found']] as const) {
			expect(await readMapping(db, who, 's', 'complaints')).toMatchObject({ reason });
			expect(await mapSample(db, who, 's', 'complaints', sample(header), folder.path)).toMatchObject({ reason });
			expect(await saveMapping(db, who, 's', 'complaints', { columns: { 投诉时间: 'occurredOn' } })).toMatchObject({ reason });
		}
		expect(await readMapping(db, base, 's', 'nonsense')).toMatchObject({ reason: 'no-kind' });
		expect(await readMapping(db, base, 's', 'complaints')).toMatchObject({ ok: true, columns: [] });
	});

	it('guesses what headers mean, shows first values, and keeps nothing of the sample', async () => {
		await using folder = await testFolder();
		const draft = await mapSample(database.db, base, 's', 'complaints', sample(header), folder.path);
		expect(draft).toMatchObject({
			ok: true,
			columns: [
				{ name: '转办单', field: null, from: 'guessed', values: ['1'] }, { name: '对象', field: null }, { name: '投诉时间', field: 'occurredOn', values: ['2025-03-04'] },
				{ name: '属地', field: null }
			]
		});
		expect(await readdir(join(folder.path, 'uploads'))).toEqual([]);
	});

	it.each([['nothing', '', 'empty-file'], ['a web page', '<html>', 'not-rows']] as const)('says of %s what is wrong', async (_, text, reason) => {
		await using folder = await testFolder();
		expect(await mapSample(database.db, base, 's', 'complaints', sample(text), folder.path)).toMatchObject({ ok: false, reason, message: expect.any(String) });
		expect(await readdir(join(folder.path, 'uploads'))).toEqual([]);
	});

	it('refuses a sample that is a whole delivery', async () => {
		await using folder = await testFolder();
		expect(await mapSample(database.db, base, 's', 'complaints', { body: Readable.from([]), bytes: 9 * 1024 * 1024 }, folder.path)).toMatchObject({ reason: 'too-large' });
	});

	it('is kept once every required field has a column of its own, and reads the next file', async () => {
		await using folder = await testFolder();
		const { db } = database;
		expect(await saveMapping(db, base, 's', 'complaints', { columns: { 转办单: 'sourceKey' } })).toMatchObject({ reason: 'missing-columns', message: expect.stringContaining('occurredOn') });
		expect(await saveMapping(db, base, 's', 'complaints', { columns: { 投诉时间: 'occurredOn', 时间: 'occurredOn' } })).toMatchObject({ reason: 'bad-mapping' });
		const columns = { 转办单: 'sourceKey', 对象: 'name', 投诉时间: 'occurredOn', 属地: 'region' };
		expect(await saveMapping(db, base, 's', 'complaints', { columns })).toEqual({ ok: true });
		expect(await sourceDetail(db, base, 's')).toMatchObject({ kinds: [{ mapping: { origin: 'editor', by: '数据员' } }] });
		const again = await mapSample(db, base, 's', 'complaints', sample('转办单,接收时间\n1,'), folder.path);
		expect(again).toMatchObject({ columns: [{ field: 'sourceKey', from: 'settled' }, { field: 'receivedAt', from: 'guessed' }] });
		await imported(db, 'complaints', header, { source: '转办' });
		expect(await db.selectFrom('event').select(['source_key', 'region_code']).execute()).toEqual([{ source_key: '1', region_code: '320412' }]);
		const trail = await db.selectFrom('audit_entry').select('detail').where('action', '=', 'intake.map').execute();
		expect(trail).toMatchObject([{ detail: { kind: 'complaints', origin: 'editor', columns } }]);
	});
});

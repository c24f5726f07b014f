import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Role } from '#lib/access/actor.ts';
import { batchDetail, listBatches, listSources, rejectsCsv } from '#lib/intake/batches.server.ts';
import { dropUpload, importUpload, previewUpload, startImport, storeUpload } from '#lib/intake/upload.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { referenceDatabase, testFolder, usccOf } from './support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
	await database.db.insertInto('department').values([
		{ id: 'cz', name: '常州局', region_code: '320400' },
		{ id: 'wx', name: '无锡局', region_code: '320200' }
	]).execute();
	await database.db.insertInto('source').values({ id: 's', name: '常州登记', owner_department_id: 'cz', kinds: ['registration'], region_code: '320400' }).execute();
	await database.db.insertInto('app_user').values(
		['a-cz', 'a-wx', 'a-leader', 'a-sysadmin'].map((id) => ({ id, name: id, display_name: id, password_hash: 'x', role: 'monitor', department_id: 'cz', region_code: '320400' })) as never
	).execute();
});
afterAll(() => database[Symbol.asyncDispose]());

function actor(id: string, role: Role, departmentId: string, regionCode: string, grants: Actor['grants'] = []): Actor {
	return { id, name: id, displayName: id, role, grants, departmentId, regionCode, industries: null, inspectorId: null, address: null };
}
const steward = actor('a-cz', 'monitor', 'cz', '320400', ['steward']);
const stranger = actor('a-wx', 'monitor', 'wx', '320200', ['steward']);
const leader = actor('a-leader', 'leader', 'cz', '320400');
const sysadmin = actor('a-sysadmin', 'sysadmin', 'cz', '000000');

const text = `代码,企业,哪天\n${usccOf(1)},甲,2024-05-06\nx,乙,2024-05-06\n`;
const options = { signal: new AbortController().signal, progress: () => undefined };

describe('an uploaded file', () => {
	it('is mapped, imported by the worker, and its mapping remembered for the source', async () => {
		await using folder = await testFolder();
		const { db } = database;
		const upload = (who: Actor, content = text, kind = 'registrations') =>
			storeUpload(db, who, { kind, sourceId: 's', fileName: '../../登记.csv', body: Readable.from([Buffer.from(content)]) }, folder.path);

		expect(await upload(stranger)).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await upload(leader)).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await upload(steward, '')).toMatchObject({ ok: false, reason: 'empty-file' });
		expect(await upload(steward, text, 'nonsense')).toMatchObject({ ok: false, reason: 'no-kind' });
		const stored = await upload(steward);
		if (!stored.ok) throw new Error(stored.reason);
		expect(existsSync(join(folder.path, 'uploads', stored.batchId))).toBe(true);

		const preview = await previewUpload(db, steward, stored.batchId, folder.path);
		expect(preview).toMatchObject({ ok: true, remembered: false, columns: [{ name: '代码', field: null, values: [usccOf(1), 'x'] }, { name: '企业', field: null }, { name: '哪天', field: null }] });
		expect(await previewUpload(db, stranger, stored.batchId, folder.path)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await startImport(db, steward, stored.batchId, { columns: { 代码: 'uscc' } })).toMatchObject({ ok: false, reason: 'missing-columns' });
		const mapping = { columns: { 代码: 'uscc', 企业: 'name', 哪天: 'occurredOn' } } as const;
		expect(await startImport(db, steward, stored.batchId, mapping)).toEqual({ ok: true });
		expect(await startImport(db, steward, stored.batchId, mapping)).toMatchObject({ ok: false, reason: 'conflict' });

		expect(await importUpload(db, stored.batchId, folder.path, options)).toEqual({ rows: 2, accepted: 1, rejected: 1 });
		expect(await importUpload(db, stored.batchId, folder.path, options)).toEqual({ skipped: true });
		expect(existsSync(join(folder.path, 'uploads', stored.batchId))).toBe(false);

		const second = await upload(steward);
		if (!second.ok) throw new Error(second.reason);
		expect(await previewUpload(db, steward, second.batchId, folder.path)).toMatchObject({ remembered: true, columns: [{ field: 'uscc' }, { field: 'name' }, { field: 'occurredOn' }] });
		expect(await dropUpload(db, steward, second.batchId, folder.path)).toEqual({ ok: true });
		expect(existsSync(join(folder.path, 'uploads', second.batchId))).toBe(false);

		// Who sees what of it.
		const own = await batchDetail(db, steward, stored.batchId);
		expect(own).toMatchObject({ ok: true, mayMend: true, reasons: [{ reason: 'uscc-length', n: 1 }], rejects: [{ line: 3 }] });
		expect(await batchDetail(db, leader, stored.batchId)).toMatchObject({ ok: true, mayMend: false, rejects: [], reasons: [{ n: 1 }] });
		expect(await batchDetail(db, stranger, stored.batchId)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await batchDetail(db, sysadmin, stored.batchId)).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await rejectsCsv(db, leader, stored.batchId)).toMatchObject({ ok: false });
		expect(await rejectsCsv(db, stranger, stored.batchId)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await rejectsCsv(db, steward, stored.batchId)).toMatchObject({ ok: true });
		const batches = await Promise.all([steward, stranger, sysadmin].map((who) => listBatches(db, who)));
		expect(batches.map((list) => list.ok && list.batches.length)).toEqual([1, 0, 1]);
		const sources = await listSources(db, steward);
		expect(sources.ok && sources.sources[0]?.kinds).toMatchObject([{ kind: 'registration', state: 'on-demand', cities: 1, complete: { day: '2024-05-06' } }]);
	});

	it('shows beside a column which other one was taken for what it means, and takes no two for one field', async () => {
		await using folder = await testFolder();
		const { db } = database;
		await db.insertInto('source').values({ id: 'twice', name: '两列', owner_department_id: 'cz', kinds: ['registration'], region_code: '320400' }).execute();
		const body = Readable.from([Buffer.from(`统一社会信用代码,企业名称,单位名称,登记日期\n${usccOf(5)},甲,乙,2024-05-06\n`)]);
		const stored = await storeUpload(db, steward, { kind: 'registrations', sourceId: 'twice', fileName: 'x.csv', body }, folder.path);
		if (!stored.ok) throw new Error(stored.reason);
		expect(await previewUpload(db, steward, stored.batchId, folder.path)).toMatchObject({
			columns: [{ taken: null }, { field: 'name', taken: null }, { name: '单位名称', field: null, taken: '企业名称' }, { taken: null }]
		});
		const columns = { 统一社会信用代码: 'uscc', 企业名称: 'name', 单位名称: 'name', 登记日期: 'occurredOn' };
		expect(await startImport(db, steward, stored.batchId, { columns })).toMatchObject({
			ok: false, reason: 'bad-mapping', message: expect.stringContaining('列“企业名称”与“单位名称”都指向字段 name') as string
		});
		expect(await dropUpload(db, steward, stored.batchId, folder.path)).toEqual({ ok: true });
	});

	it('that cannot be taken in fails with its message and leaves nothing', async () => {
		await using folder = await testFolder();
		const { db } = database;
		const stored = await storeUpload(db, steward, { kind: 'registrations', sourceId: 's', fileName: 'x.csv', body: Readable.from([Buffer.from(text)]) }, folder.path);
		if (!stored.ok) throw new Error(stored.reason);
		await startImport(db, steward, stored.batchId, { columns: { 代码: 'uscc', 企业: 'name', 哪天: 'occurredOn' } });
		await import('node:fs/promises').then(({ rm }) => rm(join(folder.path, 'uploads', stored.batchId)));
		expect(await importUpload(db, stored.batchId, folder.path, options)).toMatchObject({ failed: expect.stringContaining('重新上传') as string });
		expect(await batchDetail(db, steward, stored.batchId)).toMatchObject({ batch: { state: 'failed' } });
	});
});

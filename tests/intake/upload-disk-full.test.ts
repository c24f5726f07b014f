import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { importUpload, storeUpload } from '#lib/intake/upload.server.ts';
import { referenceDatabase, testFolder } from './support.ts';

// More than any disk has: whatever stands free on the machine of this test is too little.
process.env['DISK_STOP'] = '4000T';

const steward: Actor = {
	id: 'u', name: 'steward', displayName: '张三', role: 'monitor', grants: ['steward'], departmentId: 'city', regionCode: '320400', industries: null, inspectorId: null, address: null
};

test('with a nearly full disk the upload page takes no file, and an import that was started waits with its file and says why', async () => {
	await using database = await referenceDatabase();
	await using folder = await testFolder();
	const { db, owner } = database;
	await owner.insertInto('department').values({ id: 'city', name: '常州市局', region_code: '320400' }).execute();
	await owner.insertInto('source').values({ id: 's', name: '登记系统', owner_department_id: 'city', kinds: ['registration'], region_code: '320400' }).execute();
	const stored = await storeUpload(db, steward, { kind: 'registrations', sourceId: 's', fileName: 'x.csv', body: Readable.from([Buffer.from('a,b\n')]) }, folder.path);
	expect(stored).toMatchObject({ ok: false, reason: 'disk-full', message: expect.stringContaining('暂停接收') });
	expect(await readdir(folder.path)).toEqual([]);

	await mkdir(join(folder.path, 'uploads'));
	await writeFile(join(folder.path, 'uploads', 'b'), '统一社会信用代码,企业名称,登记日期\n');
	await owner.insertInto('intake_batch').values({ id: 'b', source_id: 's', kind: 'registration', state: 'running', mapping: JSON.stringify({ columns: {} }) }).execute();
	expect(await importUpload(db, 'b', folder.path, { signal: new AbortController().signal, progress: () => undefined })).toEqual({ waits: expect.stringContaining('磁盘剩余') });
	expect(await db.selectFrom('intake_batch').select(['state', 'error']).executeTakeFirstOrThrow()).toEqual({ state: 'uploaded', error: expect.stringContaining('系统管理员') });
	expect(await readFile(join(folder.path, 'uploads', 'b'), 'utf8')).toContain('企业名称');
});

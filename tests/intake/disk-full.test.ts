import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFile } from '#lib/intake/import.server.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { diskState } from '#lib/settings/disk.ts';
import { referenceDatabase, testFolder, usccOf } from './support.ts';

const text = `统一社会信用代码,企业名称,登记日期,区划代码\n${usccOf(1)},甲,2026-05-03,320412\n`;
const disk = (free: number): typeof diskState => ({ wanted = 0 } = {}) =>
	diskState({ wanted, from: { dataDir: '/data', diskStop: 1_000, diskTell: 2_000 }, probe: async () => ({ free, total: 1_000_000 }) });

test('a nearly full disk takes no file in, says so, and keeps the file; with room again the same file comes in', async () => {
	await using database = await referenceDatabase();
	await using folder = await testFolder();
	await database.owner.insertInto('department').values({ id: 'city', name: '常州市局', region_code: '320400' }).execute();
	const path = await folder.file('rows.csv', text);
	const source = await ensureSource(database.db, '登记系统', 'registration');
	const take = (free: number) => importFile(database.db, { kind: 'registrations', sourceId: source.id, path, mapping: null, actor: null, disk: disk(free) });
	// Room above the reserve, but not for what the rows become in the database.
	for (const free of [0, 999, 1_000 + Buffer.byteLength(text)]) {
		expect(await take(free)).toMatchObject({ ok: false, reason: 'disk-full', message: expect.stringMatching(/磁盘剩余.*(暂停接收|暂不能接收).*系统管理员/) });
	}
	expect(await database.db.selectFrom('intake_batch').select('id').execute()).toEqual([]);
	expect((await stat(join(folder.path, 'rows.csv'))).size).toBe(Buffer.byteLength(text));
	expect(await take(100_000)).toMatchObject({ ok: true, accepted: 1 });
});

import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { listBatches } from '#lib/intake/batches.server.ts';
import { storeUpload } from '#lib/intake/upload.server.ts';
import { saveSource } from '#lib/sources/registry.server.ts';
import { imported, importText, referenceDatabase, testFolder, usccOf } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';

const actor = (role: Actor['role']): Actor => ({
	id: role, name: role, displayName: role, role, grants: ['steward'], departmentId: 'cz', regionCode: '320400', industries: null, inspectorId: null, address: null
});

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
	const { db } = database;
	await db.insertInto('department').values({ id: 'cz', name: '常州局', region_code: '320400' }).execute();
	const source = { owner_department_id: 'cz', kinds: ['registration', 'complaint'], region_code: '320400', created_by: 'sysadmin' };
	await db.insertInto('source').values([{ ...source, id: 'city', name: '常州来源' }, { ...source, id: 'county', name: '武进来源', region_code: '320412' }]).execute();
});
afterAll(() => database[Symbol.asyncDispose]());

const kindsOf = async (name: string) => (await database.db.selectFrom('source').select('kinds').where('name', '=', name).executeTakeFirstOrThrow()).kinds;
const changes = `sourceKey,uscc,occurredOn,item\nB1,${usccOf(1)},2026-11-02,法定代表人变更\n`;
const complaints = (regions: readonly string[], mark: string) =>
	`sourceKey,name,occurredOn,region\n${regions.map((region, i) => `${mark}${i},某店,2026-11-02,${region}`).join('\n')}\n`;

describe('a kind that a source is not registered for', () => {
	it('is refused with the kinds it has and who adds one, also on the command line', async () => {
		for (const mayAddKind of [false, true]) {
			const refused = await importText(database.db, 'changes', changes, { source: '常州来源', mayAddKind });
			expect(refused).toMatchObject({ ok: false, reason: 'kind-not-registered', message: expect.stringMatching(/登记、投诉.*没有“变更”.*系统管理员/) as string });
		}
		expect(await kindsOf('常州来源')).toEqual(['registration', 'complaint']);
		expect(await database.db.selectFrom('intake_batch').select('id').execute()).toEqual([]);
	});
	it('is refused by the upload page before the file is kept', async () => {
		await using folder = await testFolder();
		const upload = { kind: 'changes', sourceId: 'city', fileName: '变更.csv', body: Readable.from([changes]) };
		expect(await storeUpload(database.db, actor('monitor'), upload, folder.path)).toMatchObject({ ok: false, reason: 'kind-not-registered' });
	});
	it('is taken up, with a warning, by a source that the command line made and nobody has registered', async () => {
		const registrations = `sourceKey,uscc,name,occurredOn,region\nA1,${usccOf(1)},甲公司,2026-11-02,320412\n`;
		await imported(database.db, 'registrations', registrations, { source: '新来源' });
		expect(await importText(database.db, 'changes', changes, { source: '新来源', mayAddKind: false })).toMatchObject({ reason: 'kind-not-registered' });
		const tried = await imported(database.db, 'changes', changes, { source: '新来源', dryRun: true });
		expect(tried.warnings).toContainEqual({ code: 'kind-added', count: 1, firstLine: null, example: '变更' });
		expect(await kindsOf('新来源')).toEqual(['registration']);
		await imported(database.db, 'changes', changes, { source: '新来源' });
		expect(await kindsOf('新来源')).toEqual(['registration', 'change']);
		const { id } = await database.db.selectFrom('source').select('id').where('name', '=', '新来源').executeTakeFirstOrThrow();
		const cadence = { rhythm: 'on-demand', by: '', day: '', grace: '' } as const;
		const saved = await saveSource(database.db, actor('sysadmin'), id, {
			name: '新来源', ownerDepartmentId: 'cz', regionCode: '320400', kinds: ['registration', 'change'], contact: '', cadence, volumes: {}
		});
		expect(saved).toMatchObject({ ok: true });
		expect(await importText(database.db, 'complaints', complaints(['320412'], 'N'), { source: '新来源' })).toMatchObject({ reason: 'kind-not-registered' });
	});
});

describe('rows from outside the territory of their source', () => {
	it.each([
		['a city', '常州来源', ['320412', '320205', '320400', '320205', '330106'], 3, '无锡市 2、杭州市 1'],
		['a county', '武进来源', ['320412', '320404', '320404'], 2, '钟楼区 2']
	])('of %s are taken in with a warning that names the places and their rows', async (_, source, regions, count, example) => {
		const result = await imported(database.db, 'complaints', complaints(regions, source), { source });
		expect(result).toMatchObject({ accepted: regions.length, rejected: 0 });
		expect(result.warnings).toContainEqual({ code: 'outside-territory', count, firstLine: null, example });
		const again = await imported(database.db, 'complaints', complaints(regions, source), { source });
		expect(again.warnings.filter(({ code }) => code === 'outside-territory')).toEqual([]);
	});
	it('are counted in the owner\'s list of deliveries', async () => {
		const listed = await listBatches(database.db, actor('monitor'), { sourceId: 'county' });
		expect(listed.ok && listed.batches.map(({ rows, outside }) => [rows, outside])).toEqual([[3, 0], [3, 2]]);
	});
	it('are none where all rows are the source\'s own', async () => {
		const { warnings } = await imported(database.db, 'complaints', complaints(['320412', '320404'], 'own'), { source: '常州来源' });
		expect(warnings.map(({ code }) => code)).not.toContain('outside-territory');
	});
});

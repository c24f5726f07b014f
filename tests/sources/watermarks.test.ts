import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { listSources } from '#lib/intake/batches.server.ts';
import { instantOf } from '#lib/calendar/days.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { refreshWatermarks } from '#lib/sources/watermarks.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, event, intake_key, count_touched, watermark, intake_batch, intake_reject, inspection_visit, source cascade`.execute(database.owner);
});

const [wujin, nanjing] = [usccOf(1), usccOf(2, '320102')];
const header = '编号,uscc,发生日期,区划代码,投诉类型';
const marks = () =>
	database.db.selectFrom('watermark').select(['region_code', 'complete_up_to', 'state']).orderBy('region_code').execute()
		.then((rows) => rows.map((row) => [row.region_code, row.complete_up_to, row.state]));
const complaints = (...lines: readonly string[]) => imported(database.db, 'complaints', [header, ...lines].join('\n'));
const setSource = (set: { readonly region_code?: string }) => database.db.updateTable('source').set(set).execute();
const late = () => sql`update watermark set state = 'late', last_received_at = '2024-06-01'`.execute(database.owner);

describe('a watermark', () => {
	it('is moved in the source’s own territory only, whatever strays into its files', async () => {
		await ensureSource(database.db, '测试来源', 'complaint');
		await setSource({ region_code: '320400' });
		await complaints(`1,${wujin},2024-06-03,320412,质量`, `2,${nanjing},2024-06-02,320102,质量`);
		expect(await marks()).toEqual([['320400', '2024-06-03', 'on-time']]);
	});

	it('of a row without a region is that of the place where the enterprise is, not where its code was given', async () => {
		await imported(database.db, 'registrations', `uscc,name,occurredOn,region\n${wujin},甲,2024-01-02,320102\n`, { source: '登记' });
		await complaints(`1,${wujin},2024-06-03,,质量`);
		expect((await marks()).filter(([, day]) => day === '2024-06-03')).toEqual([['320100', '2024-06-03', 'on-time']]);
	});

	it('is on time again with a delivery that brought nothing new, but not with an old file sent again', async () => {
		const [first, second] = [`1,${wujin},2024-06-03,320412,质量`, `2,${wujin},2024-06-04,320412,质量`];
		await complaints(first);
		await complaints(second);
		await late();
		await complaints(first);
		expect(await marks()).toEqual([['320400', '2024-06-04', 'late']]);
		await complaints(first, second);
		expect(await marks()).toEqual([['320400', '2024-06-04', 'on-time']]);
		await late();
		await complaints();
		expect(await marks()).toEqual([['320400', '2024-06-04', 'on-time']]);
	});
});

describe('a source that delivers old rows only', () => {
	it('is late where its city should have had rows since, and on time where hardly any were to be expected', async () => {
		const clock = async () => instantOf('2024-06-20', '08:00');
		for (const [n, state] of [[40, 'late'], [2, 'on-time']] as const) {
			await sql`truncate count_city_day, watermark, source cascade`.execute(database.owner);
			const { id } = await ensureSource(database.db, '测试来源', 'complaint');
			await database.db.updateTable('source').set({ cadence: JSON.stringify({ everyWorkingDaysBy: '09:00' }) }).execute();
			await database.owner.insertInto('count_city_day').values({ region_code: '320400', day: '2024-06-03', kind: 'complaint', industry_key: 'F', n }).execute();
			await database.owner
				.insertInto('watermark')
				.values({ source_id: id, kind: 'complaint', region_code: '320400', complete_up_to: '2024-06-04', last_received_at: instantOf('2024-06-20', '07:00'), state: 'on-time', changed_at: instantOf('2024-06-20') })
				.execute();
			await refreshWatermarks(database.db, clock);
			expect((await marks())[0]![2]).toBe(state);
		}
	});
});

describe('a source’s state as it is shown', () => {
	const everybody: Actor = {
		id: 'm', name: 'm', displayName: 'm', role: 'monitor', grants: [], departmentId: 'default', regionCode: '000000', industries: null,
		inspectorId: null, address: null
	};
	const shown = async () => {
		const listed = await listSources(database.db, everybody);
		return listed.ok && listed.sources[0]!.kinds.map(({ state, behind }) => ({ state, behind }));
	};

	it('is on demand without a promise, and a changed coverage until somebody has decided on the notice', async () => {
		await complaints(`1,${wujin},2024-06-03,320412,质量`);
		expect(await shown()).toEqual([{ state: 'on-demand', behind: [] }]);
		await database.db.updateTable('source').set({ cadence: JSON.stringify({ everyWorkingDaysBy: '09:00' }) }).execute();
		expect(await shown()).toEqual([{ state: 'on-time', behind: [] }]);
		const { id } = await database.db.selectFrom('source').select('id').executeTakeFirstOrThrow();
		const notice = {
			id: 'n', source_id: id, kind: 'complaint', region_code: '320000', change_on: '2024-06-01', detected_on: '2024-06-05', factor: 2, regions_changed: 9,
			regions_judged: 13, explanation: '{}'
		};
		await database.db.insertInto('coverage_notice').values(notice).execute();
		expect(await shown()).toEqual([{ state: 'changed-coverage', behind: ['常州市'] }]);
		await database.db.updateTable('coverage_notice').set({ state: 'confirmed' }).execute();
		expect(await shown()).toEqual([{ state: 'on-time', behind: [] }]);
	});
});

describe('what a file leaves behind', () => {
	it('is nothing after a dry run, not even a kind of its source', async () => {
		await complaints(`1,${wujin},2024-06-03,320412,质量`);
		await imported(database.db, 'penalties', `uscc,处罚日期,处罚种类\n${wujin},2024-07-01,罚款\n`, { dryRun: true });
		expect(await database.db.selectFrom('source').select('kinds').execute()).toEqual([{ kinds: ['complaint'] }]);
		await imported(database.db, 'penalties', `uscc,处罚日期,处罚种类\n${wujin},2024-07-01,罚款\n`);
		expect(await database.db.selectFrom('source').select('kinds').execute()).toEqual([{ kinds: ['complaint', 'penalty'] }]);
	});

	it('is not undone when an older file comes a second time', async () => {
		const [old, corrected] = [`1,${wujin},2024-06-03,320412,质量`, `1,${wujin},2024-06-03,320412,价格`];
		await complaints(old);
		await complaints(corrected);
		expect(await complaints(old)).toMatchObject({ versions: 0, duplicates: 1 });
		const live = await database.db.selectFrom('event').select('item').where('known_to', 'is', null).execute();
		expect(live).toEqual([{ item: '价格' }]);
	});

	it('is a visit for each inspection, which caps count, as corrected or withdrawn', async () => {
		const file = (uscc: string, result: string, more = '') => `编号,uscc,检查日期,检查结果,检查方式${more && ',撤回'}\n1,${uscc},2024-07-01,${result},双随机${more}\n2,${uscc},2024-07-02,未发现问题,投诉举报核查${more}\n`;
		const visits = () => database.db.selectFrom('inspection_visit').select(['uscc', 'path', 'planned', 'result', 'visited_on']).orderBy('visited_on').execute();
		await imported(database.db, 'inspections', file(wujin, '未发现问题'));
		expect(await visits()).toEqual([
			{ uscc: wujin, path: 'imported', planned: true, result: 'no-problem', visited_on: '2024-07-01' },
			{ uscc: wujin, path: 'imported', planned: false, result: 'no-problem', visited_on: '2024-07-02' }
		]);
		await imported(database.db, 'inspections', file(nanjing, '通过登记的住所（经营场所）无法联系'));
		expect((await visits()).map(({ uscc, result }) => [uscc, result])).toEqual([[nanjing, 'unreachable'], [nanjing, 'no-problem']]);
		await imported(database.db, 'inspections', file(nanjing, '未发现问题', ',是'));
		expect(await visits()).toEqual([]);
	});

	it('is no class of a month to come', async () => {
		expect(await imported(database.db, 'classes', `uscc,月份,企业信用风险分类\n${wujin},2099-12,A\n`)).toMatchObject({ accepted: 0, rejected: 1 });
		expect(await database.db.selectFrom('intake_reject').select('reason').execute()).toEqual([{ reason: 'date-future' }]);
	});
});

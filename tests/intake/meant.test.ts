import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withdrawnOf } from '#lib/intake/cell-values.ts';
import { doubtfulColumns, completeMapping } from '#lib/intake/mapping.ts';
import { kinds } from '#lib/intake/kinds/kinds.ts';
import { findHeader } from '#lib/intake/read/header.ts';
import { isNoName } from '#lib/intake/row/no-name.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, importText, referenceDatabase, usccOf } from './support.ts';
import { workbook } from './workbook.ts';

/** What rows mean, beyond whether they can be read. */

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const lines = (...rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

async function rejectsOf(batchId: string) {
	return database.db.selectFrom('intake_reject').select(['line', 'reason', 'field', 'message']).where('batch_id', '=', batchId).orderBy('line').execute();
}

async function liveRows(batchId: string) {
	const { rows } = await sql<{ key: string; day: string; uscc: string; withdrawn: boolean; person: string | null; content: Record<string, unknown> }>`
		select source_key as key, (occurred_at at time zone 'Asia/Shanghai')::date::text as day, uscc, withdrawn, person_key as person, content
		from event where batch_id = ${batchId} and known_to is null order by source_key`.execute(database.db);
	return rows;
}

describe('two columns of one meaning', () => {
	it('are both named, once per file, with the one that was taken', async () => {
		const result = await imported(database.db, 'registrations',
			`uscc,企业名称,单位名称,企业名称,登记日期\n${usccOf(1)},甲,乙,丙,2019-02-28\n${usccOf(2)},甲,乙,丙,2019-02-28\n`, { source: '两列' });
		const warning = result.warnings.find(({ code }) => code === 'column-twice');
		expect(warning).toMatchObject({ count: 2, example: '“单位名称”（已取“企业名称”）、“企业名称#2”（已取“企业名称”）' });
		expect(result.warnings.find(({ code }) => code === 'column-ignored')).toMatchObject({ count: 2, example: '单位名称、企业名称#2' });
	});
	it('are no doubt where somebody decided, and where one can mean something else as well', () => {
		const kind = kinds.registrations;
		const decided = { columns: { 单位名称: null } };
		const columns = ['企业名称', '单位名称', '成立日期', '登记日期'];
		const mapping = completeMapping(kind, columns, decided);
		expect(mapping.columns).toMatchObject({ 成立日期: 'establishedOn', 登记日期: 'occurredOn' });
		expect(doubtfulColumns(kind, columns, mapping, decided)).toEqual([]);
		expect(doubtfulColumns(kind, columns, completeMapping(kind, columns, null), null)).toEqual([{ column: '单位名称', taken: '企业名称', field: 'name' }]);
	});
});

describe('a header of two rows', () => {
	const top = ['投诉编号', '投诉时间', '被投诉人', '投诉人', '', '区划'];
	it.each([
		['the complainant', [top, ['', '', '', '姓名', '电话', '']], ['投诉编号', '投诉时间', '被投诉人', '投诉人姓名', '投诉人电话', '区划']],
		['a group that is a field itself', [['投诉时间', '被投诉人', '', '反映人', ''], ['', '姓名', '统一社会信用代码', '姓名', '电话']], ['投诉时间', '被投诉人', '统一社会信用代码', '反映人', '反映人电话']],
		['a person’s telephone, which is not the enterprise’s', [['企业名称', '法定代表人', '', '登记日期'], ['', '姓名', '联系电话', '']], ['企业名称', '法定代表人姓名', '法定代表人联系电话', '登记日期']],
		['what no person has', [['投诉人', '', '', ''], ['姓名', '电话', '投诉时间', '区划']], ['投诉人姓名', '投诉人电话', '投诉时间', '区划']]
	])('keeps %s', (_, rows, names) => {
		expect(findHeader([...rows, ['K1', '2019-02-28', '甲', '张三', '13900000000', '320412']])).toMatchObject({ ok: true, names, height: 2 });
	});
	it('brings the complainant into the event', async () => {
		const { batchId } = await imported(database.db, 'complaints', `${top.join(',')}\n,,,姓名,电话,\nK1,2019-02-28,甲,张三丰,,320412\n`, { source: '两行表头' });
		expect(await liveRows(batchId)).toMatchObject([{ person: 'n:320400:张三丰' }]);
	});
});

describe('a name that names nobody', () => {
	it.each(['无', 'N/A', ' - ', '——', 'NULL', '未知', '（不详）', '测试', '测试企业1', 'test', '???', '锟斤拷', '常州\ufffd公司', '0', 'xx'])('is %s', (name) => expect(isNoName(name)).toBe(true));
	it.each(['无锡商店', '未知科技有限公司', '测试仪器厂', '007', '甲', '一', '不详斋', '南京锟铻剑业有限公司', 'TCL'])('is not %s', (name) => expect(isNoName(name)).toBe(false));

	it('makes no enterprise and brings no complaints together', async () => {
		const registered = await imported(database.db, 'registrations', `uscc,name,occurredOn\n${usccOf(20)},无,2019-02-28\n`, { source: '无名' });
		expect(registered).toMatchObject({ accepted: 0, rejected: 1 });
		expect(await rejectsOf(registered.batchId)).toMatchObject([{ reason: 'name-placeholder', field: 'name', message: expect.stringContaining('“无”是占位符') as string }]);
		expect(await database.db.selectFrom('enterprise').select('uscc').where('uscc', '=', usccOf(20)).execute()).toEqual([]);
		const complained = await imported(database.db, 'complaints', '编号,日期,被投诉人,区划\nA,2019-02-28,不详,320412\nB,2019-02-28,不详,320412\n', { source: '无名投诉' });
		expect(complained).toMatchObject({ accepted: 2, rejected: 0 });
		expect(complained.warnings).toContainEqual({ code: 'name-placeholder', count: 2, firstLine: 2, example: '不详' });
		expect((await liveRows(complained.batchId)).map(({ content }) => content['name'])).toEqual([undefined, undefined]);
		const queue = await sql<{ n: number }>`select count(*)::int as n from match_queue where given_name = '不详'`.execute(database.db);
		expect(queue.rows[0]!.n).toBe(0);
	});
});

describe('what a warning says was done', () => {
	it('is said of rows that came in only', async () => {
		const result = await imported(database.db, 'registrations',
			`uscc,name,occurredOn,区划\n${usccOf(30)},甲,2019-02-30,火星区\n${usccOf(31)},乙,2019-02-28,火星区\n${usccOf(32)},丙,2019-02-28,999999\n`, { source: '警告' });
		expect(result).toMatchObject({ accepted: 2, rejected: 1 });
		expect(result.warnings.filter(({ code }) => code.startsWith('region'))).toEqual([{ code: 'region-unknown', count: 2, firstLine: 3, example: '火星区' }]);
		const row = await database.db.selectFrom('enterprise').select(['region_code', 'region_given']).where('uscc', '=', usccOf(32)).executeTakeFirstOrThrow();
		expect(row).toEqual({ region_code: '320412', region_given: '320412' });
	});
	it('names the place that nobody recognises where it is all that a row has', async () => {
		const result = await imported(database.db, 'complaints', '编号,日期,所在地区\nA,2019-02-28,火星区\nB,2019-02-28,999999\nC,2019-02-28,\n', { source: '警告' });
		expect((await rejectsOf(result.batchId)).map(({ reason, message }) => [reason, message.slice(0, 31)])).toEqual([
			['subject-missing', expect.stringContaining('“火星区”')], ['subject-missing', expect.stringContaining('“999999”')], ['subject-missing', expect.stringContaining('也没有区划')]
		]);
	});
});

describe('a refusal', () => {
	it('names the file’s own column', async () => {
		const result = await imported(database.db, 'registrations', `代码列,单位名称,企业名称,建档日\n${usccOf(40)},旧名,甲,28/02/2019\n${usccOf(40)},旧名,,2019-02-28\n`,
			{ source: '列名', mapping: { columns: { 代码列: 'uscc', 单位名称: null, 建档日: 'occurredOn' } } });
		expect((await rejectsOf(result.batchId)).map(({ message }) => message)).toEqual([
			'列“建档日”：日期“28/02/2019”不是可识别的日期；请写成 2019-02-28（先年后月日）', '企业名称为空；请补全后重新导入'
		]);
	});
	it('names the sheets that were not looked at', async () => {
		const rows = [['统一社会信用代码', '企业名称', '成立日期'], [usccOf(41), '甲', '2019-02-28']];
		for (const first of [[['填写说明', '请看第二张表']], []]) {
			const result = await importText(database.db, 'registrations', workbook(first, { sheets: [{ name: '说明' }, { name: '登记明细' }] }), { source: '工作表' });
			expect(result).toMatchObject({ ok: false, message: expect.stringContaining('登记明细') as string });
		}
		expect(await imported(database.db, 'registrations', workbook(rows), { source: '工作表' })).toMatchObject({ accepted: 1 });
	});
});

describe('a value of NDJSON that no table could hold', () => {
	const row = { uscc: usccOf(50), name: '甲', occurredOn: '2019-02-28' };
	it('is refused with its key', async () => {
		const result = await imported(database.db, 'registrations', lines(
			{ ...row, name: { zh: '甲' } }, { ...row, address: ['a', 'b'] }, { ...row, name: true }, { ...row, 备注: { a: 1 } }, { ...row, uscc: usccOf(51), keyClass: true }
		), { source: 'JSON' });
		expect(result).toMatchObject({ accepted: 2, rejected: 3 });
		expect((await rejectsOf(result.batchId)).map(({ line, reason, field, message }) => [line, reason, field, message])).toEqual([
			[1, 'not-text', 'name', '列“name”：企业名称的值是 JSON 对象；请改为文字或数字'],
			[2, 'not-text', 'address', '列“address”：住所的值是 JSON 数组；请改为文字或数字'],
			[3, 'not-text', 'name', '列“name”：企业名称的值是 JSON 布尔值（true/false）；请改为文字或数字']
		]);
		expect(await database.db.selectFrom('enterprise').select('key_class').where('uscc', '=', usccOf(51)).executeTakeFirstOrThrow()).toEqual({ key_class: true });
	});
});

describe('a withdrawal', () => {
	it.each([['已撤回', true], ['撤诉', true], ['作废', true], ['是', true], ['未撤回', false], ['正常', false], ['0', false], ['已受理', null], ['未处理', null], ['已公示', null]])(
		'is said by listed words only: %s', (text, yes) => expect(withdrawnOf(text)).toBe(yes)
	);

	it('that names its row by its key needs no day', async () => {
		const header = 'sourceKey,uscc,occurredOn,item,withdrawn\n';
		await imported(database.db, 'filings', `${header}W1,${usccOf(60)},2019-02-28,章程,\nW2,${usccOf(60)},2019-03-05,章程,\n`, { source: '撤回' });
		const result = await imported(database.db, 'filings', `${header}W1,${usccOf(60)},,,是\nW9,${usccOf(60)},,,是\nW8,${usccOf(60)},,,\n`, { source: '撤回' });
		expect(result).toMatchObject({ accepted: 1, versions: 1, rejected: 2 });
		expect(await liveRows(result.batchId)).toMatchObject([{ key: 'W1', day: '2019-02-28', withdrawn: true }]);
		expect((await rejectsOf(result.batchId)).map(({ line, reason, field, message }) => [line, reason, field, message.slice(0, 5)])).toEqual([
			[3, 'missing', 'occurredOn', '撤回行没有'], [4, 'missing', 'occurredOn', '列“occ']
		]);
		// Without the column as well, and in the file of the row itself.
		const alone = await imported(database.db, 'filings', `sourceKey,uscc,withdrawn\nW2,${usccOf(60)},1\n`, { source: '撤回' });
		expect(alone).toMatchObject({ accepted: 1, versions: 1, firstDay: '2019-03-05' });
		const both = await imported(database.db, 'filings', `${header}W3,${usccOf(60)},2019-04-01,章程,\nW3,${usccOf(60)},,,是\n`, { source: '撤回' });
		expect(await liveRows(both.batchId)).toMatchObject([{ key: 'W3', day: '2019-04-01', withdrawn: true }]);
	});
});

describe('a row is the same one', () => {
	it('however its place is written', async () => {
		const row = (region: string) => `2019-02-28,${usccOf(70)},章程,${region}\n`;
		const places = ['江苏省常州市武进区', '常州市武进区', '武进区', '320412', '３２０４１２', '320412000000'];
		const result = await imported(database.db, 'filings', `occurredOn,uscc,item,区划\n${places.map(row).join('')}`, { source: '区划' });
		expect(result).toMatchObject({ rows: 6, accepted: 1, duplicates: 5 });
	});
	it('with or without the apostrophe of a spreadsheet before its key', async () => {
		const result = await imported(database.db, 'filings', `sourceKey,uscc,occurredOn\n'123,${usccOf(71)},2019-02-28\n123,${usccOf(71)},2019-02-28\n`, { source: '撇号' });
		expect(result).toMatchObject({ accepted: 1, duplicates: 1 });
	});
});

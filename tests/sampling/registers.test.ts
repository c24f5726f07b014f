import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { anyObject } from '#lib/sampling/objects/filter.ts';
import { listObjects, tagCounts } from '#lib/sampling/objects/list.server.ts';
import { changeTags, objectDetail } from '#lib/sampling/objects/tags.server.ts';
import { exportInspectors, exportItems, exportObjects, templateFile } from '#lib/sampling/registers/export.server.ts';
import { confirmFile, previewFile, storeFile } from '#lib/sampling/registers/import.server.ts';
import { anyInspector } from '#lib/sampling/registers/inspector-filter.ts';
import { inspectorDetail, listInspectors, saveInspector } from '#lib/sampling/registers/inspectors.server.ts';
import { anyItem } from '#lib/sampling/registers/item-filter.ts';
import { itemDetail, listItems, saveItem } from '#lib/sampling/registers/items.server.ts';
import { refusedRows } from '#lib/sampling/registers/refused-file.server.ts';
import { importLimits, type Register } from '#lib/sampling/registers/registers.ts';
import { addDays } from '#lib/calendar/days.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, seedEnterprises, seedWorld, uscc } from './support.ts';

let t: TestDatabase;
let dataDir: string;
const planner = actorOf({ grants: ['editor'] });
const culture = actorOf({ id: 'planner-2', name: 'planner-2', departmentId: 'culture', grants: ['editor'] });
const far = actorOf({ id: 'planner-3', regionCode: '320500', departmentId: 'far', grants: ['editor'] });
const leader = actorOf({ id: 'leader-1', role: 'leader' });
const inspector = actorOf({ id: 'inspector-1', role: 'inspector' });

beforeAll(async () => {
	t = await testDatabase();
	dataDir = await mkdtemp(join(tmpdir(), 'registers-'));
	await seedWorld(t.owner);
	await seedEnterprises(t.owner, [
		...Array.from({ length: 60 }, (_, i) => ({ n: i + 1, class: 'B', industry: i < 30 ? 'H62' : 'C13' })), { n: 90, region: '320500', class: 'A' }, { n: 91, keyClass: true, class: 'D' }
	]);
	await t.owner.updateTable('enterprise').set({ tags: ['外来标签'] }).where('uscc', '=', uscc(5)).execute();
});
afterAll(async () => {
	await t[Symbol.asyncDispose]();
	await rm(dataDir, { recursive: true, force: true });
});

const must = <T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> => {
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result as Extract<T, { readonly ok: true }>;
};
async function send(actor: Actor, register: Register, bytes: Uint8Array) {
	const { id } = must(await storeFile(actor, register, bytes, dataDir));
	return { id, preview: await previewFile(t.db, actor, register, id, dataDir) };
}
const csv = (...lines: string[]) => Buffer.from(lines.join('\r\n'));
const statesOf = (preview: Awaited<ReturnType<typeof previewFile>>) => must(preview).rows.map((row) => row.state);
const versions = (register: string, id: string) =>
	t.owner.selectFrom('register_version').select(['version', 'way', 'changed_by']).where('register', '=', register).where('id', '=', id).orderBy('version').execute();
const auditOf = async (action: string) => (await t.owner.selectFrom('audit_entry').select('detail').where('action', '=', action).orderBy('seq').execute()).map(({ detail }) => detail as Record<string, unknown>);

describe('items', () => {
	test('that ship have their first version', async () => {
		expect(await versions('item', 'price')).toEqual([{ version: 1, way: 'seed', changed_by: null }]);
	});

	test('that are changed keep who changed what, in words', async () => {
		expect(await saveItem(t.db, planner, { id: 'price', ratio: 0.05, objectKinds: ['商场', '超市'], staffNeeded: 3, keyField: true, field: '价格' })).toEqual({ ok: true });
		// Saved again without a change: no version.
		expect(await saveItem(t.db, planner, { id: 'price' })).toEqual({ ok: true });
		const { item, versions: found } = must(await itemDetail(t.db, leader, 'price'));
		expect(item).toMatchObject({ ratio: 0.05, objectKinds: ['商场', '超市'].sort(), staffNeeded: 3, keyField: true, field: '价格', name: '价格行为检查' });
		expect(found.map(({ version, way, changedBy }) => [version, way, changedBy])).toEqual([[2, 'form', 'planner-1'], [1, 'seed', null]]);
		expect(found[0]!.differences!.map(({ label, from, to }) => `${label} ${from}→${to}`).sort()).toEqual(
			['专业领域 →价格', '抽查比例（%） →5', '所需执法人员 2→3', `检查对象类别 →${['商场', '超市'].sort().join('、')}`, '重点领域 否→是'].sort()
		);
		expect(found[1]!.differences).toBeNull();
	});

	test.each([
		[{ number: '01' }, 'number-taken', 'number'], [{ staffNeeded: 1 }, 'input-invalid', 'staffNeeded'], [{ ratio: 1.2 }, 'input-invalid', 'ratio'],
		[{ objectKinds: ['a b'] }, 'input-invalid', 'objectKinds'], [{ method: 'by-ear' }, 'input-invalid', 'method'], [{ id: 'new' }, 'input-invalid', 'id']
	])('%j is refused', async (change, reason, what) => {
		expect(await saveItem(t.db, planner, { id: 'price', ...change })).toMatchObject({ ok: false, reason, what });
	});

	test('belong to their department, and to who edits presets', async () => {
		expect(await saveItem(t.db, culture, { id: 'price', name: '别人的' })).toMatchObject({ reason: 'not-allowed' });
		expect(await saveItem(t.db, actorOf(), { id: 'price', name: '没有授权' })).toMatchObject({ reason: 'not-allowed' });
		expect(await itemDetail(t.db, inspector, 'price')).toMatchObject({ reason: 'not-allowed' });
		expect(await itemDetail(t.db, leader, 'no-such')).toMatchObject({ reason: 'not-found' });
		expect((await listItems(t.db, planner)).find((i) => i.id === 'price')?.name).toBe('价格行为检查');
	});
});

describe('inspectors', () => {
	test('are changed with a history by planners of their own department', async () => {
		expect(await saveInspector(t.db, planner, { id: 'i1', post: '副大队长', itemIds: ['price'], recused: [uscc(1)] })).toEqual({ ok: true });
		expect(await saveInspector(t.db, culture, { id: 'i1', post: '别人' })).toMatchObject({ reason: 'not-allowed' });
		expect(await saveInspector(t.db, actorOf({ role: 'monitor' }), { id: 'i1', post: '监测员' })).toMatchObject({ reason: 'not-allowed' });
		expect(await saveInspector(t.db, planner, { id: 'i1', itemIds: ['culture-venue'] })).toMatchObject({ reason: 'input-invalid', what: 'itemIds' });
		expect(await saveInspector(t.db, planner, { id: 'i1', certificateUntil: '2099-02-30' })).toMatchObject({ reason: 'input-invalid', what: 'certificateUntil' });
		const found = must(await inspectorDetail(t.db, leader, 'i1'));
		expect(found.inspector).toMatchObject({ post: '副大队长', itemIds: ['price'], recused: [uscc(1)] });
		expect(found.versions[0]).toMatchObject({ version: 2, way: 'form', changedBy: 'planner-1' });
		expect(found.versions[0]!.differences!.map(({ label, from, to }) => `${label} ${from}→${to}`)).toEqual(['职务 →副大队长', '事项范围 →06', `回避企业 →${uscc(1)}`]);
		expect(await inspectorDetail(t.db, far, 'i1')).toMatchObject({ reason: 'not-found' });
	});

	test('are filtered by unit, state and certificate', async () => {
		const today = await databaseToday(t.db);
		await saveInspector(t.db, planner, { id: 'i2', unit: '二大队', certificateUntil: addDays(today, 60), state: 'leave' });
		const ids = async (filter: Partial<typeof anyInspector>) => (await listInspectors(t.db, planner, { ...anyInspector, ...filter })).inspectors.map((i) => `${i.id} ${i.certificate}`);
		expect(await ids({ certificate: 'soon' })).toEqual(['i2 soon']);
		expect(await ids({ certificate: 'expired' })).toEqual(['old expired']);
		expect(await ids({ unit: '二大队' })).toEqual(['i2 soon']);
		expect(await ids({ state: 'leave' })).toEqual(['i2 soon']);
		expect(await ids({ q: 'k', mine: false })).toEqual(['k1 valid', 'k2 valid']);
		expect(await ids({ q: 'k', mine: true })).toEqual([]);
	});
});

describe('tags of objects', () => {
	const tagsOf = async (n: number) => (await t.owner.selectFrom('inspection_object').select('tags').where('uscc', '=', uscc(n)).executeTakeFirstOrThrow()).tags;

	test('are set on chosen ones and on all that a filter finds, and are there for the draw at once', async () => {
		expect(await changeTags(t.db, planner, 'add', '餐饮', { filter: { ...anyObject, industry: 'H62', region: '320412' } })).toEqual({ ok: true, changed: 31, looked: 31 });
		expect(await changeTags(t.db, planner, 'add', '餐饮', { usccs: [uscc(1), uscc(31)] })).toEqual({ ok: true, changed: 1, looked: 2 });
		expect([await tagsOf(1), await tagsOf(5), await tagsOf(31), await tagsOf(32)]).toEqual([['餐饮'], ['外来标签', '餐饮'].sort(), ['餐饮'], []]);
		expect((await tagCounts(t.db, planner)).slice(0, 2)).toEqual([{ tag: '餐饮', n: 32 }, { tag: '外来标签', n: 1 }]);
		expect((await auditOf('object.tag')).map(({ name, rows }) => [name, rows])).toEqual([['餐饮', 31], ['餐饮', 1]]);
	});

	test('are taken back by the department that set them, and never deleted', async () => {
		expect(await changeTags(t.db, culture, 'remove', '餐饮', { usccs: [uscc(2)] })).toEqual({ ok: true, changed: 0, looked: 1 });
		expect(await changeTags(t.db, planner, 'remove', '餐饮', { usccs: [uscc(2)] })).toEqual({ ok: true, changed: 1, looked: 1 });
		expect(await changeTags(t.db, planner, 'remove', '外来标签', { usccs: [uscc(5)] })).toEqual({ ok: true, changed: 0, looked: 1 });
		expect(await tagsOf(2)).toEqual([]);
		expect(await changeTags(t.db, planner, 'add', '餐饮', { usccs: [uscc(2)] })).toMatchObject({ changed: 1 });
		const { history } = must(await objectDetail(t.db, leader, uscc(2)));
		expect(history.map(({ tag, removedAt, way }) => [tag, removedAt === null, way])).toEqual([['餐饮', true, 'form'], ['餐饮', false, 'form']]);
		expect((await versions('object', uscc(2))).map(({ way }) => way)).toEqual(['form', 'form', 'form']);
	});

	test('are of one\'s own jurisdiction, and only planners set them', async () => {
		expect(await changeTags(t.db, far, 'add', '越界', { usccs: [uscc(1)] })).toMatchObject({ reason: 'nobody-chosen' });
		expect(await changeTags(t.db, planner, 'add', '越界', { usccs: [uscc(90)] })).toMatchObject({ reason: 'nobody-chosen' });
		expect(await changeTags(t.db, leader, 'add', '越界', { usccs: [uscc(1)] })).toMatchObject({ reason: 'not-allowed' });
		expect(await changeTags(t.db, planner, 'add', '不 行', { usccs: [uscc(1)] })).toMatchObject({ reason: 'tag-invalid' });
		expect(await objectDetail(t.db, far, uscc(1))).toMatchObject({ reason: 'not-found' });
		expect(await tagCounts(t.db, far)).toEqual([]);
		expect(await listObjects(t.db, inspector, anyObject)).toMatchObject({ rows: [], total: 0 });
	});

	test('are found by filters, page by page', async () => {
		const first = await listObjects(t.db, planner, anyObject);
		expect([first.rows.length, first.total, first.previous]).toEqual([50, 61, null]);
		const second = await listObjects(t.db, planner, anyObject, { after: first.next });
		expect([second.rows.length, second.next]).toEqual([11, null]);
		expect((await listObjects(t.db, planner, anyObject, { before: second.previous })).rows).toEqual(first.rows);
		const count = async (filter: Partial<typeof anyObject>) => (await listObjects(t.db, planner, { ...anyObject, ...filter })).total;
		expect(await Promise.all([
			count({ tag: '餐饮' }), count({ tag: '-' }), count({ class: 'D' }), count({ class: 'none' }), count({ keyClass: true }), count({ q: uscc(7) }), count({ q: '示例7有限' }), count({ q: '例9' }),
			count({ industry: 'C' }), count({ region: '320500' }), count({ observed: true })
		])).toEqual([32, 29, 1, 0, 1, 1, 1, 2, 30, 0, 0]);
	});
});

describe('an export', () => {
	const exported: readonly (readonly [Register, () => Promise<{ ok: boolean; file?: Buffer }>])[] = [
		['items', () => exportItems(t.db, planner, { ...anyItem, mine: true })],
		['inspectors', () => exportInspectors(t.db, planner, { ...anyInspector, mine: true })],
		['objects', () => exportObjects(t.db, planner, anyObject, false)],
		['objects', () => exportObjects(t.db, planner, anyObject, true)]
	];
	test.each(exported)('of %s changes nothing when it is imported again', async (register, take) => {
		const made = await take();
		const { id, preview } = await send(planner, register, made.file!);
		const states = statesOf(preview);
		expect(states.length).toBeGreaterThan(4);
		expect(new Set(states)).toEqual(new Set(['unchanged']));
		expect(must(preview).unread).toEqual([]);
		expect(await confirmFile(t.db, planner, register, id, must(preview).fingerprint, dataDir)).toMatchObject({ reason: 'nothing-to-change' });
	});

	test('holds classes only where they are asked for, below their notice', async () => {
		const [without, withClass] = [must(await exportObjects(t.db, planner, anyObject, false)).file, must(await exportObjects(t.db, planner, anyObject, true)).file];
		expect((await readSheet(without))[0]).toEqual(['统一社会信用代码', '企业名称', '标签', '区划', '行业', '其他标签']);
		const rows = await readSheet(withClass);
		expect(rows[0]![0]).toContain('不作为对企业的信用评价');
		expect(rows[1]).toContain('企业信用风险分类');
		expect(await exportObjects(t.db, inspector, anyObject, false)).toMatchObject({ reason: 'not-allowed' });
		expect(await exportItems(t.db, inspector, anyItem)).toMatchObject({ reason: 'not-allowed' });
		expect((await auditOf('register.export')).length).toBeGreaterThan(3);
	});

	test('can be begun from an empty file', async () => {
		const { preview } = await send(planner, 'inspectors', must(await templateFile(planner, 'inspectors')).file);
		expect(preview).toMatchObject({ reason: 'empty-file' });
	});
});

describe('an import', () => {
	test('shows what it would do and writes nothing before it is confirmed; then all of it; the same file again changes nothing', async () => {
		const file = csv('编号,名称,检查项目,依据,备注', '01,登记事项核查,住所,《中华人民共和国市场主体登记管理条例》,x', '41,直播电商检查,,《中华人民共和国电子商务法》,', '42,短,,,', '41,重复,,《中华人民共和国电子商务法》,');
		const { id, preview } = await send(planner, 'items', file);
		expect(statesOf(preview)).toEqual(['changed', 'new', 'refused', 'refused']);
		expect(must(preview).unread).toEqual(['备注']);
		expect(must(preview).rows[2]).toMatchObject({ line: 4, refusal: { reason: 'cell', column: '名称', value: '短' } });
		expect((await listItems(t.db, planner)).some((item) => item.number === '41')).toBe(false);
		expect(await confirmFile(t.db, planner, 'items', id, must(preview).fingerprint, dataDir)).toEqual({ ok: true, added: 1, changed: 1 });
		const made = (await listItems(t.db, planner)).find((item) => item.number === '41')!;
		expect(made).toMatchObject({ name: '直播电商检查', method: 'on-site', staff_needed: 2, department_id: 'market', active: true });
		expect((await versions('item', made.id)).map(({ way }) => way)).toEqual(['import']);
		expect((await versions('item', 'registration')).map(({ way }) => way)).toEqual(['seed', 'import']);
		expect(await auditOf('register.import')).toMatchObject([{ added: 1, changed: 1, rejected: 2, rows: 4 }]);
		// The file is gone once it was written; sent again there is nothing to do.
		expect(await confirmFile(t.db, planner, 'items', id, must(preview).fingerprint, dataDir)).toMatchObject({ reason: 'not-found' });
		expect(statesOf((await send(planner, 'items', file)).preview)).toEqual(['unchanged', 'unchanged', 'refused', 'refused']);
	});

	test('gives its refused rows as a file that can be mended and sent again', async () => {
		const { id } = await send(planner, 'items', csv('编号,名称,依据', '51,好的事项,《中华人民共和国计量法》', '52,短,《中华人民共和国计量法》'));
		const rows = await readSheet(must(await refusedRows(t.db, planner, 'items', id, dataDir)).file);
		expect(rows).toHaveLength(2);
		expect(rows[1]!.slice(0, 4)).toEqual(['52', '短', '《中华人民共和国计量法》', '3']);
		expect(String(rows[1]![4])).toContain('“名称”填写为“短”，应为：2 至 60 个字');
	});

	test('is refused when the register changed since the preview', async () => {
		const { id, preview } = await send(planner, 'items', csv('编号,名称,依据', '06,价格检查,《中华人民共和国价格法》'));
		await saveItem(t.db, planner, { id: 'price', legalBasis: '《中华人民共和国价格法》第十三条' });
		expect(await confirmFile(t.db, planner, 'items', id, must(preview).fingerprint, dataDir)).toMatchObject({ reason: 'conflict' });
		expect((await listItems(t.db, planner)).find((item) => item.id === 'price')?.name).toBe('价格行为检查');
	});

	test('is one\'s own: another person, another register or a wrong role opens no file', async () => {
		const { id, preview } = await send(planner, 'items', csv('编号,名称,依据', '61,别人的文件,《中华人民共和国计量法》'));
		expect(await previewFile(t.db, culture, 'items', id, dataDir)).toMatchObject({ reason: 'not-found' });
		expect(await confirmFile(t.db, culture, 'items', id, must(preview).fingerprint, dataDir)).toMatchObject({ reason: 'not-found' });
		expect(await previewFile(t.db, planner, 'inspectors', id, dataDir)).toMatchObject({ reason: 'not-found' });
		expect(await previewFile(t.db, planner, 'items', '../../etc/passwd', dataDir)).toMatchObject({ reason: 'not-found' });
		expect(await storeFile(leader, 'items', csv('x'), dataDir)).toMatchObject({ reason: 'not-allowed' });
		expect(await storeFile(actorOf(), 'items', csv('x'), dataDir)).toMatchObject({ reason: 'not-allowed' });
		expect(await storeFile(leader, 'objects', csv('x'), dataDir)).toMatchObject({ reason: 'not-allowed' });
	});

	test.each([
		['编号,名称\n1,甲乙', 'missing-columns'], ['编号,名称,依据,事项名称\n1,甲乙,《法律法》,丙', 'double-columns'], ['编号,名称,依据\n', 'empty-file'], ['<html><table></table></html>', 'file-refused'],
		[`编号,名称,依据\n${Array.from({ length: importLimits.rows.items + 1 }, (_, i) => `n${i},名称,《某某法》`).join('\n')}`, 'too-many-rows']
	])('a file that is none is refused as a whole', async (text, reason) => {
		expect((await send(planner, 'items', Buffer.from(text))).preview).toMatchObject({ ok: false, reason });
	});
	it('takes no file that is too large or empty', async () => {
		expect(await storeFile(planner, 'items', Buffer.alloc(importLimits.bytes + 1), dataDir)).toMatchObject({ reason: 'too-large' });
		expect(await storeFile(planner, 'items', Buffer.alloc(0), dataDir)).toMatchObject({ reason: 'empty-file' });
	});

	test('of inspectors knows people by number or certificate, reads GB18030, and refuses row by row', async () => {
		const rows = [
			'人员编号,姓名,单位,区划,执法证号,有效期至,事项范围,部门',
			'i3,检查员丙,三大队,武进区,i3,2030年1月1日,01、06,',
			',检查员i4,三大队,320400,i4,2099-12-31,,',
			',新来的人,三大队,320400,new-cert,2030-01-01,全部,',
			'k1,别人的人,三大队,320400,k1,2030-01-01,,',
			'z9,外地的人,三大队,320500,z9,2030-01-01,,',
			'z8,范围不对,三大队,320400,z8,2030-01-01,77,',
			'z7,部门不对,三大队,320400,z7,2030-01-01,,常州市文化广电和旅游局',
			'z6,日期不对,三大队,320400,z6,2030-02-30,,',
			'z5,证号重复,三大队,320400,i3,2030-01-01,,'
		];
		const bytes = gb18030(rows.join('\n'));
		const { id, preview } = await send(planner, 'inspectors', bytes);
		expect(statesOf(preview)).toEqual(['changed', 'changed', 'new', ...Array.from({ length: 6 }, () => 'refused')]);
		expect(must(preview).rows.map((row) => (row.state === 'refused' ? [row.refusal.reason, 'column' in row.refusal ? row.refusal.column : ''] : null)).slice(3)).toEqual([
			['taken', ''], ['cell', '区划代码'], ['cell', '事项范围'], ['other-department', ''], ['cell', '证件有效期至'], ['taken', '']
		]);
		expect(await confirmFile(t.db, planner, 'inspectors', id, must(preview).fingerprint, dataDir)).toEqual({ ok: true, added: 1, changed: 2 });
		const { inspectors } = await listInspectors(t.db, planner, { ...anyInspector, unit: '三大队' });
		expect(inspectors.map((i) => [i.name, i.regionCode, i.itemIds, i.departmentId]).sort()).toEqual(
			[['检查员丙', '320412', ['price', 'registration'], 'market'], ['检查员i4', '320400', null, 'market'], ['新来的人', '320400', null, 'market']].sort()
		);
		expect(statesOf((await send(planner, 'inspectors', bytes)).preview).slice(0, 3)).toEqual(['unchanged', 'unchanged', 'unchanged']);
	});

	test('of objects sets the own tags, leaves those of others, and refuses what is not in the register here', async () => {
		await changeTags(t.db, culture, 'add', '文化', { usccs: [uscc(40)] });
		const file = csv('统一社会信用代码,企业名称,标签', `${uscc(40)},,重点项目、文化`, `${uscc(1)},示例1有限公司,`, `${uscc(2)},别的公司,甲`, `${uscc(90)},,甲`, `${uscc(41)},,甲 乙`);
		const { id, preview } = await send(planner, 'objects', file);
		expect(must(preview).rows.map((row) => (row.state === 'refused' ? row.refusal.reason : row.state))).toEqual(['changed', 'changed', 'name-differs', 'unknown', 'cell']);
		expect(await confirmFile(t.db, planner, 'objects', id, must(preview).fingerprint, dataDir)).toEqual({ ok: true, added: 0, changed: 2 });
		const tags = async (n: number) => (await t.owner.selectFrom('inspection_object').select('tags').where('uscc', '=', uscc(n)).executeTakeFirstOrThrow()).tags;
		expect([await tags(40), await tags(1)]).toEqual([['文化', '重点项目'].sort(), []]);
		expect(await t.owner.selectFrom('object_tag').select(['tag', 'department_id']).where('uscc', '=', uscc(40)).orderBy('tag').execute()).toEqual(
			[{ tag: '文化', department_id: 'culture' }, { tag: '重点项目', department_id: 'market' }].sort((a, b) => (a.tag < b.tag ? -1 : 1))
		);
		expect((await versions('object', uscc(40))).map(({ way }) => way)).toEqual(['form', 'import']);
		expect(statesOf((await send(planner, 'objects', file)).preview).slice(0, 2)).toEqual(['unchanged', 'unchanged']);
	});
});

test('histories can only be added to, and tags are not deleted, by whatever the application does', async () => {
	await expect(t.db.updateTable('register_version').set({ way: 'seed' }).execute()).rejects.toThrow(/permission denied/);
	await expect(t.db.deleteFrom('register_version').execute()).rejects.toThrow(/permission denied/);
	await expect(t.db.deleteFrom('object_tag').execute()).rejects.toThrow(/permission denied/);
	await expect(t.db.updateTable('object_tag').set({ tag: 'x' }).execute()).rejects.toThrow(/permission denied/);
});

/** GB18030 is written by no platform function: the decoder's table is turned round for the characters used. */
function gb18030(text: string): Buffer {
	const table = new Map<string, number[]>();
	const decoder = new TextDecoder('gb18030');
	for (let a = 0x81; a <= 0xfe; a++) for (let b = 0x40; b <= 0xfe; b++) if (b !== 0x7f) table.set(decoder.decode(Uint8Array.of(a, b)), [a, b]);
	return Buffer.from([...text].flatMap((c) => (c.charCodeAt(0) < 128 ? [c.charCodeAt(0)] : table.get(c)!)));
}

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { bindColumns, type FileColumn } from '#lib/sampling/registers/columns.ts';
import { differences, isSame } from '#lib/sampling/registers/differences.ts';
import { inspectorColumns, type InspectorRow } from '#lib/sampling/registers/inspector-columns.ts';
import { certificateState, inspectorContentSchema, inspectorStates } from '#lib/sampling/registers/inspectors.ts';
import { itemColumns } from '#lib/sampling/registers/item-columns.ts';
import { itemContentSchema, itemMethods, newItem, type ItemContent } from '#lib/sampling/registers/items.ts';
import { judgeRows, settleWith, type FileRow, type Judging } from '#lib/sampling/registers/judge.ts';
import { itemOfForm } from '#lib/sampling/registers/forms.ts';
import { tagOf } from '#lib/sampling/registers/tags.ts';
import * as v from 'valibot';

const words = (min: number, max: number) => fc.string({ minLength: min, maxLength: max, unit: fc.constantFrom(...'食品安全检查电梯Abc019（）《》-') });
const tags = fc.uniqueArray(words(1, 8), { minLength: 1, maxLength: 4 });
const anItem: fc.Arbitrary<ItemContent> = fc
	.record({
		number: words(1, 20), name: words(2, 60), subItem: fc.option(words(1, 60)), legalBasis: words(4, 80), objectKinds: fc.option(tags),
		ratio: fc.option(fc.integer({ min: 1, max: 10_000 }).map((n) => n / 10_000)), frequency: fc.option(fc.integer({ min: 1, max: 12 })), method: fc.constantFrom(...itemMethods),
		staffNeeded: fc.integer({ min: 2, max: 20 }), validityDays: fc.integer({ min: 0, max: 3650 }), statutory: fc.boolean(), keyField: fc.boolean(),
		field: fc.option(words(1, 20)), industries: fc.option(fc.uniqueArray(fc.constantFrom('H62', 'C13', 'F5211', 'O'), { minLength: 1 })), active: fc.boolean()
	})
	.map((item) => v.parse(itemContentSchema, item));

const names = {
	items: [{ id: 'registration', number: '01', name: '登记事项检查' }, { id: 'price', number: '06', name: '价格行为检查' }, { id: 'odd', number: '9', name: '甲' }, { id: 'even', number: '9', name: '乙' }],
	regions: [{ code: '320400', name: '常州市' }, { code: '320412', name: '武进区' }]
};
const code = fc.stringMatching(/^[0-9A-Z]{18}$/);
const aPerson: fc.Arbitrary<InspectorRow> = fc
	.record({
		id: fc.stringMatching(/^p-[A-Za-z0-9]{2,10}$/), name: words(2, 20), unit: words(2, 20), post: fc.option(words(1, 20)), regionCode: fc.constantFrom('320400', '320412'),
		certificateNo: words(2, 20), certificateUntil: fc.constantFrom('2027-02-28', '2028-02-29', '2099-12-31'),
		itemIds: fc.option(fc.uniqueArray(fc.constantFrom('registration', 'price', 'odd', 'even'), { minLength: 1 })), expert: fc.boolean(),
		state: fc.constantFrom(...inspectorStates), recused: fc.uniqueArray(code, { maxLength: 3 })
	})
	.map((person) => ({ ...v.parse(inspectorContentSchema, person), id: person.id }));

function readBack<C extends object, N>(columns: readonly FileColumn<C, N>[], content: C, given: N): unknown {
	return Object.fromEntries(columns.map((column) => [column.key, column.read(column.write(content, given, { locale: 'zh-CN' }).trim(), given)]));
}

describe('cells of a register', () => {
	it('say of an item what stands in the list', () => {
		fc.assert(fc.property(anItem, (item) => void expect(v.parse(itemContentSchema, readBack(itemColumns, item, null))).toEqual(item)));
	});
	it('say of an inspector what stands in the register, also where two items have one number', () => {
		fc.assert(
			fc.property(aPerson, (person) => {
				const { id, ...content } = person;
				const back = readBack(inspectorColumns, person, names) as InspectorRow;
				expect(back.id).toBe(id);
				expect(v.parse(inspectorContentSchema, back)).toEqual(content);
			})
		);
	});
});

const kept: ItemContent = {
	...newItem, number: '05', name: '广告行为检查', subItem: '广告发布内容', legalBasis: '《中华人民共和国广告法》', method: 'network', ratio: 0.05, objectKinds: ['商场', '超市'], staffNeeded: 3
};
const judging: Judging<ItemContent, null> = {
	columns: itemColumns, names: null, fresh: newItem, settle: settleWith<ItemContent>(itemContentSchema), title: ({ number }) => number ?? '', once: ({ number }) => [number],
	find: ({ number }) => (number === '05' ? { id: 'advertising', content: kept } : number === '99' ? { reason: 'ambiguous' } : 'new')
};
const bound = (headers: readonly string[]) => {
	const found = bindColumns(itemColumns, headers);
	if (!found.ok) throw new Error(found.reason);
	return found;
};
const row = (cells: readonly string[], line = 2): FileRow => ({ line, cells, fault: false });
const headers = ['编号', '名称', '检查依据', '抽查比例（%）', '检查方式', '所需执法人员', '检查对象类别', '法定检查', '每年频次'];
const good = ['31', '新的检查事项', '《中华人民共和国产品质量法》', '12.5', '现场', '3', '工地、学校', '是', '2'];

test('every wrong cell of a row is told at once, those that cannot be read and those that are missing', () => {
	const cells = good.map((cell, i) => (i === 1 ? '' : i === 4 ? '电话' : i === 5 ? '99999999' : cell));
	const [judged] = judgeRows(judging, bound(headers), [row(cells)]);
	expect(judged).toMatchObject({ refusal: { reason: 'cell', column: '检查方式', value: '电话', more: [{ column: '名称', value: '' }, { column: '所需执法人员', value: '99999999' }] } });
});

test.each([
	['一个字的名称', 1, '甲', '名称'],
	['没有编号', 0, '', '编号'],
	['太短的依据', 2, '法', '检查依据'],
	['超过一百的比例', 3, '101', '抽查比例（%）'],
	['负的比例', 3, '-5', '抽查比例（%）'],
	['文字的比例', 3, '若干', '抽查比例（%）'],
	['不认识的方式', 4, '电话', '检查方式'],
	['一名执法人员', 5, '1', '所需执法人员'],
	['两个半人', 5, '2.5', '所需执法人员'],
	['带空格的标签', 6, '建筑 工地', '检查对象类别'],
	['过长的标签', 6, '标'.repeat(21), '检查对象类别'],
	['也许', 7, '也许', '法定检查'],
	['每年十三次', 8, '13', '每年频次'],
	['算不出的格子', 8, '#REF!', '每年频次']
])('%s is refused with its column, its value and what it should be', (_, at, value, column) => {
	const cells = good.map((cell, i) => (i === at ? value : cell));
	const [judged] = judgeRows(judging, bound(headers), [row(cells)]);
	expect(judged).toMatchObject({ state: 'refused', line: 2, refusal: { reason: 'cell', column, value } });
	expect((judged as { refusal: { rule: string } }).refusal.rule.length).toBeGreaterThan(3);
	expect(judgeRows(judging, bound(headers), [row(good)])).toMatchObject([{ state: 'new', content: { ratio: 0.125, method: 'on-site', staffNeeded: 3, objectKinds: ['学校', '工地'], statutory: true } }]);
});

describe('rows of a file', () => {
	it('are refused when they come twice, fit several, or cannot be read', () => {
		const rows = [row(good, 2), row(good, 3), row(['99', ...good.slice(1)], 4), { line: 5, cells: ['x'], fault: true }];
		expect(judgeRows(judging, bound(headers), rows).map((one) => (one.state === 'refused' ? one.refusal : one.state))).toEqual([
			'new', { reason: 'twice', line: 2 }, { reason: 'ambiguous' }, { reason: 'unreadable' }
		]);
	});
	it('change only the columns that the file has, and tell old and new', () => {
		const few = bound(['number', 'Name', '依据']);
		expect(judgeRows(judging, few, [row(['05', '广告行为检查', '《中华人民共和国广告法》'])])).toMatchObject([{ state: 'unchanged', id: 'advertising' }]);
		const [changed] = judgeRows(judging, few, [row(['05', '广告检查', '《中华人民共和国广告法》'])]);
		expect(changed).toMatchObject({ state: 'changed', differences: [{ key: 'name', from: '广告行为检查', to: '广告检查' }], content: { ...kept, name: '广告检查' } });
	});
	it('empty what their column has empty', () => {
		const [changed] = judgeRows(judging, bound(['编号', '名称', '检查依据', '抽查比例']), [row(['05', kept.name, kept.legalBasis, ''])]);
		expect(changed).toMatchObject({ state: 'changed', content: { ratio: null }, differences: [{ from: '5', to: '' }] });
	});
	it('need their columns, each once; others are named', () => {
		expect(bindColumns(itemColumns, ['名称', '备注'])).toEqual({ ok: false, reason: 'missing-columns', columns: ['编号', '检查依据'] });
		expect(bindColumns(itemColumns, ['编号', '名称', '事项名称', '依据'])).toEqual({ ok: false, reason: 'double-columns', columns: ['名称'] });
		expect(bound(['编号', '名称', '依据', '备注']).unread).toEqual(['备注']);
	});
});

test('lists are sets: another order is no change', () => {
	expect(isSame(['a', 'b'], ['b', 'a'])).toBe(true);
	expect(isSame(['a'], ['a', 'b'])).toBe(false);
	expect(differences(itemColumns, kept, { ...kept, objectKinds: ['超市', '商场'] }, null)).toEqual([]);
});

test('a form says the same as a file', () => {
	const typed = {
		id: ['x-1'], number: ['05'], name: ['广告行为检查'], sub: ['广告发布内容'], basis: ['《中华人民共和国广告法》'], kinds: ['商场，超市'], ratio: ['5'], frequency: [''], method: ['network'],
		staff: ['3'], validity: ['365'], field: [''], industries: [''], active: ['on']
	};
	expect(v.parse(itemContentSchema, itemOfForm(typed))).toEqual(v.parse(itemContentSchema, kept));
	expect(v.safeParse(itemContentSchema, itemOfForm({ ...typed, ratio: ['a lot'] })).success).toBe(false);
	expect(v.safeParse(itemContentSchema, itemOfForm({ ...typed, staff: [''] })).success).toBe(false);
});

test.each([['餐饮', '餐饮'], [' 商场 ', '商场'], ['', null], ['a b', null], ['甲、乙', null], ['甲"', null], ['标'.repeat(20), '标'.repeat(20)], ['标'.repeat(21), null]])(
	'%j is the tag %j', (text, tag) => expect(tagOf(text)).toBe(tag)
);

test.each([['2026-05-31', 'expired'], ['2026-06-01', 'soon'], ['2026-07-31', 'soon'], ['2026-08-01', 'valid']])('a certificate until %s is %s', (until, state) =>
	expect(certificateState(until, '2026-06-01', '2026-07-31')).toBe(state)
);

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fields, fieldsOf, kindNames, kinds, type Field } from '#lib/intake/kinds/kinds.ts';
import { bindMapping, completeMapping, guessField, parseMapping } from '#lib/intake/mapping.ts';
import { plainHeader } from '#lib/intake/plain-header.ts';

describe('the mapping of columns to fields', () => {
	it('knows every field by its own name in every kind', () => {
		for (const kind of kindNames) for (const field of fieldsOf(kinds[kind])) expect(guessField(kinds[kind], field)).toBe(field);
	});
	it('has headers in the form in which they are compared', () => {
		for (const field of Object.keys(fields) as Field[]) for (const header of fields[field].headers) expect(plainHeader(header)).toBe(header);
	});
	it.each([
		['registrations', ['统一社会信用代码', '企业名称', '成立日期', '法定代表人（负责人）', '注册资本', '住所', '行业代码', '登记机关'], ['uscc', 'name', 'occurredOn', 'legalRep', 'capital', 'address', 'industry', null]],
		['complaints', ['投诉编号', '投诉时间', '被投诉人', '区划代码', '投诉类型', '投诉人电话', 'Channel'], ['sourceKey', 'occurredOn', 'name', 'region', 'item', 'complainantId', 'channel']],
		['changes', ['统一社会信用代码', '变更日期', '变更事项', '变更前', '变更后内容'], ['uscc', 'occurredOn', 'item', 'before', 'after']],
		['classes', ['USCC', '月份', '企业信用风险分类'], ['uscc', 'month', 'class']],
		['penalties', ['处罚决定书文号', '当事人名称', '统一社会信用代码', '处罚决定日期', '处罚种类', '罚款金额'], ['sourceKey', 'name', 'uscc', 'occurredOn', 'item', 'amount']]
	] as const)('guesses the headers of %s', (kind, columns, expected) => {
		const mapping = completeMapping(kinds[kind], [...columns], null);
		expect(columns.map((column) => mapping.columns[column])).toEqual(expected);
	});
	it('lets what is given count, and guesses the rest without using a field twice', () => {
		const mapping = completeMapping(kinds.registrations, ['uscc', 'name', '企业名称', 'd'], { columns: { 企业名称: 'name', d: 'occurredOn' } });
		expect(mapping.columns).toEqual({ uscc: 'uscc', name: null, 企业名称: 'name', d: 'occurredOn' });
	});
	it('guesses freely where the column that was remembered for a field is not in this file', () => {
		const mapping = completeMapping(kinds.complaints, ['投诉时间', 'toString'], { columns: { 登记日期: 'occurredOn', 单号: 'sourceKey' } });
		expect(mapping.columns).toEqual({ 投诉时间: 'occurredOn', toString: null });
	});
	it('names the fields that have no column', () => {
		const bound = bindMapping(kinds.registrations, ['a'], { columns: { a: 'uscc' } });
		expect(bound).toMatchObject({ ok: false, reason: 'missing-columns' });
		expect(!bound.ok && bound.message).toContain('name（企业名称）');
	});
	it('refuses a mapping file that cannot be meant', () => {
		for (const [value, words] of [
			[[], 'JSON 对象'], [{ columns: { a: 'nonsense' } }, '未知字段'], [{ columns: { a: 'uscc', b: 'uscc' } }, '都指向'], [{ columns: {}, keep: 'x' }, 'keep'], [{ columns: {}, history: 1 }, 'history']
		] as const) {
			const parsed = parseMapping(value, kinds.registrations);
			expect(parsed.ok).toBe(false);
			expect(!parsed.ok && parsed.message).toContain(words);
		}
		expect(parseMapping({ ent_name: 'name', x: null }, kinds.registrations)).toEqual({ ok: true, mapping: { columns: { ent_name: 'name', x: null } } });
	});
	it('accepts the worked example of the documentation', async () => {
		const text = await readFile(new URL('../../docs/examples/jiangsu-registrations.json', import.meta.url), 'utf8');
		expect(parseMapping(JSON.parse(text), kinds.registrations)).toMatchObject({ ok: true });
	});
});

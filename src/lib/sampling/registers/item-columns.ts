import { m } from '#lib/messages/messages.js';
import { choice, list, numberOf, yesNo, type FileColumn } from './columns.ts';
import type { ItemContent } from './items.ts';

export const methodChoice = choice(
	{ 'on-site': m.sampling_method_on_site, paper: m.sampling_method_paper, network: m.sampling_method_network },
	{ '': 'on-site', 现场: 'on-site', 实地: 'on-site', 实地检查: 'on-site', 书面: 'paper', 网络: 'network' }
);

/** A share as people write it: percent, with or without the sign. */
const percent = {
	write: (share: number | null): string => (share === null ? '' : String(Number((share * 100).toFixed(2)))),
	read: (text: string): number | null | undefined => {
		const value = numberOf(text.replace(/[%％]$/, '').trim());
		return typeof value === 'number' ? Math.round(value * 100) / 10_000 : value;
	}
};

const several = (text: string): string[] | null => (text === '' ? null : list.read(text));
const whole = (fallback: number) => (text: string) => (text === '' ? fallback : (numberOf(text) ?? undefined));

/** The file of the list of items; what its cells hold, the form holds. */
export const itemColumns: readonly FileColumn<ItemContent, null>[] = [
	{ key: 'number', header: '编号', names: ['number', '事项编号', '序号'], must: true, label: m.registers_item_number, rule: m.registers_rule_number, write: (c) => c.number, read: (t) => t },
	{ key: 'name', header: '名称', names: ['name', '事项名称', '抽查事项'], must: true, label: m.registers_item_name, rule: m.registers_rule_name, write: (c) => c.name, read: (t) => t },
	{ key: 'subItem', header: '检查项目', names: ['sub item', '子项', '检查项目（子项）', '检查内容'], label: m.registers_item_sub, rule: m.registers_rule_sub, write: (c) => c.subItem ?? '', read: (t) => t },
	{ key: 'legalBasis', header: '检查依据', names: ['legal basis', '依据', '法律依据'], must: true, label: m.registers_item_basis, rule: m.registers_rule_basis, write: (c) => c.legalBasis, read: (t) => t },
	{ key: 'objectKinds', header: '检查对象类别', names: ['object kinds', '检查对象'], label: m.registers_item_kinds, rule: m.registers_rule_kinds, write: (c) => list.write(c.objectKinds ?? []), read: several },
	{ key: 'ratio', header: '抽查比例（%）', names: ['ratio', '抽查比例'], label: m.registers_item_ratio, rule: m.registers_rule_ratio, write: (c) => percent.write(c.ratio), read: percent.read },
	{ key: 'frequency', header: '每年频次', names: ['frequency', '抽查频次', '频次'], label: m.registers_item_frequency, rule: m.registers_rule_frequency, write: (c) => (c.frequency === null ? '' : String(c.frequency)), read: numberOf },
	{ key: 'method', header: '检查方式', names: ['method', '方式'], label: m.registers_item_method, rule: m.registers_rule_method, write: (c, _, said) => methodChoice.write(c.method, said), read: (t) => methodChoice.read(t) },
	{ key: 'staffNeeded', header: '所需执法人员', names: ['staff needed', '执法人员数'], label: m.registers_item_staff, rule: m.registers_rule_staff, write: (c) => String(c.staffNeeded), read: whole(2) },
	{ key: 'validityDays', header: '结果有效期（天）', names: ['validity days', '结果有效期'], label: m.registers_item_validity, rule: m.registers_rule_validity, write: (c) => String(c.validityDays), read: whole(365) },
	{ key: 'statutory', header: '法定检查', names: ['statutory'], label: m.registers_item_statutory, rule: m.registers_rule_yes_no, write: (c, _, said) => yesNo.write(c.statutory, said), read: yesNo.read },
	{ key: 'keyField', header: '重点领域', names: ['key field'], label: m.registers_item_key_field, rule: m.registers_rule_yes_no, write: (c, _, said) => yesNo.write(c.keyField, said), read: yesNo.read },
	{ key: 'field', header: '专业领域', names: ['field'], label: m.registers_item_field, rule: m.registers_rule_field, write: (c) => c.field ?? '', read: (t) => t },
	{ key: 'industries', header: '适用行业', names: ['industries', '行业代码'], label: m.registers_item_industries, rule: m.registers_rule_industries, write: (c) => list.write(c.industries ?? []), read: (t) => several(t.toUpperCase()) },
	{ key: 'active', header: '启用', names: ['active'], label: m.registers_item_active, rule: m.registers_rule_active, write: (c, _, said) => yesNo.write(c.active, said), read: (t) => (t === '' ? true : yesNo.read(t)) }
];

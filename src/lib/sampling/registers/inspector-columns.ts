import { normaliseUscc } from '#lib/enterprises/uscc.ts';
import { parseDate } from '#lib/intake/dates.ts';
import { m } from '#lib/messages/messages.js';
import { choice, list, yesNo, type FileColumn } from './columns.ts';
import type { InspectorContent } from './inspectors.ts';

/** What the cells of the file name by number or name. */
export type InspectorNames = {
	/** Items of the department. */
	readonly items: readonly { readonly id: string; readonly number: string; readonly name: string }[];
	/** Regions of the jurisdiction. */
	readonly regions: readonly { readonly code: string; readonly name: string }[];
};

/** An inspector as a file has one: with the number the office knows the person by. */
export type InspectorRow = InspectorContent & { readonly id: string };

export const stateChoice = choice(
	{ active: m.sampling_inspector_state_active, leave: m.sampling_inspector_state_leave, left: m.sampling_inspector_state_left },
	{ 在职: 'active', 离职: 'left', 退休: 'left', '': 'active' }
);

/** An item by its number, or by its id where numbers do not tell. */
function itemOf(text: string, { items }: InspectorNames): string | undefined {
	const numbered = items.filter((item) => item.number === text);
	return numbered.length === 1 ? numbered[0]!.id : items.find((item) => item.id === text)?.id;
}

const itemText = (id: string, { items }: InspectorNames): string => {
	const item = items.find((one) => one.id === id);
	return item !== undefined && items.filter((one) => one.number === item.number).length === 1 ? item.number : id;
};

const scope = {
	write: (ids: readonly string[] | null, names: InspectorNames): string => (ids === null ? '' : list.write(ids.map((id) => itemText(id, names)))),
	read: (text: string, names: InspectorNames): string[] | null | undefined => {
		if (/^(全部.*|all|)$/i.test(text)) return null;
		const ids = list.read(text).map((one) => itemOf(one, names));
		return ids.every((id) => id !== undefined) ? ids : undefined;
	}
};

function regionOf(text: string, { regions }: InspectorNames): string | undefined {
	const named = regions.filter((region) => region.code === text || region.name === text);
	return named.length === 1 ? named[0]!.code : undefined;
}

const dayOf = (text: string): string | undefined => {
	const date = parseDate(text);
	return date.ok ? date.day : undefined;
};

/** The file of the register of inspectors. */
export const inspectorColumns: readonly FileColumn<InspectorRow, InspectorNames>[] = [
	{ key: 'id', header: '人员编号', names: ['id', '编号'], label: m.registers_person_id, rule: m.registers_rule_person_id, write: (c) => c.id, read: (t) => t },
	{ key: 'name', header: '姓名', names: ['name'], must: true, label: m.registers_person_name, rule: m.registers_rule_person_name, write: (c) => c.name, read: (t) => t },
	{ key: 'unit', header: '单位', names: ['unit', '所在单位'], must: true, label: m.registers_person_unit, rule: m.registers_rule_unit, write: (c) => c.unit, read: (t) => t },
	{ key: 'post', header: '职务', names: ['post', '岗位'], label: m.registers_person_post, rule: m.registers_rule_post, write: (c) => c.post ?? '', read: (t) => t },
	{ key: 'regionCode', header: '区划代码', names: ['region', '区划'], must: true, label: m.registers_person_region, rule: m.registers_rule_region, write: (c) => c.regionCode, read: regionOf },
	{ key: 'certificateNo', header: '执法证号', names: ['certificate number', '证件号', '执法证件号'], must: true, label: m.registers_person_certificate, rule: m.registers_rule_certificate, write: (c) => c.certificateNo, read: (t) => t },
	{ key: 'certificateUntil', header: '证件有效期至', names: ['certificate until', '有效期至', '证件有效期'], must: true, label: m.registers_person_until, rule: m.registers_rule_until, write: (c) => c.certificateUntil, read: dayOf },
	{ key: 'itemIds', header: '事项范围', names: ['items', '可检查事项'], label: m.registers_person_items, rule: m.registers_rule_items, write: (c, names) => scope.write(c.itemIds, names), read: scope.read },
	{ key: 'expert', header: '专家', names: ['expert'], label: m.registers_person_expert, rule: m.registers_rule_yes_no, write: (c, _, said) => yesNo.write(c.expert, said), read: yesNo.read },
	{ key: 'state', header: '状态', names: ['state'], label: m.registers_person_state, rule: m.registers_rule_state, write: (c, _, said) => stateChoice.write(c.state, said), read: stateChoice.read },
	{ key: 'recused', header: '回避企业', names: ['recused'], label: m.registers_person_recused, rule: m.registers_rule_recused, write: (c) => list.write(c.recused), read: (t) => list.read(t).map(normaliseUscc) }
];

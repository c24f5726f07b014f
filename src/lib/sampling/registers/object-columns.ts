import { normaliseUscc } from '#lib/enterprises/uscc.ts';
import { m } from '#lib/messages/messages.js';
import { list, type FileColumn } from './columns.ts';

/** What a file may change of an object: the tags that one's own department gave it. */
export type ObjectContent = { readonly tags: readonly string[] };
export type ObjectRow = ObjectContent & { readonly id: string; readonly name: string };

/** The file of the register of objects; the register itself comes from the sources. */
export const objectColumns: readonly FileColumn<ObjectRow, null>[] = [
	{ key: 'id', header: '统一社会信用代码', names: ['uscc', '信用代码', '代码'], must: true, label: m.registers_object_uscc, rule: m.registers_rule_uscc, write: (c) => c.id, read: normaliseUscc },
	{ key: 'name', header: '企业名称', names: ['name', '名称'], label: m.registers_object_name, rule: m.registers_rule_object_name, write: (c) => c.name, read: (t) => t },
	{ key: 'tags', header: '标签', names: ['tags', '检查对象类别'], must: true, label: m.registers_object_tags, rule: m.registers_rule_tags, write: (c) => list.write(c.tags), read: list.read }
];

import { m } from '#lib/messages/messages.js';
import { refusalLabel } from '../labels.ts';
import { inspectorColumns } from './inspector-columns.ts';
import { itemColumns } from './item-columns.ts';
import type { RowRefusal } from './judge.ts';
import type { Register, Way } from './registers.ts';

const titles: Record<Register, () => string> = { items: m.sampling_items_title, inspectors: m.sampling_inspectors_title, objects: m.registers_objects_title };
export const registerTitle = (register: Register): string => titles[register]();

const ways: Record<Way, () => string> = { seed: m.registers_way_seed, form: m.registers_way_form, import: m.registers_way_import };
export const wayLabel = (way: string): string => (ways as Partial<Record<string, () => string>>)[way]?.() ?? way;

/** Why a row of a file was not taken, and what to do. */
export function rowRefusalText(refusal: RowRefusal): string {
	switch (refusal.reason) {
		case 'unreadable': return m.registers_row_unreadable();
		case 'cell': return [refusal, ...refusal.more].map(({ column, value, rule }) => m.registers_row_cell({ column, value: value || m.registers_empty(), rule })).join('；');
		case 'twice': return m.registers_row_twice({ line: refusal.line });
		case 'ambiguous': return m.registers_row_ambiguous();
		case 'taken': return m.registers_row_taken();
		case 'unknown': return m.registers_row_unknown();
		case 'other-department': return m.registers_row_other_department({ value: refusal.value, own: refusal.own });
		case 'name-differs': return m.registers_row_name_differs({ value: refusal.value, own: refusal.own });
	}
}

const rules = (columns: readonly { readonly key: string; readonly label: () => string; readonly rule: () => string }[]) =>
	new Map(columns.map(({ key, label, rule }) => [key, () => m.registers_refuse_field({ field: label(), rule: rule() })]));
const fields = { items: rules(itemColumns), inspectors: rules(inspectorColumns), objects: new Map<string, () => string>() } satisfies Record<Register, ReadonlyMap<string, () => string>>;

type Refused = { readonly reason: string; readonly what?: string; readonly limit?: number; readonly columns?: readonly string[]; readonly message?: string };

/** What to tell a person whose step in a register was refused: which field, and what it may hold. */
export function registerRefusal(register: Register, refusal: Refused): string {
	const limit = refusal.limit ?? 0;
	switch (refusal.reason) {
		case 'input-invalid': return fields[register].get(refusal.what ?? '')?.() ?? (refusal.what === 'id' ? m.registers_refuse_id() : refusalLabel(refusal.reason));
		case 'number-taken': return m.registers_refuse_number_taken();
		case 'tag-invalid': return m.registers_refuse_tag();
		case 'nobody-chosen': return m.registers_refuse_nobody();
		case 'too-many': return m.registers_refuse_too_many({ limit });
		case 'too-many-rows': return m.registers_refuse_too_many_rows({ limit });
		case 'too-large': return m.registers_refuse_too_large({ limit: limit / 1024 / 1024 });
		case 'empty-file': return m.registers_refuse_empty();
		case 'file-refused': return refusal.message ?? '';
		case 'missing-columns': return m.registers_refuse_missing({ columns: (refusal.columns ?? []).join('、') });
		case 'double-columns': return m.registers_refuse_double({ columns: (refusal.columns ?? []).join('、') });
		case 'nothing-to-change': return m.registers_refuse_nothing();
		case 'conflict': return m.registers_refuse_conflict();
		default: return refusalLabel(refusal.reason);
	}
}

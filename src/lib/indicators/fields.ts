import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import { streamLabel } from '#lib/warnings/subject-labels.ts';
import { keyItems, parseDefinition, type Definition, type KeyItem, type MonitorKind } from './definition.ts';
import { shippedIndicators } from './defaults.ts';

/** One setting of a definition as a form shows it. */
export type DefinitionField = {
	readonly name: string;
	readonly label: string;
	readonly hint?: string;
	/** `items` are ticked key items, `words` a comma-separated list. */
	readonly control: 'number' | 'items' | 'words';
	readonly step?: number | 'any';
};

const number = (name: string, label: () => string, step: number | 'any' = 1, hint?: () => string) => ({
	name, label, control: 'number' as const, step, hint
});

const fieldsOfKind: Readonly<Record<MonitorKind, readonly (Omit<DefinitionField, 'label' | 'hint'> & { readonly label: () => string; readonly hint?: () => string })[]>> = {
	'cell-surge': [
		number('q', m.indicators_field_q, 'any', m.indicators_hint_q),
		number('floor', m.indicators_field_floor, 1, m.indicators_hint_floor),
		number('excess', m.indicators_field_excess, 'any'),
		number('ratio', m.indicators_field_ratio, 'any'),
		number('alpha', m.indicators_field_alpha, 'any', m.indicators_hint_alpha),
		number('keep', m.indicators_field_keep, 'any', m.indicators_hint_keep),
		number('clearAfterDays', m.indicators_field_clear)
	],
	'shared-link': [
		number('days', m.indicators_field_days), number('limit', m.indicators_field_limit),
		number('alpha', m.indicators_field_habit, 'any', m.indicators_hint_habit)
	],
	'repeated-changes': [
		{ name: 'items', label: m.indicators_field_items, control: 'items' },
		number('days', m.indicators_field_days), number('limit', m.indicators_field_times),
		number('mergeDays', m.indicators_field_merge, 1, m.indicators_hint_merge)
	],
	'shell-transfer': [{ name: 'items', label: m.indicators_field_items_all, control: 'items' }, number('days', m.indicators_field_days)],
	'register-then-cancel': [
		number('lifeDays', m.indicators_field_life), number('days', m.indicators_field_days), number('limit', m.indicators_field_limit)
	],
	'enterprise-rise': [
		number('days', m.indicators_field_days), number('floor', m.indicators_field_floor, 1, m.indicators_hint_floor),
		number('ratio', m.indicators_field_ratio, 'any'), number('q', m.indicators_field_q, 'any', m.indicators_hint_q)
	],
	'linked-group': [
		number('days', m.indicators_field_days), number('least', m.links_field_least), number('q', m.indicators_field_q, 'any', m.indicators_hint_q)
	],
	'prepaid-card': [
		{ name: 'items', label: m.indicators_field_complaint_types, control: 'words' },
		number('days', m.indicators_field_days), number('limit', m.indicators_field_complaints),
		number('signDays', m.indicators_field_signs, 1, m.indicators_hint_signs)
	]
};

/** The settings of a kind of monitor, in the order of its form. */
export function fieldsOf(kind: MonitorKind): DefinitionField[] {
	return fieldsOfKind[kind].map((field) => ({ ...field, label: field.label(), hint: field.hint?.() }));
}

const itemNames: Readonly<Record<KeyItem, () => string>> = {
	'legal-representative': m.indicators_item_legal_representative, address: m.indicators_item_address,
	shareholders: m.indicators_item_shareholders, capital: m.indicators_item_capital, name: m.indicators_item_name, scope: m.indicators_item_scope
};

/** Key items with their names, for tick boxes. */
export const keyItemOptions = () => keyItems.map((value) => ({ value, label: itemNames[value]() }));

/** A setting as people read it. */
export function valueText(field: DefinitionField, definition: Definition): string {
	const value = (definition as unknown as Readonly<Record<string, unknown>>)[field.name];
	if (Array.isArray(value)) return value.map((item) => itemNames[item as KeyItem]?.() ?? String(item)).join('、');
	return String(value);
}

const linkNames = { address: m.indicators_link_address, person: m.indicators_link_person, phone: m.indicators_link_phone,
	agent: m.links_agent } as const;
const kindNames = {
	registration: m.indicators_kind_registration, change: m.indicators_kind_change,
	cancellation: m.indicators_kind_cancellation, complaint: m.indicators_kind_complaint
} as const;

export const kindLabel = (kind: string): string => kindNames[kind as keyof typeof kindNames]?.() ?? itemLabel(kind);

/** What a definition watches, in a sentence. */
export function methodText(definition: Definition): string {
	switch (definition.monitor) {
		case 'cell-surge':
			return m.indicators_method_cell_surge({ kind: kindLabel(definition.eventKind) });
		case 'shared-link':
			return m.indicators_method_shared_link({ link: linkNames[definition.link](), days: definition.days, limit: definition.limit });
		case 'repeated-changes':
			return m.indicators_method_repeated_changes({ days: definition.days, limit: definition.limit });
		case 'shell-transfer':
			return m.indicators_method_shell_transfer({ days: definition.days });
		case 'register-then-cancel':
			return m.indicators_method_register_then_cancel({
				link: linkNames[definition.link](), days: definition.days, limit: definition.limit, life: definition.lifeDays
			});
		case 'enterprise-rise':
			return m.indicators_method_enterprise_rise({ kind: kindLabel(definition.eventKind), days: definition.days, floor: definition.floor });
		case 'linked-group':
			return m.links_method({ what: streamLabel(`linked-group · ${definition.stream}`), days: definition.days, least: definition.least });
		case 'prepaid-card':
			return m.indicators_method_prepaid_card({ days: definition.days, limit: definition.limit, signs: definition.signDays });
	}
}

/** Reads a form into a definition of the same kind as `base`; what the form has no field for stays as it is. */
export function definitionFromForm(base: Definition, form: FormData): ReturnType<typeof parseDefinition> {
	const value: Record<string, unknown> = { ...base };
	for (const field of fieldsOf(base.monitor)) {
		if (field.control === 'items') value[field.name] = form.getAll(field.name).map(String);
		else if (field.control === 'words') value[field.name] = String(form.get(field.name) ?? '').split(/[,，、;；\s]+/).filter(Boolean);
		else value[field.name] = String(form.get(field.name) ?? '').trim() === '' ? NaN : Number(form.get(field.name));
	}
	return parseDefinition(value);
}

/** What a new indicator may start from: one of the shipped ones. */
export const templates = () =>
	shippedIndicators.map(({ id, name, nameEn, definition }) => ({ id, name, nameEn, takesKind: 'eventKind' in definition }));

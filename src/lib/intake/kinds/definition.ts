import { fields, happened, isKind, kindOf, type DefinedField, type KindFacts } from './kinds.ts';
import { plainHeader } from '#lib/intake/plain-header.ts';

/** Whom a row of a defined kind is about: always an enterprise, or, where none is named, a place. */
export const kindSubjects = ['enterprise', 'place'] as const;
export type KindSubject = (typeof kindSubjects)[number];

/** How fields of administrators are read. */
export const ownFieldTypes = ['text', 'number', 'day', 'flag', 'uscc'] as const;
export type OwnFieldType = (typeof ownFieldTypes)[number];

export type FieldDraft = {
	readonly name: string;
	readonly label: string;
	readonly labelEn: string;
	readonly type: OwnFieldType;
	readonly required: boolean;
	/** Headers under which sources deliver it, besides its label. */
	readonly headers: readonly string[];
};

export type KindDraft = {
	readonly name: string;
	readonly label: string;
	readonly labelEn: string;
	readonly subject: KindSubject;
	/** Headers under which its sources say what happened (`item`), besides those we know. */
	readonly itemHeaders: readonly string[];
	readonly fields: readonly FieldDraft[];
};

/** What is wrong with a form, and where: `name`, `fields.2.headers` … */
export type FormFault<Fault extends string> = { readonly at: string; readonly fault: Fault; readonly value?: string };

export const kindFaults = [
	'name-pattern', 'name-taken', 'label-missing', 'label-taken', 'field-pattern', 'field-ours', 'field-twice', 'field-label-missing', 'header-twice',
	'header-ours', 'type-fixed', 'field-fixed', 'too-many-fields'
] as const;
export type KindFault = (typeof kindFaults)[number];

const longest = { label: 30, labelEn: 60, headers: 20, fields: 60 } as const;
/** Pages and addresses use these words for something else. */
const reservedNames = ['warning', 'warnings', 'all'];
/** Used inside an event's content. */
const reservedFields = ['register', 'itemText'];

/** What is wrong with a definition by itself; none: it can be kept. */
export function faultsOf(draft: KindDraft): FormFault<KindFault>[] {
	const faults: FormFault<KindFault>[] = [];
	const add = (at: string, fault: KindFault, value?: string) => faults.push({ at, fault, ...(value === undefined ? {} : { value }) });
	if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(draft.name) || draft.name.length > 40) add('name', 'name-pattern', draft.name);
	else if (isKind(draft.name) || kindOf(draft.name) !== null || reservedNames.includes(draft.name)) add('name', 'name-taken', draft.name);
	if (!within(draft.label, longest.label)) add('label', 'label-missing');
	if (!within(draft.labelEn, longest.labelEn)) add('labelEn', 'label-missing');
	if (draft.fields.length > longest.fields) add('fields', 'too-many-fields');
	const names = new Set<string>();
	const headers = new Map<string, number>();
	// These two are what makes a row an event: a field of one's own must not take them away.
	const ours = new Set([...fields.uscc.headers, ...fields.occurredOn.headers, 'uscc', 'occurredOn'].map(plainHeader));
	for (const header of new Set(draft.itemHeaders.map(plainHeader))) {
		if (ours.has(header)) add('itemHeaders', 'header-ours', header);
		headers.set(header, -1);
	}
	draft.fields.forEach((field, i) => {
		if (!/^[a-z][A-Za-z0-9]{0,39}$/.test(field.name)) add(`fields.${i}.name`, 'field-pattern', field.name);
		else if (Object.hasOwn(fields, field.name) || reservedFields.includes(field.name)) add(`fields.${i}.name`, 'field-ours', field.name);
		else if (names.has(field.name)) add(`fields.${i}.name`, 'field-twice', field.name);
		names.add(field.name);
		if (!within(field.label, longest.label)) add(`fields.${i}.label`, 'field-label-missing');
		if (!within(field.labelEn, longest.labelEn)) add(`fields.${i}.labelEn`, 'field-label-missing');
		for (const header of new Set([field.label, field.name, ...field.headers].map(plainHeader))) {
			if (header === '') continue;
			if (ours.has(header)) add(`fields.${i}.headers`, 'header-ours', header);
			else if (headers.has(header)) add(`fields.${i}.headers`, 'header-twice', header);
			headers.set(header, i);
		}
	});
	return faults;
}

function within(text: string, most: number): boolean {
	return text.trim() !== '' && text.trim().length <= most;
}

/** A definition as everything else uses kinds. */
export function factsOfKind(draft: KindDraft, retired: boolean): KindFacts {
	const own = (required: boolean) => draft.fields.filter((field) => field.required === required).map(({ name }) => name);
	const always = draft.subject === 'enterprise' ? ['uscc', 'occurredOn'] : ['occurredOn'];
	// Their own first: a header that an administrator named counts before one that we guess.
	const may = [...own(false), ...(draft.subject === 'enterprise' ? [] : ['uscc']), ...happened, 'name'];
	return {
		name: draft.name,
		stored: draft.name,
		effect: draft.subject === 'enterprise' ? 'event' : 'occurrence',
		required: [...always, ...own(true)],
		optional: may,
		defined: {
			label: draft.label,
			labelEn: draft.labelEn,
			retired,
			fields: Object.fromEntries([
				...draft.fields.map((field) => [field.name, definedField(field)]),
				...(draft.itemHeaders.length === 0 ? [] : [['item', { ...fields.item, labelEn: 'item', headers: [...draft.itemHeaders, ...fields.item.headers] }]])
			])
		}
	};
}

function definedField({ label, labelEn, type, headers }: FieldDraft): DefinedField {
	return { type, labelEn, headers: [label, ...headers] };
}

/** How a changed definition may differ from the one that rows were read by. */
export function changeFaults(before: KindDraft, after: KindDraft): FormFault<KindFault>[] {
	const faults: FormFault<KindFault>[] = [];
	if (before.subject !== after.subject) faults.push({ at: 'subject', fault: 'field-fixed' });
	for (const old of before.fields) {
		const at = after.fields.findIndex((field) => field.name === old.name);
		if (at < 0) faults.push({ at: 'fields', fault: 'field-fixed', value: old.name });
		else if (after.fields[at]!.type !== old.type) faults.push({ at: `fields.${at}.type`, fault: 'type-fixed', value: old.type });
	}
	return faults;
}

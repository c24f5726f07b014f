import type { ChoiceList } from '#lib/disposals/choices.ts';
import { fieldTypes, type MeasureField } from '#lib/disposals/measure.ts';

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

/** One field of a measure a line: `key | 名称 | name | text or date or choice | required | choices by ;`. */
export function fieldsToText(fields: readonly MeasureField[]): string {
	return fields.map(({ key, label, labelEn, type, required, choices }) => [key, label, labelEn, type, required ? 'required' : 'optional', choices.join(';')].join(' | ').replace(/ \| $/, '')).join('\n');
}

/** The reverse; a line that says no type is no field, and the whole is then refused with what was typed. */
export function fieldsFromText(lines: string): unknown[] {
	return lines.split(/\r?\n/).filter((line) => line.trim() !== '').map((line) => {
		const [key = '', label = '', labelEn = '', type = '', required = '', choices = ''] = line.split(/[|｜]/).map((part) => part.trim());
		return {
			key, label, labelEn: labelEn || label, type: fieldTypes.find((one) => one === type) ?? type, required: required === 'required',
			choices: choices.split(/[;；]/).map((one) => one.trim()).filter((one) => one !== '')
		};
	});
}

/** What a form says of an entry; whether it is complete is asked by the list's own schema. */
export function readChoice(list: ChoiceList, form: FormData): unknown {
	const name = text(form, 'name');
	switch (list) {
		case 'measure':
			return {
				name, nameEn: text(form, 'nameEn') || name, mark: text(form, 'mark') || null, follow: form.has('inspection') ? 'inspection' : 'none',
				sendTo: text(form, 'sendTo') || null, fields: fieldsFromText(text(form, 'fields')), title: text(form, 'title'), body: text(form, 'body').replaceAll('\r\n', '\n'),
				basis: { complaint: text(form, 'basisComplaint'), registration: text(form, 'basisRegistration'), general: text(form, 'basisGeneral') },
				banned: text(form, 'banned').split(/[;；、，,\s]+/).filter((one) => one !== ''), offered: form.has('offered')
			};
		case 'cause':
			return { name, nameEn: text(form, 'nameEn') || name, needsNote: form.has('needsNote'), offered: form.has('offered') };
		case 'agency':
			return { code: text(form, 'code'), name, contact: text(form, 'contact') };
	}
}

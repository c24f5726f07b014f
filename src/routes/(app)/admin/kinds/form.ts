import { kindSubjects, ownFieldTypes, type FieldDraft, type KindDraft } from '#lib/intake/kinds/definition.ts';

/** Words between commas of any kind. */
const listOf = (text: string) => text.split(/[,，、;；\n]+/).map((word) => word.trim()).filter((word) => word !== '');

/** Reads the form of a kind; rows of fields that were left empty are none. */
export function kindDraftOf(form: FormData): KindDraft {
	const text = (name: string) => String(form.get(name) ?? '').trim().slice(0, 1_000);
	const fields: FieldDraft[] = [];
	for (let i = 0; form.has(`field.${i}.name`); i++) {
		const of = (part: string) => text(`field.${i}.${part}`);
		if (['name', 'label', 'labelEn', 'headers'].every((part) => of(part) === '')) continue;
		fields.push({
			name: of('name'), label: of('label'), labelEn: of('labelEn'), type: ownFieldTypes.find((one) => one === of('type')) ?? 'text',
			required: form.has(`field.${i}.required`), headers: listOf(of('headers'))
		});
	}
	return {
		name: text('name'), label: text('label'), labelEn: text('labelEn'), subject: kindSubjects.find((one) => one === text('subject')) ?? 'enterprise',
		itemHeaders: listOf(text('itemHeaders')), fields
	};
}

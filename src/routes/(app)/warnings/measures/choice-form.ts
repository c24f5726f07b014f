import type { ChoiceList } from '#lib/disposals/choices.ts';

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

/** Rows of the form that have a name, as fields; a row without one is no field. Whether they are complete the list's schema says. */
function readFields(form: FormData): unknown[] {
	return form.getAll('fieldKey').flatMap((given) => {
		const key = String(given);
		const label = text(form, `label:${key}`);
		if (label === '') return [];
		return [{
			key, label, labelEn: text(form, `labelEn:${key}`) || label, type: text(form, `type:${key}`), required: form.has(`required:${key}`),
			choices: text(form, `type:${key}`) === 'choice' ? text(form, `choices:${key}`).split(/[;；]/).map((one) => one.trim()).filter((one) => one !== '') : []
		}];
	});
}

/** What a form says of an entry; whether it is complete is asked by the list's own schema. */
export function readChoice(list: ChoiceList, form: FormData): unknown {
	const name = text(form, 'name');
	switch (list) {
		case 'measure':
			return {
				name, nameEn: text(form, 'nameEn') || name, mark: text(form, 'mark') || null, follow: form.has('inspection') ? 'inspection' : 'none',
				sendTo: text(form, 'sendTo') || null, fields: readFields(form), title: text(form, 'title'), body: text(form, 'body').replaceAll('\r\n', '\n'),
				basis: { complaint: text(form, 'basisComplaint'), registration: text(form, 'basisRegistration'), general: text(form, 'basisGeneral') },
				banned: text(form, 'banned').split(/[;；、，,\s]+/).filter((one) => one !== ''), offered: form.has('offered')
			};
		case 'cause':
			return { name, nameEn: text(form, 'nameEn') || name, needsNote: form.has('needsNote'), offered: form.has('offered') };
		case 'agency':
			return { code: text(form, 'code'), name, contact: text(form, 'contact') };
	}
}

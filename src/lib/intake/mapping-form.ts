import type { Mapping } from './mapping.ts';

/** The mapping as a form states it: `column-i` names the column, `field-i` its field or nothing, `keep-i` keeps it as it is. */
export function mappingOfForm(form: FormData): Mapping {
	const text = (name: string) => String(form.get(name) ?? '');
	const columns: Record<string, string | null> = {};
	const keep: string[] = [];
	for (let i = 0; form.has(`column-${i}`); i++) {
		const name = text(`column-${i}`);
		columns[name] = text(`field-${i}`) || null;
		if (form.has(`keep-${i}`)) keep.push(name);
	}
	const history = text('history');
	return {
		columns,
		...(keep.length > 0 ? { keep } : {}),
		...(history === 'yes' || history === 'no' ? { history: history === 'yes' } : {}),
		...(text('capitalUnit') ? { capitalUnit: text('capitalUnit') } : {})
	};
}

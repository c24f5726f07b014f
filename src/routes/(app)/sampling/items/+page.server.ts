import { may } from '#lib/access/permissions.ts';
import { number, refused, text } from '#lib/sampling/forms.ts';
import { listItems, saveItem } from '#lib/sampling/registers.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const items = (await listItems(locals.db, actor)).map((i) => ({ ...i, mine: i.department_id === actor.departmentId }));
	const edit = url.searchParams.get('edit');
	return {
		items,
		editing: edit === 'new' ? ('new' as const) : (items.find((i) => i.id === edit && i.mine) ?? null),
		mayEdit: may(actor, 'preset.edit')
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const saved = await saveItem(locals.db, locals.actor!, {
			id: text(form, 'id'),
			number: text(form, 'number'),
			name: text(form, 'name'),
			subItem: text(form, 'sub') || null,
			legalBasis: text(form, 'basis'),
			method: text(form, 'method'),
			validityDays: number(form, 'validity') ?? 365,
			active: form.has('active')
		});
		return saved.ok ? { saved: true } : refused(saved);
	}
};

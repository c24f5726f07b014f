import { may } from '#lib/access/permissions.ts';
import { addDays } from '#lib/calendar/days.ts';
import { refused, text, texts } from '#lib/sampling/forms.ts';
import { regionChoices } from '#lib/sampling/names.server.ts';
import { listInspectors, listItems, saveInspector } from '#lib/sampling/registers.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Certificates that end within so many days are marked: time enough to renew one. */
const soonDays = 60;

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const [register, items, regions] = await Promise.all([
		listInspectors(locals.db, actor),
		listItems(locals.db, actor),
		regionChoices(locals.db, actor)
	]);
	const inspectors = register.inspectors.map((i) => ({
		...i,
		certificate: i.certificateUntil < register.today ? 'expired' : i.certificateUntil < addDays(register.today, soonDays) ? 'soon' : 'valid',
		mine: i.departmentId === actor.departmentId
	}));
	const edit = url.searchParams.get('edit');
	return {
		inspectors,
		items: items.map(({ id, name }) => ({ id, name })),
		regions,
		editing: edit === 'new' ? ('new' as const) : (inspectors.find((i) => i.id === edit && i.mine) ?? null),
		mayEdit: may(actor, 'task.create'),
		regionCode: actor.regionCode
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const itemIds = texts(form, 'item');
		const saved = await saveInspector(locals.db, locals.actor!, {
			id: text(form, 'id'),
			name: text(form, 'name'),
			unit: text(form, 'unit'),
			regionCode: text(form, 'region'),
			certificateNo: text(form, 'certificate'),
			certificateUntil: text(form, 'until'),
			itemIds: itemIds.length === 0 ? null : itemIds,
			expert: form.has('expert'),
			state: text(form, 'state'),
			recused: text(form, 'recused').toUpperCase().split(/[\s,，;；]+/).filter(Boolean)
		});
		return saved.ok ? { saved: true } : refused(saved);
	}
};

import { parseIndustries } from '#lib/access/accounts.ts';
import { listDepartments, saveDepartment } from '#lib/access/departments.server.ts';
import { m } from '#lib/messages/messages.js';
import { refused } from '../refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const departments = await listDepartments(locals.db, locals.actor!);
	return { departments, edited: departments.find((department) => department.id === url.searchParams.get('edit')) ?? null };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await request.formData();
		const text = (name: string) => String(form.get(name) ?? '').trim().slice(0, 1_000);
		const values = { id: text('id'), name: text('name'), regionCode: text('regionCode'), industries: text('industries') };
		const outcome = await saveDepartment(locals.db, locals.actor!, {
			id: values.id || undefined,
			name: values.name,
			regionCode: values.regionCode,
			industries: parseIndustries(values.industries)
		});
		if (!outcome.ok) return refused(outcome, values);
		return { done: m.admin_department_saved({ name: values.name }) };
	}
};

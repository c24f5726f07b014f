import { error, fail, redirect } from '@sveltejs/kit';
import { check, may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { regionChoices } from '#lib/sampling/tasks/names.server.ts';
import { inspectorOfForm, typedOf } from '#lib/sampling/registers/forms.ts';
import { inspectorDetail, inspectorNames, inspectorUnits, saveInspector } from '#lib/sampling/registers/inspectors.server.ts';
import { registerRefusal } from '#lib/sampling/registers/labels.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const [db, actor] = [locals.db, locals.actor!];
	const [regions, units] = await Promise.all([regionChoices(db, actor), inspectorUnits(db, actor)]);
	const known = { regions: regions.map(({ code, name }) => ({ code, name })), units, regionCode: actor.regionCode };
	if (params.id === 'new') {
		const refusal = check(actor, 'register.edit', { departmentId: actor.departmentId });
		if (refusal) error(statusOf(refusal));
		return { inspector: null, versions: [], items: (await inspectorNames(db, actor)).items, mayEdit: true, known };
	}
	const found = await inspectorDetail(db, actor, params.id);
	if (!found.ok) error(statusOf(found));
	const { inspector } = found;
	const mayEdit = may(actor, 'register.edit') && inspector.departmentId === actor.departmentId && inScope(scopeOf(actor), inspector.regionCode);
	return { inspector, versions: found.versions, items: found.items, mayEdit, known };
};

export const actions: Actions = {
	default: async ({ locals, params, request }) => {
		const typed = typedOf(await request.formData());
		const wanted = inspectorOfForm(typed);
		// What is changed is what the address names.
		const person = params.id === 'new' ? wanted : { ...wanted, id: params.id };
		const saved = await saveInspector(locals.db, locals.actor!, person);
		if (!saved.ok) return fail(statusOf(saved), { message: registerRefusal('inspectors', saved), typed });
		redirect(303, `/sampling/inspectors/${String(person['id'])}?saved`);
	}
};

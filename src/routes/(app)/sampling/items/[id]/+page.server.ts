import { randomUUID } from 'node:crypto';
import { error, fail, redirect } from '@sveltejs/kit';
import { check, may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { tagCounts } from '#lib/sampling/objects/list.server.ts';
import { itemOfForm, typedOf } from '#lib/sampling/registers/forms.ts';
import { itemDetail, listItems, saveItem } from '#lib/sampling/registers/items.server.ts';
import { registerRefusal } from '#lib/sampling/registers/labels.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const [items, tags] = await Promise.all([listItems(locals.db, actor), tagCounts(locals.db, actor)]);
	// What an office has written before is offered again.
	const known = { tags: tags.map(({ tag }) => tag), fields: [...new Set(items.flatMap(({ field }) => field ?? []))].sort() };
	if (params.id === 'new') {
		const refusal = check(actor, 'preset.edit');
		if (refusal) error(statusOf(refusal));
		return { id: `item-${randomUUID().slice(0, 13)}`, item: null, versions: [], mayEdit: true, known };
	}
	const found = await itemDetail(locals.db, actor, params.id);
	if (!found.ok) error(statusOf(found));
	const mayEdit = may(actor, 'preset.edit') && found.item.departmentId === actor.departmentId;
	return { id: params.id, item: found.item, versions: found.versions, mayEdit, known };
};

export const actions: Actions = {
	default: async ({ locals, params, request }) => {
		const typed = typedOf(await request.formData());
		const wanted = itemOfForm(typed);
		// What is changed is what the address names.
		const item = params.id === 'new' ? wanted : { ...wanted, id: params.id };
		const saved = await saveItem(locals.db, locals.actor!, item);
		if (!saved.ok) return fail(statusOf(saved), { message: registerRefusal('items', saved), typed });
		redirect(303, `/sampling/items/${String(item['id'])}?saved`);
	}
};

import { error, fail, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { text } from '#lib/sampling/forms.ts';
import { tagCounts } from '#lib/sampling/objects/list.server.ts';
import { changeTags, objectDetail } from '#lib/sampling/objects/tags.server.ts';
import { registerRefusal } from '#lib/sampling/registers/labels.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const [found, tags] = await Promise.all([objectDetail(locals.db, actor, params.uscc), tagCounts(locals.db, actor)]);
	if (!found.ok) error(statusOf(found));
	return { object: found.object, history: found.history, known: tags.map(({ tag }) => tag), mayEdit: may(actor, 'register.edit') };
};

export const actions: Actions = {
	default: async ({ locals, params, request }) => {
		const form = await request.formData();
		const taken = text(form, 'remove');
		const tag = taken || text(form, 'tag');
		const done = await changeTags(locals.db, locals.actor!, taken ? 'remove' : 'add', tag, { usccs: [params.uscc] });
		if (!done.ok) return fail(statusOf(done), { message: registerRefusal('objects', done), tag });
		redirect(303, `/sampling/objects/${params.uscc}?saved`);
	}
};

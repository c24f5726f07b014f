import { error, fail } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { mendRefusalText } from '#lib/mending/refusal.ts';
import { mendRule, rememberMend } from '#lib/mending/rules.server.ts';
import { undoMend } from '#lib/mending/undo.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const found = await mendRule(locals.db, locals.actor!, params.rule);
	if (!found.ok) error(statusOf(found));
	const { rule, entries, batches, files } = found;
	return { rule, entries, batches, files, done: url.searchParams.has('done') };
};

const refused = (refusal: Refusal) => fail(statusOf(refusal), { message: mendRefusalText(refusal), undone: null });

export const actions: Actions = {
	undo: async ({ locals, params, request }) => {
		const result = await undoMend(locals.db, locals.actor!, params.rule, String((await request.formData()).get('note') ?? ''));
		return result.ok ? { message: null, undone: { withdrawn: result.withdrawn, reopened: result.reopened } } : refused(result);
	},
	remember: async ({ locals, params, request }) => {
		const form = await request.formData();
		const result = await rememberMend(locals.db, locals.actor!, params.rule, form.get('on') === 'yes', String(form.get('note') ?? ''));
		return result.ok ? { message: null, undone: null } : refused(result);
	}
};

import { error, fail } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { listUnmatched, matchName, matchNobody } from '#lib/duplicates/match.server.ts';
import { mendRefusalText } from '#lib/mending/refusal.ts';
import { normaliseUscc } from '#lib/enterprises/uscc.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const found = await listUnmatched(locals.db, locals.actor!);
	if (!found.ok) error(statusOf(found));
	return { waiting: found.waiting, groups: found.groups };
};

export const actions: Actions = {
	accept: async ({ locals, request }) => {
		const form = await request.formData();
		const get = (name: string) => String(form.get(name) ?? '');
		const result = await matchName(locals.db, locals.actor!, get('name'), get('region'), normaliseUscc(get('uscc')));
		return result.ok ? { message: null, name: get('name'), moved: result.moved } : fail(statusOf(result), { message: mendRefusalText(result), name: null, moved: null });
	},
	nobody: async ({ locals, request }) => {
		const form = await request.formData();
		const get = (name: string) => String(form.get(name) ?? '');
		const result = await matchNobody(locals.db, locals.actor!, get('name'), get('region'));
		return result.ok ? { message: null, name: get('name'), moved: 0 } : fail(statusOf(result), { message: mendRefusalText(result), name: null, moved: null });
	}
};

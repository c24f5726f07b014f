import { error, fail, redirect } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { changeKind, listKinds, removeKind, resumeKind, retireKind } from '#lib/intake/kinds/kinds.server.ts';
import { sourceRefusalText } from '#lib/sources/labels.ts';
import { kindDraftOf } from '../form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const result = await listKinds(locals.db, locals.actor!);
	if (!result.ok) error(statusOf(result));
	const kind = result.kinds.find(({ name }) => name === params.name);
	if (kind === undefined) error(404);
	return { kind, saved: url.searchParams.has('saved') };
};

const refused = (refusal: Refusal<string, object>) => fail(statusOf(refusal), { refused: sourceRefusalText(refusal) });

export const actions: Actions = {
	save: async ({ locals, params, request }) => {
		const draft = { ...kindDraftOf(await request.formData()), name: params.name };
		const result = await changeKind(locals.db, locals.actor!, draft);
		if (!result.ok) return fail(statusOf(result), { refused: sourceRefusalText(result), faults: 'faults' in result ? result.faults : [], draft });
		return { saved: true };
	},
	retire: async ({ locals, params, request }) => {
		const form = await request.formData();
		const result = await retireKind(locals.db, locals.actor!, params.name, String(form.get('reason') ?? ''));
		return result.ok ? { saved: true } : refused(result);
	},
	resume: async ({ locals, params }) => {
		const result = await resumeKind(locals.db, locals.actor!, params.name);
		return result.ok ? { saved: true } : refused(result);
	},
	remove: async ({ locals, params }) => {
		const result = await removeKind(locals.db, locals.actor!, params.name);
		if (!result.ok) return refused(result);
		redirect(303, '/admin/kinds?saved');
	}
};

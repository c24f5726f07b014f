import { error, fail } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { definitionFromForm } from '#lib/indicators/fields.ts';
import { refusalText } from '#lib/indicators/labels.ts';
import { readIndicator } from '#lib/indicators/list.server.ts';
import { decideDraft, requestPreview, retireIndicator, saveDraft } from '#lib/indicators/manage.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const result = await readIndicator(locals.db, actor, params.id);
	if (!result.ok) error(statusOf(result));
	return { ...result.page, actorId: actor.id };
};

const refused = (refusal: Refusal<string, { readonly fields?: readonly string[] }>) =>
	fail(statusOf(refusal), { refused: refusalText(refusal) });

export const actions: Actions = {
	draft: async ({ locals, params, request }) => {
		const form = await request.formData();
		const page = await readIndicator(locals.db, locals.actor!, params.id);
		if (!page.ok) return refused(page);
		const base = page.page.versions.find((version) => version.version === Number(form.get('base')));
		if (base === undefined) return refused({ ok: false, reason: 'conflict' });
		const parsed = definitionFromForm(base.definition, form);
		if (!parsed.ok) return refused(parsed);
		const result = await saveDraft(locals.db, locals.actor!, params.id, parsed.definition, String(form.get('note') ?? ''));
		return result.ok ? { saved: 'draft' as const } : refused(result);
	},
	decide: async ({ locals, params, request }) => {
		const form = await request.formData();
		const decision = form.get('decision') === 'activate' ? ('activate' as const) : ('reject' as const);
		const result = await decideDraft(locals.db, locals.actor!, params.id, Number(form.get('version')), decision);
		return result.ok ? { saved: decision } : refused(result);
	},
	retire: async ({ locals, params }) => {
		const result = await retireIndicator(locals.db, locals.actor!, params.id);
		return result.ok ? { saved: 'retire' as const } : refused(result);
	},
	preview: async ({ locals, params, request }) => {
		const form = await request.formData();
		const result = await requestPreview(locals.db, locals.actor!, params.id, Number(form.get('version')));
		return result.ok ? { saved: 'preview' as const } : refused(result);
	}
};

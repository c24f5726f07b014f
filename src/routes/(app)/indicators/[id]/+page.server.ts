import { error, fail } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { refusalText } from '#lib/indicators/labels.ts';
import { readIndicator } from '#lib/indicators/list.server.ts';
import { parseDefinition } from '#lib/indicators/definition.ts';
import { definitionFromForm, fieldsOf } from '#lib/indicators/fields.ts';
import { decideDraft, retireIndicator, saveDraft } from '#lib/indicators/manage.server.ts';
import { verdictsOf } from '#lib/indicators/precision.server.ts';
import { previewMonths } from '#lib/indicators/preview/evenings.ts';
import { cancelPreview, requestPreview } from '#lib/indicators/preview/request.server.ts';
import { leverOf, withSetting } from '#lib/indicators/preview/steps.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const result = await readIndicator(locals.db, actor, params.id);
	if (!result.ok) error(statusOf(result));
	return { ...result.page, verdicts: await verdictsOf(locals.db, actor, params.id), actorId: actor.id };
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
		const months = previewMonths.find((one) => one === Number(form.get('months'))) ?? previewMonths[0];
		const result = await requestPreview(locals.db, locals.actor!, params.id, Number(form.get('version')), months);
		return result.ok ? { saved: 'preview' as const } : refused(result);
	},
	cancel: async ({ locals, params }) => {
		const result = await cancelPreview(locals.db, locals.actor!, params.id);
		return result.ok ? {} : refused(result);
	},
	/** Puts the setting that fits a capacity into the draft. */
	fit: async ({ locals, params, request }) => {
		const form = await request.formData();
		const page = await readIndicator(locals.db, locals.actor!, params.id);
		if (!page.ok) return refused(page);
		const base = page.page.versions.find((version) => version.version === Number(form.get('base')));
		if (base === undefined) return refused({ ok: false, reason: 'conflict' });
		const parsed = parseDefinition(withSetting(base.definition, Number(form.get('setting'))));
		if (!parsed.ok) return refused(parsed);
		const lever = fieldsOf(base.definition.monitor).find((field) => field.name === leverOf(base.definition))?.label ?? '';
		const note = m.indicators_preview_fit_note({ capacity: Number(form.get('capacity')), lever, setting: Number(form.get('setting')) });
		const result = await saveDraft(locals.db, locals.actor!, params.id, parsed.definition, note);
		return result.ok ? { saved: 'draft' as const } : refused(result);
	}
};

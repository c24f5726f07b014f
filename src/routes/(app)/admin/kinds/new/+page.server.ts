import { error, fail, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import type { KindDraft } from '#lib/intake/kinds/definition.ts';
import { defineKind } from '#lib/intake/kinds/kinds.server.ts';
import { sourceRefusalText } from '#lib/sources/labels.ts';
import { kindDraftOf } from '../form.ts';
import type { Actions, PageServerLoad } from './$types';

const blank: KindDraft = { name: '', label: '', labelEn: '', subject: 'enterprise', itemHeaders: [], fields: [] };

export const load: PageServerLoad = ({ locals }) => {
	if (!may(locals.actor!, 'kind.edit')) error(403);
	return { draft: blank };
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const draft = kindDraftOf(await request.formData());
		const result = await defineKind(locals.db, locals.actor!, draft);
		if (!result.ok) return fail(statusOf(result), { refused: sourceRefusalText(result), faults: 'faults' in result ? result.faults : [], draft });
		redirect(303, `/admin/kinds/${draft.name}?saved`);
	}
};

import { error, fail, redirect } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { ownerNotices } from '#lib/indicators/coverage/owner-notices.server.ts';
import { templates } from '#lib/indicators/fields.ts';
import { refusalText } from '#lib/indicators/labels.ts';
import { listIndicators } from '#lib/indicators/list.server.ts';
import { verdictsByIndicator } from '#lib/indicators/precision.server.ts';
import { countableKinds, createIndicator, mayCreate } from '#lib/indicators/manage.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	const indicators = await listIndicators(locals.db, actor);
	if ('ok' in indicators) error(statusOf(indicators));
	const creates = await mayCreate(locals.db, actor);
	return {
		indicators, mayCreate: creates,
		verdicts: await verdictsByIndicator(locals.db, actor),
		ownerNotices: await ownerNotices(locals.db, actor),
		templates: creates ? templates() : [],
		kinds: creates ? await countableKinds(locals.db) : []
	};
};

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

export const actions: Actions = {
	create: async ({ locals, request }) => {
		const form = await request.formData();
		const result = await createIndicator(locals.db, locals.actor!, {
			name: text(form, 'name'), nameEn: text(form, 'nameEn'), parent: text(form, 'parent') || null, template: text(form, 'template'),
			eventKind: text(form, 'eventKind') || null
		});
		if (!result.ok) return fail(statusOf(result), { refused: refusalText(result) });
		redirect(303, `/indicators/${result.id}`);
	}
};

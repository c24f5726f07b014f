import { error, redirect } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { text } from '#lib/sampling/forms.ts';
import { decideReport, reportDetail } from '#lib/sampling/leads/reports.server.ts';
import { refusedWith, versionOf } from '#lib/sampling/plans/form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const found = await reportDetail(locals.db, locals.actor!, params.id);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	const { ok: _, ...detail } = found;
	return detail;
};

export const actions: Actions = {
	default: async ({ locals, params, request }) => {
		const form = await request.formData();
		const decision = { verified: text(form, 'decision') === 'verified', finding: text(form, 'finding') };
		const done = await decideReport(locals.db, locals.actor!, params.id, versionOf(form), decision);
		if (!done.ok) return refusedWith(done, form);
		redirect(303, `/lead-checks/reports/${params.id}`);
	}
};

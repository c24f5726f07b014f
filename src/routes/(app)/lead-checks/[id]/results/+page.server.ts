import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { refusedWork } from '#lib/sampling/fieldwork/actions.server.ts';
import { returnResult } from '#lib/sampling/fieldwork/review.server.ts';
import { findSheet } from '#lib/sampling/fieldwork/sheet.server.ts';
import { text } from '#lib/sampling/forms.ts';
import { findLeadCheck } from '#lib/sampling/leads/checks.server.ts';
import { reviewLeadResult } from '#lib/sampling/leads/results.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const lead = await findLeadCheck(locals.db, actor, params.id);
	if (!lead.ok) error(statusOf(lead), m.access_error_not_found());
	const found = await findSheet(locals.db, actor, { kind: 'lead', id: params.id }, lead.check.uscc);
	if (!found.ok) error(404, m.access_error_not_found());
	const decides = may(actor, 'result.review') && lead.check.department_id === actor.departmentId && found.sheet.state === 'entered';
	return { sheet: found.sheet, mayReview: decides && !found.sheet.mine, ownWork: decides && found.sheet.mine };
};

export const actions: Actions = {
	accept: async ({ locals, params }) => {
		const done = await reviewLeadResult(locals.db, locals.actor!, params.id);
		if (!done.ok) return refusedWork(done);
		redirect(303, `/lead-checks/${params.id}/results`);
	},
	return: async ({ locals, params, request }) => {
		const actor = locals.actor!;
		const reason = text(await request.formData(), 'reason');
		const lead = await findLeadCheck(locals.db, actor, params.id);
		const done = lead.ok ? await returnResult(locals.db, actor, { kind: 'lead', id: params.id }, lead.check.uscc, reason) : lead;
		if (!done.ok) return refusedWork(done);
		redirect(303, `/lead-checks/${params.id}/results`);
	}
};

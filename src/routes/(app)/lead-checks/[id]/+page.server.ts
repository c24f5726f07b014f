import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { refused, text } from '#lib/sampling/forms.ts';
import { cancelLeadCheck, findLeadCheck } from '#lib/sampling/leads/checks.server.ts';
import { reviewLeadResult } from '#lib/sampling/leads/results.server.ts';
import { correctionsOf } from '#lib/warnings/corrections.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const found = await findLeadCheck(locals.db, actor, params.id);
	if (!found.ok) error(statusOf(found));
	const own = found.check.department_id === actor.departmentId && found.check.state === 'open';
	const entered = found.check.result !== null;
	return {
		check: found.check,
		inspectors: found.inspectors,
		corrections: await correctionsOf(locals.db, actor, found.check.warning_id === null ? [] : [found.check.warning_id]),
		mayReview: own && entered && found.check.entered_by !== actor.id && may(actor, 'result.review'),
		mayCancel: own && !entered && may(actor, 'lead-check.create')
	};
};

export const actions: Actions = {
	review: async ({ locals, params }) => {
		const reviewed = await reviewLeadResult(locals.db, locals.actor!, params.id);
		if (!reviewed.ok) return refused(reviewed);
		redirect(303, `/lead-checks/${params.id}`);
	},
	cancel: async ({ locals, params, request }) => {
		const cancelled = await cancelLeadCheck(locals.db, locals.actor!, params.id, text(await request.formData(), 'reason'));
		if (!cancelled.ok) return refused(cancelled);
		redirect(303, `/lead-checks/${params.id}`);
	}
};

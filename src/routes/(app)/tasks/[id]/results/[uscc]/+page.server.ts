import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { m } from '#lib/messages/messages.js';
import { refusedWork } from '#lib/sampling/fieldwork/actions.server.ts';
import { returnResult } from '#lib/sampling/fieldwork/review.server.ts';
import { findSheet } from '#lib/sampling/fieldwork/sheet.server.ts';
import { text } from '#lib/sampling/forms.ts';
import { reviewResults } from '#lib/sampling/tasks/results.server.ts';
import { findTask } from '#lib/sampling/tasks/access.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const [task, found] = await Promise.all([findTask(locals.db, actor, params.id), findSheet(locals.db, actor, { kind: 'task', id: params.id }, params.uscc)]);
	if (!task.ok || !found.ok) error(404, m.access_error_not_found());
	const decides = may(actor, 'result.review') && task.task.department_id === actor.departmentId && found.sheet.state === 'entered';
	return { sheet: found.sheet, mayReview: decides && !found.sheet.mine, ownWork: decides && found.sheet.mine };
};

export const actions: Actions = {
	accept: async ({ locals, params }) => {
		const done = await reviewResults(locals.db, locals.actor!, params.id, [params.uscc]);
		if (!done.ok) return refusedWork(done);
		redirect(303, `/tasks/${params.id}/results/${params.uscc}`);
	},
	return: async ({ locals, params, request }) => {
		const reason = text(await request.formData(), 'reason');
		const done = await returnResult(locals.db, locals.actor!, { kind: 'task', id: params.id }, params.uscc, reason);
		if (!done.ok) return refusedWork(done);
		redirect(303, `/tasks/${params.id}/results/${params.uscc}`);
	}
};

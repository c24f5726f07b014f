import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { refused, text } from '#lib/sampling/forms.ts';
import { enterResult, myTask } from '#lib/sampling/results.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const found = await myTask(locals.db, locals.actor!, params.id);
	if (!found.ok) error(statusOf(found));
	return { task: found.task, objects: found.objects, today: found.today };
};

export const actions: Actions = {
	default: async ({ locals, params, request }) => {
		const form = await request.formData();
		const uscc = text(form, 'uscc');
		const entered = await enterResult(locals.db, locals.actor!, params.id, uscc, {
			result: text(form, 'result'),
			note: text(form, 'note').slice(0, 2000),
			visitedOn: text(form, 'visited')
		});
		return entered.ok ? { saved: uscc } : refused(entered);
	}
};

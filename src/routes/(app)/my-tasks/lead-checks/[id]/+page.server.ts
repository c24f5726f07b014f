import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { refused, text } from '#lib/sampling/forms.ts';
import { findLeadCheck } from '#lib/sampling/lead-checks.server.ts';
import { enterLeadResult } from '#lib/sampling/lead-results.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const found = await findLeadCheck(locals.db, locals.actor!, params.id);
	if (!found.ok) error(statusOf(found));
	return { check: found.check, inspectors: found.inspectors, today: found.today };
};

export const actions: Actions = {
	default: async ({ locals, params, request }) => {
		const form = await request.formData();
		const entered = await enterLeadResult(locals.db, locals.actor!, params.id, {
			result: text(form, 'result'),
			note: text(form, 'note').slice(0, 2000),
			visitedOn: text(form, 'visited')
		});
		return entered.ok ? { saved: true } : refused(entered);
	}
};

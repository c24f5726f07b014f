import { randomUUID } from 'node:crypto';
import { error, redirect } from '@sveltejs/kit';
import { check } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { text } from '#lib/sampling/forms.ts';
import { enterReport } from '#lib/sampling/leads/reports.server.ts';
import { refusedWith } from '#lib/sampling/plans/form.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const refusal = check(locals.actor!, 'lead-check.create');
	if (refusal) error(statusOf(refusal));
	return { id: randomUUID(), today: await databaseToday(locals.db), uscc: (url.searchParams.get('uscc') ?? '').toUpperCase().slice(0, 18) };
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const report = { uscc: text(form, 'uscc'), medium: text(form, 'medium'), reportedOn: text(form, 'day'), content: text(form, 'content') };
		const made = await enterReport(locals.db, locals.actor!, report, text(form, 'id'));
		if (made.ok) redirect(303, `/lead-checks/reports/${made.id}`);
		return refusedWith(made.reason === 'not-found' ? { ok: false, reason: 'enterprise-not-found' } : made, form);
	}
};

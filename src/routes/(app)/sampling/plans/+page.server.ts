import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { number, text } from '#lib/sampling/forms.ts';
import { createPlan } from '#lib/sampling/plans/edit.server.ts';
import { refusedWith } from '#lib/sampling/plans/form.ts';
import { listPlans, planYears } from '#lib/sampling/plans/list.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const asked = Number(url.searchParams.get('year') ?? 0);
	const [years, today] = await Promise.all([planYears(db, actor), databaseToday(db)]);
	const year = years.includes(asked) ? asked : null;
	const thisYear = Number(today.slice(0, 4));
	const all = await listPlans(db, actor, null);
	return {
		id: randomUUID(), plans: year === null ? all : all.filter((plan) => plan.year === year), own: all.filter((plan) => plan.own && plan.state !== 'closed').map(({ id, number, year }) => ({ id, number, year })),
		years, year, choices: [thisYear, thisYear + 1], mayCreate: may(actor, 'plan.edit')
	};
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const form = await request.formData();
		const made = await createPlan(locals.db, locals.actor!, { id: text(form, 'id'), year: number(form, 'year') ?? 0, name: text(form, 'name') });
		if (!made.ok) return refusedWith(made, form);
		redirect(303, `/sampling/plans/${made.id}`);
	}
};

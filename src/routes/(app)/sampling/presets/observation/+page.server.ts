import { fail, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { text } from '#lib/sampling/forms.ts';
import { observationRefusal } from '#lib/sampling/observation/labels.ts';
import { listPeriods, periodPageSize } from '#lib/sampling/observation/list.server.ts';
import { endPeriod, grantPeriod } from '#lib/sampling/observation/periods.server.ts';
import { periodStates } from '#lib/sampling/observation/periods.ts';
import { rulesOf } from '#lib/sampling/tasks/access.server.ts';
import { presetFor } from '#lib/sampling/tasks/tasks.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const filter = {
		state: periodStates.find((s) => s === url.searchParams.get('state')) ?? null,
		text: (url.searchParams.get('q') ?? '').trim(),
		page: Math.max(0, Math.trunc(Number(url.searchParams.get('page') ?? 0)) || 0)
	};
	const [list, preset] = await Promise.all([listPeriods(locals.db, actor, filter), presetFor(locals.db, actor.regionCode)]);
	const rules = preset === null ? null : await rulesOf(locals.db, preset.id, preset.version);
	return {
		...list,
		filter,
		pages: Math.ceil(list.total / periodPageSize),
		preset: preset && rules ? { id: preset.id, name: preset.name, source: preset.source, observation: rules.observation } : null,
		mayGrant: may(actor, 'observation.grant'),
		departmentId: actor.departmentId
	};
};

export const actions: Actions = {
	grant: async ({ locals, request }) => {
		const form = await request.formData();
		const grant = {
			uscc: text(form, 'uscc').toUpperCase(), newness: text(form, 'newness'), fromOn: text(form, 'from'), untilOn: text(form, 'until'), bottomLines: text(form, 'lines')
		};
		const made = await grantPeriod(locals.db, locals.actor!, grant);
		if (!made.ok) return fail(statusOf(made), { message: observationRefusal(made), grant });
		redirect(303, '/sampling/presets/observation?granted=1');
	},
	end: async ({ locals, request }) => {
		const form = await request.formData();
		const end = { uscc: text(form, 'uscc'), id: text(form, 'id'), reason: text(form, 'reason'), note: text(form, 'note') };
		const done = await endPeriod(locals.db, locals.actor!, end.uscc, end.id, end);
		if (!done.ok) return fail(statusOf(done), { message: observationRefusal(done), end });
		redirect(303, '/sampling/presets/observation?ended=1');
	}
};

import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { detachFrom, enterFrom } from '#lib/sampling/fieldwork/actions.server.ts';
import { findSheet } from '#lib/sampling/fieldwork/sheet.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const found = await findSheet(locals.db, actor, { kind: 'task', id: params.id }, params.uscc);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	const { sheet } = found;
	// Experts look on: what they say stands in the inspectors' notes.
	return { sheet, own: actor.id, mayEnter: may(actor, 'result.enter') && sheet.team.some((one) => one.id === actor.inspectorId && !one.expert) };
};

export const actions: Actions = {
	enter: async ({ locals, params, request }) => enterFrom(locals, { kind: 'task', id: params.id }, params.uscc, await request.formData()),
	detach: async ({ locals, params, request }) => detachFrom(locals, { kind: 'task', id: params.id }, params.uscc, await request.formData())
};

import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { detachFrom, enterFrom } from '#lib/sampling/fieldwork/actions.server.ts';
import { findSheet, ownUsccs } from '#lib/sampling/fieldwork/sheet.server.ts';
import { findLeadCheck } from '#lib/sampling/leads/checks.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const lead = await findLeadCheck(locals.db, actor, params.id);
	if (!lead.ok) error(statusOf(lead), m.access_error_not_found());
	const found = await findSheet(locals.db, actor, { kind: 'lead', id: params.id }, lead.check.uscc);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	return {
		sheet: found.sheet,
		own: actor.id,
		ground: lead.check.ground,
		cancelReason: lead.check.state === 'cancelled' ? (lead.check.cancel_reason ?? '') : null,
		mayEnter: lead.mine && may(actor, 'result.enter')
	};
};

/** The enterprise of one's own lead check; '' for another's, which is then not found. */
const usccOf = async (locals: App.Locals, id: string) => (await ownUsccs(locals.db, locals.actor!, { kind: 'lead', id }))[0] ?? '';

export const actions: Actions = {
	enter: async ({ locals, params, request }) => enterFrom(locals, { kind: 'lead', id: params.id }, await usccOf(locals, params.id), await request.formData()),
	detach: async ({ locals, params, request }) => detachFrom(locals, { kind: 'lead', id: params.id }, await usccOf(locals, params.id), await request.formData())
};

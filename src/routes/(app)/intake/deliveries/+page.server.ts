import { error, fail } from '@sveltejs/kit';
import { mayOpen } from '#lib/access/routes.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { blindSpots } from '#lib/indicators/coverage/blind-spots.server.ts';
import { acceptPartialDays } from '#lib/sources/accept-partial.server.ts';
import { listDeliveries } from '#lib/sources/deliveries.server.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	const deliveries = await listDeliveries(locals.db, actor, locals.now);
	if (!deliveries.ok) error(statusOf(deliveries));
	return { deliveries, blinded: await blindSpots(locals.db, actor), coverageHref: mayOpen(actor, '/indicators') ? '/indicators/coverage' : null };
};

export const actions: Actions = {
	accept: async ({ locals, request }) => {
		const form = await request.formData();
		const text = (name: string) => String(form.get(name) ?? '');
		const result = await acceptPartialDays(locals.db, locals.actor!, { sourceId: text('source'), kind: text('kind') }, text('note'));
		if (result.ok) return { accepted: result.days };
		return fail(statusOf(result), { refused: result.reason === 'note-missing' ? m.deliveries_refused_note() : m.deliveries_refused() });
	}
};

import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { blindSpots } from '#lib/indicators/coverage/blind-spots.server.ts';
import { listDeliveries } from '#lib/sources/deliveries.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const deliveries = await listDeliveries(locals.db, locals.actor!, locals.now);
	if (!deliveries.ok) error(statusOf(deliveries));
	return { deliveries, blinded: await blindSpots(locals.db, locals.actor!) };
};

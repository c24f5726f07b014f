import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { outwardStatus } from '#lib/outward/status.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const status = await outwardStatus(locals.db, locals.actor!);
	if (!status.ok) error(statusOf(status));
	return { ...status, outbox: settings().outbox };
};

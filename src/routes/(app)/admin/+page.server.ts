import { settings } from '#lib/settings/settings.ts';
import { adminOverview } from './overview.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	return { role: actor.role, overview: await adminOverview(locals.db, actor, locals.now, settings().dataDir) };
};

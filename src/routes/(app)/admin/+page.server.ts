import { may } from '#lib/access/permissions.ts';
import { keepingState } from '#lib/settings/keeping.server.ts';
import { settings } from '#lib/settings/settings.ts';
import { adminOverview } from './overview.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	const keeping = may(actor, 'job.see') ? await keepingState(locals.db) : null;
	return { role: actor.role, keeping, overview: await adminOverview(locals.db, actor, locals.now, settings().dataDir) };
};

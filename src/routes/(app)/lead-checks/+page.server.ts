import { may } from '#lib/access/permissions.ts';
import { listLeadChecks } from '#lib/sampling/lead-checks.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	return { checks: await listLeadChecks(locals.db, actor), mayCreate: may(actor, 'lead-check.create') };
};

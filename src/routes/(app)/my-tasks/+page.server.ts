import { listLeadChecks } from '#lib/sampling/lead-checks.server.ts';
import { myTasks } from '#lib/sampling/results.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	const [tasks, checks] = await Promise.all([myTasks(locals.db, actor), listLeadChecks(locals.db, actor)]);
	return { tasks, checks };
};

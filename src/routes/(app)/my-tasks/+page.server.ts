import { listRectifications } from '#lib/sampling/fieldwork/rectification.server.ts';
import { listLeadChecks } from '#lib/sampling/leads/checks.server.ts';
import { myTasks } from '#lib/sampling/tasks/results.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	const [tasks, checks, open, again] = await Promise.all([
		myTasks(locals.db, actor),
		listLeadChecks(locals.db, actor),
		listRectifications(locals.db, actor, 'open'),
		listRectifications(locals.db, actor, 'not-corrected')
	]);
	return { tasks, checks, rectifications: [...open, ...again].filter((r) => r.departmentId === actor.departmentId) };
};

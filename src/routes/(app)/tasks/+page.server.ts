import { listTasks } from '#lib/sampling/tasks.server.ts';
import { taskStates } from '#lib/sampling/task.ts';
import { may } from '#lib/access/permissions.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const state = taskStates.find((s) => s === url.searchParams.get('state')) ?? null;
	const tasks = await listTasks(locals.db, actor, state === null ? null : [state]);
	return { tasks, state, mayCreate: may(actor, 'task.create') };
};

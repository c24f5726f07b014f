import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { itemsOfTask } from '#lib/sampling/fieldwork/items.server.ts';
import { myTask } from '#lib/sampling/tasks/results.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const found = await myTask(locals.db, locals.actor!, params.id);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	return { task: found.task, objects: found.objects, items: await itemsOfTask(locals.db, params.id) };
};

import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { disposalPaper } from '#lib/disposals/detail.server.ts';
import { m } from '#lib/messages/messages.js';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const found = await disposalPaper(locals.db, locals.actor!, params.id);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	return { id: params.id, paper: found.paper, draft: found.draft };
};

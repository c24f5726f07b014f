import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { listSources } from '#lib/intake/batches.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const sources = await listSources(locals.db, locals.actor!);
	if (!sources.ok) error(statusOf(sources));
	return { sources: sources.sources };
};

import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { kindNames } from '#lib/intake/kinds/kinds.ts';
import { listKinds } from '#lib/intake/kinds/kinds.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const result = await listKinds(locals.db, locals.actor!);
	if (!result.ok) error(statusOf(result));
	return { kinds: result.kinds, builtIn: kindNames, saved: url.searchParams.has('saved') };
};

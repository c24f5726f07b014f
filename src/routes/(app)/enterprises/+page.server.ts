import { searchEnterprises, searchLimit } from '#lib/enterprises/search.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const query = (url.searchParams.get('q') ?? '').trim().slice(0, 100);
	return { query, found: query === '' ? null : await searchEnterprises(locals.db, locals.actor!, query), limit: searchLimit };
};

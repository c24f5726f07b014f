import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { findLeadCheck } from '#lib/sampling/lead-checks.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const found = await findLeadCheck(locals.db, locals.actor!, params.id);
	if (!found.ok) error(statusOf(found));
	return { check: found.check, inspectors: found.inspectors };
};

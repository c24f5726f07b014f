import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/messages.js';
import { printSheets } from '#lib/sampling/fieldwork/print.server.ts';
import { statusOf } from '#lib/access/refuse.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const found = await printSheets(locals.db, locals.actor!, { kind: 'lead', id: params.id }, null);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	return { sheets: found.sheets, origin: url.origin };
};

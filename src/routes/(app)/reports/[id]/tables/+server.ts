import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { takeTables } from '#lib/reports/download.server.ts';
import { reportRefusalText } from '#lib/reports/refusal-text.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
	const taken = await takeTables(locals.db, locals.actor!, params.id);
	if (!taken.ok) error(statusOf(taken), reportRefusalText(taken));
	return asDownload(taken.bytes, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', taken.fileName);
};

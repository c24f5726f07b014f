import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { exportSnapshot } from '#lib/risk-map/export.server.ts';
import type { RequestHandler } from './$types.js';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export const GET: RequestHandler = async ({ locals, params }) => {
	const outcome = await exportSnapshot(locals.db, locals.actor!, params.id, locals.now);
	if (!outcome.ok) error(statusOf(outcome));
	return asDownload(outcome.file, xlsx, outcome.fileName);
};

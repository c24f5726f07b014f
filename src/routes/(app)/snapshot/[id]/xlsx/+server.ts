import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { exportSnapshot } from '#lib/risk-map/export.server.ts';
import { exportStructure } from '#lib/structure/export.server.ts';
import type { RequestHandler } from './$types.js';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export const GET: RequestHandler = async ({ locals, params }) => {
	const { db, now } = locals;
	const actor = locals.actor!;
	const ofMap = await exportSnapshot(db, actor, params.id, now);
	const outcome = ofMap.ok || ofMap.reason !== 'not-found' ? ofMap : await exportStructure(db, actor, params.id, now);
	if (!outcome.ok) error(statusOf(outcome));
	return asDownload(outcome.file, xlsx, outcome.fileName);
};

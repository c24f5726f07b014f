import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { m } from '#lib/messages/messages.js';
import { readEvidence } from '#lib/sampling/fieldwork/evidence.server.ts';
import { refOf } from '#lib/sampling/fieldwork/refs.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
	const ref = refOf(params.ref);
	if (ref === null) error(404, m.access_error_not_found());
	const found = await readEvidence(locals.db, locals.actor!, ref, params.uscc, params.file);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	return asDownload(found.bytes, found.type, found.name);
};

import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { readAttachment } from '#lib/disposals/attachments.server.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { m } from '#lib/messages/messages.js';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
	const found = await readAttachment(locals.db, locals.actor!, params.id, params.attachment);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	return asDownload(found.bytes, found.type, found.name);
};

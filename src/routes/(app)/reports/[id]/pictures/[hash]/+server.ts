import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { reportPicture } from '#lib/reports/download.server.ts';
import { reportRefusalText } from '#lib/reports/refusal-text.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
	const found = await reportPicture(locals.db, locals.actor!, params.id, params.hash);
	if (!found.ok) error(statusOf(found), reportRefusalText(found));
	// The address is the content's hash, but no shared computer keeps what only some may see.
	return new Response(new Uint8Array(found.bytes), { headers: { 'content-type': 'image/png', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' } });
};

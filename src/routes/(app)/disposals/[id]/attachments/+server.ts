import { json } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { fileOf } from '#lib/attachments/body.server.ts';
import { attach } from '#lib/disposals/attachments.server.ts';
import { disposalRefusalText } from '#lib/disposals/refusal-text.ts';
import type { RequestHandler } from './$types';

/** The file itself is the body. Read no further than what is taken. */
export const POST: RequestHandler = async ({ locals, params, request, url }) => {
	const bytes = await fileOf(request);
	const kept = await attach(locals.db, locals.actor!, params.id, { name: url.searchParams.get('name') ?? '', bytes });
	return kept.ok ? json({ id: kept.id }) : json({ message: disposalRefusalText(kept) }, { status: statusOf(kept) });
};

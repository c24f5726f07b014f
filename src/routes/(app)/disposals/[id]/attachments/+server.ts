import { json } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { attachmentBytes } from '#lib/disposals/attachment-types.ts';
import { attach } from '#lib/disposals/attachments.server.ts';
import { disposalRefusalText } from '#lib/disposals/refusal-text.ts';
import type { RequestHandler } from './$types';

/** The file itself is the body. Read no further than what is taken. */
export const POST: RequestHandler = async ({ locals, params, request, url }) => {
	const bytes = await readUpTo(request.body, attachmentBytes + 1);
	const kept = await attach(locals.db, locals.actor!, params.id, { name: url.searchParams.get('name') ?? '', bytes });
	return kept.ok ? json({ id: kept.id }) : json({ message: disposalRefusalText(kept) }, { status: statusOf(kept) });
};

async function readUpTo(body: ReadableStream<Uint8Array> | null, most: number): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let size = 0;
	for await (const part of body ?? []) {
		// The rest is read and forgotten: a connection with an unread rest is reset, and the answer lost with it.
		if (size < most) parts.push(part);
		size += part.length;
	}
	return Buffer.concat(parts);
}

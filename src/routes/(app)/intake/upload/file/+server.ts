import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { json } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { refusalText } from '#lib/intake/refusal-text.ts';
import { storeUpload } from '#lib/intake/upload.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { RequestHandler } from './$types';

/** The file itself is the body: it goes to disk as it comes, whatever its size. */
export const POST: RequestHandler = async ({ locals, request, url }) => {
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const body = request.body === null ? Readable.from([]) : Readable.fromWeb(request.body as WebStream);
	const stored = await storeUpload(
		locals.db,
		locals.actor!,
		{ kind: get('kind'), sourceId: get('source'), fileName: get('name'), body, bytes: Number(request.headers.get('content-length')) },
		settings().dataDir
	);
	return stored.ok ? json({ batchId: stored.batchId }) : json({ message: refusalText(stored) }, { status: statusOf(stored) });
};

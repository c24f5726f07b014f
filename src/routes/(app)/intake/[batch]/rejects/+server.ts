import { Readable } from 'node:stream';
import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { rejectsCsv } from '#lib/intake/batches.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
	const file = await rejectsCsv(locals.db, locals.actor!, params.batch);
	if (!file.ok) error(statusOf(file));
	return new Response(Readable.toWeb(Readable.from(encoded(file.lines))) as ReadableStream, {
		headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${file.fileName}"`, 'cache-control': 'no-store' }
	});
};

async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
	const encoder = new TextEncoder();
	for await (const line of lines) yield encoder.encode(line);
}

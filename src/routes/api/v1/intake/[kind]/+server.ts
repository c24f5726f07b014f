import { noteRefusal } from '#lib/access/tokens.server.ts';
import { answering, onlyMethods } from '#lib/api/answer.ts';
import { openBody, type Body } from '#lib/api/body.ts';
import { enter, withoutScope } from '#lib/api/enter.ts';
import { problem } from '#lib/api/problems.ts';
import { pushAnswer, pushProblem } from '#lib/api/push-answer.ts';
import { rowTypes } from '#lib/api/row-types.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { pushLimits } from '#lib/intake/push/spool.server.ts';
import { pushBatch } from '#lib/intake/push/push.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { RequestEvent, RequestHandler } from './$types.js';

export const POST: RequestHandler = answering(async (event) => {
	const body = openBody(event.request);
	try {
		return await answer(event, body);
	} finally {
		await body.drain();
	}
});

export const fallback: RequestHandler = onlyMethods('POST');

async function answer(event: RequestEvent, body: Body): Promise<Response> {
	const { locals, params, request, url } = event;
	const token = await enter(event, null);
	if (token instanceof Response) return token;
	const book = await loadKindBook(locals.db);
	const kind = book.find(params.kind);
	if (kind === null || kind.defined?.retired === true) {
		const kinds = book.offered.map(({ name }) => name).filter((name) => token.scopes.includes(`intake:${name}`));
		return problem('kind-unknown', locals.requestId, { members: { kind: params.kind, kinds } });
	}
	if (!token.scopes.includes(`intake:${kind.name}`)) return withoutScope(event, token, `intake:${kind.name}`);
	const { headers } = request;
	const type = headers.get('content-type')?.split(';')[0]!.trim().toLowerCase() ?? '';
	if (!rowTypes.includes(type)) return problem('media-type', locals.requestId, { members: { allowed: rowTypes } });
	const encoding = headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
	if (encoding !== 'gzip' && encoding !== 'identity') return problem('content-encoding', locals.requestId, { members: { allowed: ['gzip', 'identity'] } });
	const contentLength = Number(headers.get('content-length') ?? 0) || 0;
	if (contentLength > pushLimits.sentBytes) return problem('too-large', locals.requestId);
	const pushed = await pushBatch(
		locals.db,
		token,
		{ kind: kind.name, source: url.searchParams.get('source')?.trim() || null, body: body.pieces, gzip: encoding === 'gzip', contentLength, signal: request.signal },
		{ dataDir: settings().dataDir }
	);
	if (pushed.ok) return pushAnswer(kind.name, pushed);
	if (pushed.reason === 'source-not-granted') await noteRefusal(locals.db, token.id, pushed.reason);
	return pushProblem(pushed, locals.requestId);
}

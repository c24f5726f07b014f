import { answering, onlyMethods } from '#lib/api/answer.ts';
import { enter } from '#lib/api/enter.ts';
import { problem } from '#lib/api/problems.ts';
import { batchPath } from '#lib/api/push-answer.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { pushedBatch, rejectsPage } from '#lib/intake/push/push.server.ts';
import type { RequestHandler } from './$types.js';

export const GET: RequestHandler = answering(async (event) => {
	const { locals, params, url } = event;
	const token = await enter(event, null);
	if (token instanceof Response) return token;
	const after = url.searchParams.get('after') ?? '-1';
	if (!/^(-1|\d{1,9})$/.test(after)) return problem('bad-parameter', locals.requestId, { members: { parameter: 'after', value: after.slice(0, 100) } });
	const found = await pushedBatch(locals.db, token, params.id, Number(after));
	if (!found.ok) return problem(found.reason === 'not-found' ? 'not-found' : 'scope-missing', locals.requestId);
	const { id, kind, started_at, finished_at, ...batch } = found.batch;
	const name = (await loadKindBook(locals.db)).find(kind)?.name ?? kind;
	const next = found.rejects.length === rejectsPage ? `${batchPath(id)}?after=${found.rejects.at(-1)!.line}` : null;
	const body = { batch: id, kind: name, ...batch, startedAt: started_at, finishedAt: finished_at, rejects: found.rejects, links: { next } };
	return Response.json(body, { headers: { 'cache-control': 'no-store' } });
});

export const fallback: RequestHandler = onlyMethods('GET');

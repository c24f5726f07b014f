import { answering, onlyMethods } from '#lib/api/answer.ts';
import { enter } from '#lib/api/enter.ts';
import { problem } from '#lib/api/problems.ts';
import { m } from '#lib/messages/messages.js';
import { datasets, isDataset } from '#lib/outward/datasets.ts';
import { answerRows, takeRows } from '#lib/outward/take.server.ts';
import type { RequestHandler } from './$types.js';

/** NDJSON: the manifest, then the rows of the token's jurisdiction behind `after`. Ask on from the manifest's `sequence.through`. */
export const GET: RequestHandler = answering(async (event) => {
	const { locals, params, url } = event;
	if (!isDataset(params.dataset)) return problem('not-found', locals.requestId, { members: { datasets } });
	const token = await enter(event, `outward:${params.dataset}`);
	if (token instanceof Response) return token;
	const wrong = (parameter: string, value: string) => problem('bad-parameter', locals.requestId, { members: { parameter, value: value.slice(0, 100) } });
	const after = url.searchParams.get('after') ?? '0';
	if (!/^\d{1,15}$/.test(after)) return wrong('after', after);
	const limit = url.searchParams.get('limit') ?? String(answerRows.usual);
	if (!/^\d{1,5}$/.test(limit) || Number(limit) < 1 || Number(limit) > answerRows.most) return wrong('limit', limit);
	const taken = await takeRows(locals.db, token, params.dataset, { after: Number(after), limit: Number(limit) });
	if (!taken.ok) return problem('bad-parameter', locals.requestId, { detail: m.outward_beyond_head({ after, head: taken.head }), members: { parameter: 'after', value: after, head: taken.head } });
	return new Response(taken.body, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' } });
});

export const fallback: RequestHandler = onlyMethods('GET');

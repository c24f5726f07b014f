import { answering, onlyMethods } from '#lib/api/answer.ts';
import { enter } from '#lib/api/enter.ts';
import { problem } from '#lib/api/problems.ts';
import { datasets, isDataset, rowSchemas } from '#lib/outward/datasets.ts';
import type { RequestHandler } from './$types.js';

/** The JSON Schema of a dataset's rows. */
export const GET: RequestHandler = answering(async (event) => {
	const { locals, params } = event;
	if (!isDataset(params.dataset)) return problem('not-found', locals.requestId, { members: { datasets } });
	const token = await enter(event, null);
	if (token instanceof Response) return token;
	return new Response(JSON.stringify(rowSchemas[params.dataset]), { headers: { 'content-type': 'application/schema+json; charset=utf-8' } });
});

export const fallback: RequestHandler = onlyMethods('GET');

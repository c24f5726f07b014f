import { answering, onlyMethods } from '#lib/api/answer.ts';
import { enter } from '#lib/api/enter.ts';
import { datasets, outwardFormat, rowSchemas } from '#lib/outward/datasets.ts';
import { headOf } from '#lib/outward/read.server.ts';
import type { RequestHandler } from './$types.js';

/** The datasets that a token may take, and where each ends now. */
export const GET: RequestHandler = answering(async (event) => {
	const token = await enter(event, null);
	if (token instanceof Response) return token;
	const granted = datasets.filter((dataset) => token.scopes.includes(`outward:${dataset}`));
	const list = await Promise.all(
		granted.map(async (dataset) => {
			const path = `/api/v1/outward/${dataset}`;
			return { dataset, title: rowSchemas[dataset].title, head: await headOf(event.locals.db, dataset), links: { rows: `${path}?after=0`, schema: `${path}/schema` } };
		})
	);
	return Response.json({ format: outwardFormat, datasets: list }, { headers: { 'cache-control': 'no-store' } });
});

export const fallback: RequestHandler = onlyMethods('GET');

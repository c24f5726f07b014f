import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { newestMoves } from '#lib/structure/class-flow.server.ts';
import { parseClassQuery, parseMoveFilter } from '#lib/structure/class-query.ts';
import { movedEnterprises } from '#lib/structure/class-rows.server.ts';
import { parseAfter } from '#lib/structure/enterprise-list.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const newest = await newestMoves(db);
	if (newest === null) error(404);
	const query = { ...parseClassQuery(url.searchParams, { region: actor.regionCode, month: newest }), exact: url.searchParams.get('exact') === '1' };
	const filter = parseMoveFilter(url.searchParams);
	const after = parseAfter(url.searchParams.get('after'));
	const outcome = await movedEnterprises(db, actor, query, filter, after);
	if (!outcome.ok) error(statusOf(outcome));
	return { query, filter, after, rows: outcome.rows, then: addMonths(query.month, -query.back) };
};

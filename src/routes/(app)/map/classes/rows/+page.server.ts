import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { addMonths, dayOf, monthOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { newestMoves } from '#lib/structure/class-flow.server.ts';
import { misreadMoves, parseClassQuery, parseMoveFilter } from '#lib/structure/class-query.ts';
import { movedEnterprises } from '#lib/structure/class-rows.server.ts';
import { snapshotNamed } from '#lib/risk-map/snapshots.server.ts';
import { parseTurn } from '#lib/enterprises/turn.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const latest = monthOf(dayOf(locals.now));
	const misread = misreadMoves(url.searchParams, latest);
	if (misread.length > 0) error(404, m.structure_rows_misread({ names: misread.join(m.common_comma()) }));
	const newest = await newestMoves(db);
	if (newest === null) error(404);
	const defaults = { region: actor.regionCode, month: newest, latest };
	const query = { ...parseClassQuery(url.searchParams, defaults), exact: url.searchParams.get('exact') === '1', snapshot: await snapshotNamed(db, actor, url.searchParams) };
	const filter = parseMoveFilter(url.searchParams);
	const outcome = await movedEnterprises(db, actor, query, filter, parseTurn(url.searchParams));
	if (!outcome.ok) error(statusOf(outcome));
	return { query, filter, list: outcome.list, then: addMonths(query.month, -query.back) };
};

import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { addMonths, dayOf, monthOf } from '#lib/calendar/days.ts';
import { classFlow, newestMoves } from '#lib/structure/class-flow.server.ts';
import { misreadMoves, parseClassQuery } from '#lib/structure/class-query.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const latest = monthOf(dayOf(locals.now));
	const query = parseClassQuery(url.searchParams, { region: actor.regionCode, month: (await newestMoves(db)) ?? latest, latest });
	const outcome = await classFlow(db, actor, query);
	if (!outcome.ok) error(statusOf(outcome));
	return { query, misread: misreadMoves(url.searchParams, latest), flow: outcome.flow, then: addMonths(query.month, -query.back) };
};

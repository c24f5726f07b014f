import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { addMonths, dayOf, monthOf } from '#lib/calendar/days.ts';
import { classFlow, newestMoves } from '#lib/structure/class-flow.server.ts';
import { misreadMoves, parseClassQuery } from '#lib/structure/class-query.ts';
import { classContent, keepStructure } from '#lib/structure/kept.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const latest = monthOf(dayOf(locals.now));
	const query = parseClassQuery(url.searchParams, { region: actor.regionCode, month: (await newestMoves(db)) ?? latest, latest });
	const outcome = await classFlow(db, actor, query);
	if (!outcome.ok) error(statusOf(outcome));
	const { flow } = outcome;
	return {
		query,
		misread: misreadMoves(url.searchParams, latest),
		flow,
		then: addMonths(query.month, -query.back),
		snapshot: flow.moves.length === 0 ? null : await keepStructure(db, classContent(actor, query, flow)),
		mayExport: may(actor, 'business.export')
	};
};

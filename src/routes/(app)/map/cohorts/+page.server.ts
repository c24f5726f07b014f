import { error } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { dayOf, monthOf } from '#lib/calendar/days.ts';
import { cohortFigures } from '#lib/structure/cohort-figures.ts';
import { misreadCohort, parseCohortQuery } from '#lib/structure/cohort-query.ts';
import { cohortView } from '#lib/structure/cohorts.server.ts';
import { cohortContent, keepStructure } from '#lib/structure/kept.server.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const today = dayOf(locals.now);
	const query = parseCohortQuery(url.searchParams, actor.regionCode);
	const outcome = await cohortView(db, actor, query, today);
	if (!outcome.ok) error(statusOf(outcome));
	const { place, countedAt } = outcome.view;
	const figures = cohortFigures(outcome.view, query);
	return {
		query,
		misread: misreadCohort(url.searchParams, monthOf(today)),
		place,
		countedAt,
		figures,
		snapshot: figures.reach === null ? null : await keepStructure(db, cohortContent(actor, query, place, figures, today)),
		mayExport: may(actor, 'business.export')
	};
};

import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { dayOf, monthOf } from '#lib/calendar/days.ts';
import { misreadCohort, parseCohortQuery } from '#lib/structure/cohort-query.ts';
import { cohortView } from '#lib/structure/cohorts.server.ts';
import { cohortTriangle, shareBy, survival } from '#lib/structure/cohorts.ts';
import type { PageServerLoad } from './$types.js';

/** The age at which parts are compared. */
const comparedAge = 12;

export const load: PageServerLoad = async ({ locals, url }) => {
	const query = parseCohortQuery(url.searchParams, locals.actor!.regionCode);
	const outcome = await cohortView(locals.db, locals.actor!, query, dayOf(locals.now));
	if (!outcome.ok) error(statusOf(outcome));
	const { counts, parts, parent, ...view } = outcome.view;
	const { reach } = view;
	const knownFrom = query.measure === 'record' || query.measure === 'bad' ? view.recordsFrom : query.measure === 'class-d' ? view.classesFrom : null;
	const recordReach = reach && view.recordsFrom !== null && view.recordsFrom <= reach.last ? { first: view.recordsFrom > reach.first ? view.recordsFrom : reach.first, last: reach.last } : null;
	const judged = (of: typeof counts) => ({
		founded: of.reduce((sum, one) => (reach && one.step === 'founded' && one.cohort >= reach.first && one.cohort <= reach.last ? sum + one.n : sum), 0),
		ended: reach && shareBy(of, 'ended', comparedAge, reach),
		bad: recordReach && shareBy(of, 'bad', comparedAge, recordReach)
	});
	return {
		query,
		misread: misreadCohort(url.searchParams, monthOf(dayOf(locals.now))),
		view,
		knownFrom,
		age: comparedAge,
		whole: judged(counts),
		cohorts: reach === null ? [] : cohortTriangle(counts, query.measure, query.by, reach, knownFrom),
		curve: reach === null ? [] : survival(counts, reach),
		parent: parent && reach && { name: parent.name, curve: survival(parent.counts, reach) },
		parts: parts.map(({ counts: own, ...part }) => ({ ...part, ...judged(own) }))
	};
};

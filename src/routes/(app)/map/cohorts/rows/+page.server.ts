import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { addMonths, dayOf, monthOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { cohortEnterprises } from '#lib/structure/cohort-rows.server.ts';
import { misreadCohort, parseCohortRows } from '#lib/structure/cohort-query.ts';
import { keptCohorts } from '#lib/structure/cohort-steps.server.ts';
import { snapshotNamed } from '#lib/risk-map/snapshots.server.ts';
import { parseTurn } from '#lib/enterprises/turn.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	const latest = monthOf(dayOf(locals.now));
	const misread = misreadCohort(url.searchParams, latest);
	if (misread.length > 0) error(404, m.structure_rows_misread({ names: misread.join(m.common_comma()) }));
	const query = parseCohortRows(url.searchParams, actor.regionCode);
	// Older cohorts are not counted, and would be half the register.
	if (query === null || query.from < addMonths(latest, -keptCohorts)) error(404, m.structure_rows_incomplete());
	const outcome = await cohortEnterprises(locals.db, actor, query, parseTurn(url.searchParams));
	if (!outcome.ok) error(statusOf(outcome));
	return { query: { ...query, snapshot: await snapshotNamed(locals.db, actor, url.searchParams) }, list: outcome.list };
};

import { fail } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { offeredCauses } from '#lib/disposals/choices.server.ts';
import { m } from '#lib/messages/messages.js';
import { correctedAmong } from '#lib/warnings/corrections.server.ts';
import { workingDaysLeft } from '#lib/warnings/deadlines.server.ts';
import { feedHead } from '#lib/warnings/feed.server.ts';
import { filterOptions } from '#lib/warnings/filter-options.server.ts';
import { openIncidents } from '#lib/warnings/incidents.server.ts';
import { ignoredIn, parseCursor, parseFilter } from '#lib/warnings/list-filter.ts';
import { countDoors, listWarnings, nothingYet } from '#lib/warnings/list.server.ts';
import { dropView, savedViews, saveView, type ViewRefusal } from '#lib/warnings/saved-views.server.ts';
import { colleagues, otherDesks } from '#lib/warnings/targets.server.ts';
import { databaseToday } from '#lib/warnings/today.server.ts';
import { bulk, undoMany } from './bulk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const works = may(actor, 'warning.work');
	const filter = parseFilter(url.searchParams, works ? 'new' : 'all');
	const after = parseCursor(url.searchParams.get('after'));
	// Before the list is read: what comes in between is then told once more rather than missed.
	const head = await feedHead(db);
	const [{ rows, next }, counts, options, today, views, targets] = await Promise.all([
		listWarnings(db, actor, filter, after),
		countDoors(db, actor, filter),
		filterOptions(db, actor),
		databaseToday(db),
		savedViews(db, actor),
		works
			? Promise.all([colleagues(db, actor), otherDesks(db, actor), openIncidents(db, actor), offeredCauses(db)]).then(([people, departments, incidents, causes]) => ({ people, departments, incidents, causes }))
			: null
	]);
	return {
		filter,
		ignored: ignoredIn(url.searchParams, filter),
		rows,
		corrected: await correctedAmong(db, actor, rows.map((row) => row.id)),
		next,
		isFirstPage: after === null,
		counts,
		nothing: rows.length === 0 ? await nothingYet(db, actor) : null,
		options,
		today,
		workingDays: await workingDaysLeft(db, today, rows.map((row) => row.due)),
		head,
		works,
		views,
		targets,
		ownDepartment: actor.departmentId
	};
};

function viewRefused(refusal: ViewRefusal) {
	const texts: Record<ViewRefusal['reason'], string> = {
		'name-missing': m.desk_view_name_missing(), 'name-too-long': m.desk_view_name_too_long({ limit: 'limit' in refusal ? refusal.limit : 0 }),
		'too-many': m.desk_view_too_many({ limit: 'limit' in refusal ? refusal.limit : 0 }),
		'not-allowed': m.warnings_refused_not_allowed(), 'not-found': m.desk_view_gone()
	};
	return fail(statusOf(refusal), { viewRefused: texts[refusal.reason] });
}

export const actions: Actions = {
	bulk: async ({ locals, request }) => {
		const result = await bulk(locals.db, locals.actor!, await request.formData());
		return 'asked' in result ? fail(400, result) : result;
	},
	/** Takes back what was just done to these, as far as it can be. */
	undo: async ({ locals, request }) => undoMany(locals.db, locals.actor!, await request.formData()),
	saveView: async ({ locals, request }) => {
		const form = await request.formData();
		const view = { name: String(form.get('name') ?? ''), query: String(form.get('query') ?? ''), shared: form.get('shared') !== null };
		const result = await saveView(locals.db, locals.actor!, view);
		return result.ok ? { viewSaved: view.name.trim() } : viewRefused(result);
	},
	dropView: async ({ locals, request }) => {
		const result = await dropView(locals.db, locals.actor!, String((await request.formData()).get('id') ?? ''));
		return result.ok ? { viewDropped: true } : viewRefused(result);
	}
};

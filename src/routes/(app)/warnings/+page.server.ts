import { fail } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { actOnMany } from '#lib/warnings/desk.server.ts';
import { correctedAmong } from '#lib/warnings/corrections.server.ts';
import { feedHead } from '#lib/warnings/feed.server.ts';
import { filterOptions } from '#lib/warnings/filter-options.server.ts';
import { readPicked } from '#lib/warnings/forms.ts';
import { parseCursor, parseFilter } from '#lib/warnings/list-filter.ts';
import { countDoors, listWarnings, nothingYet, pageSize } from '#lib/warnings/list.server.ts';
import { databaseToday } from '#lib/warnings/today.server.ts';
import { noteLimit } from '#lib/warnings/work-steps.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const works = may(actor, 'warning.work');
	const filter = parseFilter(url.searchParams, works ? 'new' : 'all');
	const after = parseCursor(url.searchParams.get('after'));
	// Before the list is read: what comes in between is then told once more rather than missed.
	const head = await feedHead(db);
	const [{ rows, next }, counts, options, today] = await Promise.all([
		listWarnings(db, actor, filter, after),
		countDoors(db, actor, filter),
		filterOptions(db, actor),
		databaseToday(db)
	]);
	return {
		filter,
		rows,
		corrected: await correctedAmong(db, actor, rows.map((row) => row.id)),
		next,
		isFirstPage: after === null,
		counts,
		nothing: rows.length === 0 ? await nothingYet(db, actor) : null,
		options,
		today,
		head,
		works,
		ownDepartment: actor.departmentId
	};
};

export const actions: Actions = {
	acknowledge: async ({ locals, request }) => {
		const form = await request.formData();
		const picked = readPicked(form, pageSize);
		if (picked.length === 0) return fail(400, { none: true });
		const note = String(form.get('note') ?? '').slice(0, noteLimit);
		const { done, refused } = await actOnMany(locals.db, locals.actor!, picked, { action: 'acknowledge', note });
		return { done: done.length, refused: refused.length };
	}
};

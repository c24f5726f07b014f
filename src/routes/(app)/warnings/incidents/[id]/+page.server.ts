import { error, fail } from '@sveltejs/kit';
import { check, may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { workingDaysLeft } from '#lib/warnings/deadlines.server.ts';
import { act, undo } from '#lib/warnings/desk.server.ts';
import { readVersion } from '#lib/warnings/forms.ts';
import { incident, retitle } from '#lib/warnings/incidents.server.ts';
import { actionLabel } from '#lib/warnings/work-labels.ts';
import { parseFilter } from '#lib/warnings/list-filter.ts';
import { listWarnings } from '#lib/warnings/list.server.ts';
import { refusalText } from '#lib/warnings/refusal-text.ts';
import { databaseToday } from '#lib/warnings/today.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const found = await incident(db, actor, params.id);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	const filter = parseFilter(new URLSearchParams({ door: 'all', snoozed: 'all', incident: found.id }));
	const { rows, next } = await listWarnings(db, actor, filter);
	const today = await databaseToday(db);
	return {
		incident: found, rows, more: next !== null, today, workingDays: await workingDaysLeft(db, today, rows.map((row) => row.due)),
		mayPlan: may(actor, 'task.create'),
		works: check(actor, 'warning.work', { departmentId: found.departmentId }) === null
	};
};

export const actions: Actions = {
	retitle: async ({ locals, params, request }) => {
		const title = String((await request.formData()).get('title') ?? '');
		const result = await retitle(locals.db, locals.actor!, params.id, title);
		return result.ok ? { done: m.desk_incident_renamed() } : fail(statusOf(result), { refused: refusalText(result), title });
	},
	split: async ({ locals, request }) => {
		const form = await request.formData();
		const seen = { id: String(form.get('warning') ?? ''), version: readVersion(form) };
		const result = await act(locals.db, locals.actor!, seen, { action: 'split', note: '' });
		return result.ok ? { done: m.desk_incident_split_done({ number: result.number }), split: result.id } : fail(statusOf(result), { refused: refusalText(result) });
	},
	/** Puts back what was just taken out. */
	undo: async ({ locals, request }) => {
		const result = await undo(locals.db, locals.actor!, String((await request.formData()).get('warning') ?? ''));
		return result.ok ? { done: m.warnings_done({ action: actionLabel('undo') }) } : fail(statusOf(result), { refused: refusalText(result) });
	}
};

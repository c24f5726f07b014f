import { error, fail, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { number, text } from '../forms.ts';
import { checkRectification, findRectification } from './rectification.server.ts';
import { fieldworkRefusal } from './refusal-text.ts';

type Params = { readonly uscc: string; readonly id: string };

/** What the page of a rectification shows, the same for inspector and planner. */
export async function loadRectification(locals: App.Locals, { uscc, id }: Params) {
	const actor = locals.actor!;
	const found = await findRectification(locals.db, actor, uscc, id);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	const own = found.rectification.departmentId === actor.departmentId;
	return {
		row: found.rectification,
		today: found.today,
		mayCheck: own && may(actor, 'rectification.check'),
		mayDrop: own && may(actor, 'result.review'),
		mayLead: own && may(actor, 'lead-check.create')
	};
}

/** The form of a follow-up check; leads back to `list` when it is done. */
export async function checkFrom(locals: App.Locals, { uscc, id }: Params, request: Request, list: string) {
	const form = await request.formData();
	const typed = { outcome: text(form, 'outcome'), day: text(form, 'day'), finding: text(form, 'finding') };
	const done = await checkRectification(locals.db, locals.actor!, uscc, { id, version: number(form, 'version') ?? 0 }, { outcome: typed.outcome, checkedOn: typed.day, finding: typed.finding });
	if (!done.ok) return fail(statusOf(done), { reason: done.reason, message: fieldworkRefusal(done), typed });
	// What was not put right leads on, from its own page.
	if (typed.outcome !== 'not-corrected') redirect(303, list);
	return {};
}

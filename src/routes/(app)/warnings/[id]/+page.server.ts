import { error, fail, redirect } from '@sveltejs/kit';
import { check, may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { beginDisposal } from '#lib/disposals/draft.server.ts';
import { disposalsForPage } from '#lib/disposals/of-warning.server.ts';
import { disposalRefusalText } from '#lib/disposals/refusal-text.ts';
import { judgeFromForm } from '#lib/links/judge-form.server.ts';
import { tiesOfWarning } from '#lib/links/ties.server.ts';
import { m } from '#lib/messages/messages.js';
import { act, mayStep, undo } from '#lib/warnings/desk.server.ts';
import { correctionsOf } from '#lib/warnings/corrections.server.ts';
import { warningDetail } from '#lib/warnings/detail.server.ts';
import { evidence } from '#lib/warnings/evidence.server.ts';
import { feedHead } from '#lib/warnings/feed.server.ts';
import { readDay, readStep, readVersion } from '#lib/warnings/forms.ts';
import { actionLabel } from '#lib/warnings/work-labels.ts';
import { openActions } from '#lib/warnings/lifecycle.ts';
import { refusalText } from '#lib/warnings/refusal-text.ts';
import { snoozeLimitDays } from '#lib/warnings/limits.ts';
import { snooze, type SnoozeRefusal } from '#lib/warnings/snooze.server.ts';
import { assignable, departmentsFor } from '#lib/warnings/targets.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const head = await feedHead(db);
	const detail = await warningDetail(db, actor, params.id);
	if (!detail.ok) error(statusOf(detail), m.access_error_not_found());

	const own = check(actor, 'warning.work', { departmentId: detail.current.departmentId }) === null;
	const desks = (await departmentsFor(db, detail)).filter((department) => department.id !== detail.current.departmentId);
	const actions = openActions(detail.current).filter(
		(action) => action !== 'merge' && mayStep(actor, action, detail.current) && (desks.length > 0 || (action !== 'hand-over' && action !== 'reassign'))
	);
	const { explanation, ...rest } = detail;
	// The evidence query can hold a person's key; the page needs its days only.
	const { evidence: query, contributors: _named, ...shown } = explanation;
	return {
		warning: rest,
		shown,
		head,
		evidence: { ...(await evidence(db, actor, query)), from: query.from, to: query.to },
		work: {
			actions,
			mayAct: own || may(actor, 'warning.reassign'),
			mayUndo: detail.mayUndo,
			maySnooze: own,
			people: actions.includes('assign') ? await assignable(db, detail) : [],
			departments: actions.includes('hand-over') || actions.includes('reassign') ? desks : []
		},
		corrections: await correctionsOf(db, actor, [params.id]),
		ties: await tiesOfWarning(db, actor, params.id),
		disposals: await disposalsForPage(db, actor, detail),
		mayJudge: may(actor, 'link.judge'),
		visits: { mayPlan: may(actor, 'task.create') }
	};
};

function refused(refusal: SnoozeRefusal, action: string, form: FormData) {
	const note = String(form.get('note') ?? '');
	return fail(statusOf(refusal), { refused: refusalText(refusal), action, note, conflict: refusal.reason === 'conflict' });
}

export const actions: Actions = {
	step: async ({ locals, params, request }) => {
		const form = await request.formData();
		const step = readStep(form);
		const asked = String(form.get('action') ?? '');
		if (!step) return fail(400, { refused: m.warnings_refused_other(), action: asked, note: String(form.get('note') ?? ''), conflict: false });
		const result = await act(locals.db, locals.actor!, { id: params.id, version: readVersion(form) }, step);
		return result.ok ? { done: actionLabel(step.action) } : refused(result, step.action, form);
	},
	begin: async ({ locals, params, request }) => {
		const form = await request.formData();
		const text = (name: string) => String(form.get(name) ?? '').trim();
		const begun = await beginDisposal(locals.db, locals.actor!, {
			warningId: params.id, measureId: text('measure'), uscc: text('uscc') || null, addressee: text('addressee')
		});
		if (!begun.ok) return fail(statusOf(begun), { refused: disposalRefusalText(begun), action: 'dispose', note: '', conflict: false });
		redirect(303, `/disposals/${begun.id}`);
	},
	snooze: async ({ locals, params, request }) => {
		const form = await request.formData();
		const until = readDay(form, 'until');
		if (until === null) return refused({ ok: false, reason: 'bad-until', limit: snoozeLimitDays }, 'snooze', form);
		const result = await snooze(locals.db, locals.actor!, params.id, until, String(form.get('note') ?? ''));
		return result.ok ? { done: actionLabel('snooze') } : refused(result, 'snooze', form);
	},
	undo: async ({ locals, params, request }) => {
		const result = await undo(locals.db, locals.actor!, params.id);
		return result.ok ? { done: actionLabel('undo') } : refused(result, 'undo', await request.formData());
	},
	judge: async ({ locals, request }) => judgeFromForm(locals.db, locals.actor!, await request.formData()),
	wake: async ({ locals, params, request }) => {
		const result = await snooze(locals.db, locals.actor!, params.id, null, '');
		return result.ok ? { done: actionLabel('wake') } : refused(result, 'wake', await request.formData());
	}
};

import { error, fail, redirect } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { newEdition, refreshReport } from '#lib/reports/begin.server.ts';
import { shownSections } from '#lib/reports/content.ts';
import { reportDetail } from '#lib/reports/detail.server.ts';
import { editSection } from '#lib/reports/edit.server.ts';
import { issueReport, withdrawReport } from '#lib/reports/issue.server.ts';
import { reportStepLabel } from '#lib/reports/labels.ts';
import type { SeenReport } from '#lib/reports/lock.server.ts';
import { reportRefusalText } from '#lib/reports/refusal-text.ts';
import { discardReport, recallReport, remarkOn, returnReport, reviewReport, submitReport } from '#lib/reports/steps.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const detail = await reportDetail(locals.db, locals.actor!, params.id);
	if (!detail.ok) error(statusOf(detail), m.access_error_not_found());
	const { content } = detail;
	return { report: { ...detail, content: content === null ? null : { ...content, sections: shownSections(content.sections) } } };
};

const text = (form: FormData, name: string) => {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
};

type Outcome = { readonly ok: true; readonly id?: string } | Refusal;
type Take = (form: FormData, seen: SeenReport, event: RequestEvent) => Promise<Outcome>;

/** Every form says which version it was made from; what was typed comes back when it is refused. */
const step = (name: string, take: Take) => async (event: RequestEvent) => {
	const form = await event.request.formData();
	const done = await take(form, { id: event.params.id, version: Number(text(form, 'version')) || 0 }, event);
	if (done.ok) return { done: reportStepLabel(`report.${name}`), section: text(form, 'section') || null };
	const typed = Object.fromEntries([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
	return fail(statusOf(done), { refused: reportRefusalText(done), step: name, typed, section: text(form, 'section') || null, conflict: done.reason === 'conflict' });
};

export const actions: Actions = {
	edit: step('edit', (form, { id }, { locals }) =>
		editSection(locals.db, locals.actor!, id, { section: text(form, 'section'), text: text(form, 'text'), base: text(form, 'base'), reset: form.has('reset') })
	),
	refresh: step('refresh', (_form, { id }, { locals }) => refreshReport(locals.db, locals.actor!, id)),
	submit: step('submit', (form, seen, { locals }) => submitReport(locals.db, locals.actor!, seen, text(form, 'reviewer'))),
	recall: step('recall', (_form, seen, { locals }) => recallReport(locals.db, locals.actor!, seen)),
	review: step('review', (form, seen, { locals }) => reviewReport(locals.db, locals.actor!, seen, { approverId: text(form, 'approver'), remark: text(form, 'remark') })),
	return: step('return', (form, seen, { locals }) => returnReport(locals.db, locals.actor!, seen, text(form, 'remark'))),
	issue: step('issue', (_form, seen, { locals }) => issueReport(locals.db, locals.actor!, seen)),
	withdraw: step('withdraw', (form, seen, { locals }) => withdrawReport(locals.db, locals.actor!, seen, text(form, 'reason'))),
	discard: step('discard', (form, seen, { locals }) => discardReport(locals.db, locals.actor!, seen, text(form, 'reason'))),
	remark: step('remark', (form, { id }, { locals }) => remarkOn(locals.db, locals.actor!, id, text(form, 'about') || null, text(form, 'remark'))),
	edition: step('new-edition', async (form, seen, { locals }) => {
		const made = await newEdition(locals.db, locals.actor!, seen, text(form, 'reason'));
		if (made.ok) redirect(303, `/reports/${made.id}`);
		return made;
	})
};

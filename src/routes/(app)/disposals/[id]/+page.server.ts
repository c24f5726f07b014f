import { error, fail } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { decideDisposal, recallDisposal, submitDisposal, withdrawDisposal } from '#lib/disposals/approve.server.ts';
import { detach } from '#lib/disposals/attachments.server.ts';
import { disposalDetail } from '#lib/disposals/detail.server.ts';
import { editDisposal } from '#lib/disposals/draft.server.ts';
import type { Edit } from '#lib/disposals/edit.server.ts';
import { concludeDisposal, issueDisposal, serveDisposal } from '#lib/disposals/issue.server.ts';
import { disposalStepLabel } from '#lib/disposals/labels.ts';
import { disposalRefusalText, refusedFields } from '#lib/disposals/refusal-text.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const detail = await disposalDetail(locals.db, locals.actor!, params.id);
	if (!detail.ok) error(statusOf(detail), m.access_error_not_found());
	return { disposal: detail };
};

const text = (form: FormData, name: string) => {
	const value = form.get(name);
	return typeof value === 'string' ? value.trim() : '';
};

type Refused = Parameters<typeof disposalRefusalText>[0];
type Step = (form: FormData, seen: { readonly id: string; readonly version: number }, event: RequestEvent) => Promise<{ readonly ok: true } | Refused>;

/** Every form says which version it was made from; what was typed comes back when it is refused. */
function step(name: string, take: Step) {
	return async (event: RequestEvent) => {
		const form = await event.request.formData();
		const result = await take(form, { id: event.params.id, version: Number(text(form, 'version')) || 0 }, event);
		if (result.ok) return { done: disposalStepLabel(name) };
		const typed = Object.fromEntries([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
		return fail(statusOf(result), { refused: disposalRefusalText(result), step: name, typed, reason: result.reason, fields: refusedFields(result), conflict: result.reason === 'conflict' });
	};
}

const prefix = 'field:';

const editOf = (form: FormData): Edit => ({
	values: Object.fromEntries([...form].flatMap(([name, value]) => (name.startsWith(prefix) && typeof value === 'string' ? [[name.slice(prefix.length), value]] : []))),
	title: text(form, 'title'), body: text(form, 'body'), fromTemplate: form.has('again')
});

export const actions: Actions = {
	edit: step('edit', (form, seen, { locals }) => editDisposal(locals.db, locals.actor!, seen, editOf(form))),
	submit: step('submit', (form, seen, { locals }) => submitDisposal(locals.db, locals.actor!, seen, text(form, 'approver'), editOf(form))),
	recall: step('recall', (_form, seen, { locals }) => recallDisposal(locals.db, locals.actor!, seen)),
	decide: step('approve', (form, seen, { locals }) =>
		decideDisposal(locals.db, locals.actor!, seen, form.get('decision') === 'approve' ? { approve: true } : { approve: false, reason: text(form, 'reason') })
	),
	withdraw: step('withdraw', (form, seen, { locals }) => withdrawDisposal(locals.db, locals.actor!, seen, text(form, 'reason'))),
	issue: step('issue', (_form, seen, { locals }) => issueDisposal(locals.db, locals.actor!, seen)),
	serve: step('serve', (form, seen, { locals }) =>
		serveDisposal(locals.db, locals.actor!, seen, { on: text(form, 'on'), how: text(form, 'how'), note: text(form, 'note') })
	),
	conclude: step('conclude', (form, seen, { locals }) => concludeDisposal(locals.db, locals.actor!, seen, { outcome: text(form, 'outcome'), note: text(form, 'note') })),
	detach: step('edit', (form, seen, { locals }) => detach(locals.db, locals.actor!, seen.id, text(form, 'attachment')))
};

import { error, fail, redirect } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { fieldName } from '#lib/intake/labels.ts';
import { applyMend } from '#lib/mending/apply.server.ts';
import { rejectRow } from '#lib/mending/groups.server.ts';
import { mendRefusalText } from '#lib/mending/refusal.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

async function rowOf({ locals, url }: Pick<RequestEvent, 'locals' | 'url'>) {
	const [batchId, line] = [url.searchParams.get('batch') ?? '', Number(url.searchParams.get('line'))];
	const row = Number.isInteger(line) ? await rejectRow(locals.db, locals.actor!, batchId, line) : null;
	if (row === null) error(404);
	if (!row.ok) error(statusOf(row));
	return { batchId, line, row };
}

export const load: PageServerLoad = async (event) => {
	const { batchId, line, row } = await rowOf(event);
	const kind = (await loadKindBook(event.locals.db)).find(row.kind);
	const columns = row.columns.map((column) => ({ ...column, label: column.field === null ? null : fieldName(column.field, kind ?? {}) }));
	return { batchId, line, row: { ...row, columns } };
};

export const actions: Actions = {
	default: async (event) => {
		const { batchId, line, row } = await rowOf(event);
		const form = await event.request.formData();
		const note = String(form.get('note') ?? '').trim();
		if (note === '') return fail(400, { message: m.mending_refused_no_reason() });
		const cells = Object.fromEntries(row.columns.flatMap(({ name }, i) => (form.has(`cell-${i}`) ? [[name, String(form.get(`cell-${i}`))]] : [])));
		const result = await applyMend(event.locals.db, event.locals.actor!, {
			scope: { sourceId: row.sourceId, kind: row.kind, reason: null, field: null, shape: null },
			step: { op: 'edit', batchId, line, cells }, note: note.slice(0, 200), remember: false
		});
		if (!result.ok) return fail(statusOf(result), { message: mendRefusalText(result) });
		redirect(303, `/intake/rejects/rules/${result.ruleId}?done`);
	}
};

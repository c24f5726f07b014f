import { error, fail, redirect } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { batchDetail } from '#lib/intake/batches.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { fieldsOf } from '#lib/intake/kinds/kinds.ts';
import { fieldName } from '#lib/intake/labels.ts';
import { mappingOfForm } from '#lib/intake/mapping-form.ts';
import { refusalText } from '#lib/intake/refusal-text.ts';
import { dropUpload, previewUpload, retryImport, startImport } from '#lib/intake/upload.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, depends }) => {
	depends('intake:batch');
	const actor = locals.actor!;
	const detail = await batchDetail(locals.db, actor, params.batch);
	if (!detail.ok) error(statusOf(detail));
	const kind = (await loadKindBook(locals.db)).find(detail.batch.kind);
	const waiting = detail.batch.state === 'uploaded' && detail.mayMend;
	const preview = waiting ? await previewUpload(locals.db, actor, params.batch, settings().dataDir) : null;
	const { id, source, source_id, file_name, state, rows, accepted, duplicates, versions, rejected, warnings, error: fault, first_day, last_day, actorName, started_at } = detail.batch;
	return {
		batch: { id, source, sourceId: source_id, fileName: file_name, state, rows, accepted, duplicates, versions, rejected, warnings, error: fault, firstDay: first_day, lastDay: last_day, actorName, startedAt: started_at },
		kind: detail.batch.kind,
		importKind: kind?.name ?? null,
		reasons: detail.reasons.map((reason) => ({ ...reason, fieldLabel: reason.field === null ? '' : fieldName(reason.field, kind ?? {}) })),
		rejects: detail.rejects,
		mayMend: detail.mayMend,
		mends: detail.mends,
		ruleId: detail.batch.mend_rule_id,
		request: detail.request,
		preview: preview?.ok ? preview : null,
		previewRefusal: preview !== null && !preview.ok ? refusalText(preview) : null,
		fields: kind === null ? [] : fieldsOf(kind).map((field) => ({ field, label: fieldName(field, kind), required: kind.required.includes(field) }))
	};
};

const refused = (refusal: Refusal) => fail(statusOf(refusal), { message: refusalText(refusal) });

export const actions: Actions = {
	start: async ({ locals, params, request }) => {
		const result = await startImport(locals.db, locals.actor!, params.batch, mappingOfForm(await request.formData()));
		if (!result.ok) return refused(result);
	},
	retry: async ({ locals, params }) => {
		const result = await retryImport(locals.db, locals.actor!, params.batch);
		if (!result.ok) return refused(result);
	},
	drop: async ({ locals, params }) => {
		const result = await dropUpload(locals.db, locals.actor!, params.batch, settings().dataDir);
		if (!result.ok) return refused(result);
		redirect(303, '/intake');
	}
};

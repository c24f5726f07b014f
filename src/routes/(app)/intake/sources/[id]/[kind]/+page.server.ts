import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { error, fail, redirect } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { fieldsOf } from '#lib/intake/kinds/kinds.ts';
import { fieldName } from '#lib/intake/labels.ts';
import { mappingOfForm } from '#lib/intake/mapping-form.ts';
import { findSource } from '#lib/sources/detail.server.ts';
import { sourceRefusalText } from '#lib/sources/labels.ts';
import { mapSample, readMapping, saveMapping, type MappingDraft } from '#lib/sources/mapping.server.ts';
import { m } from '#lib/messages/messages.js';
import { settings } from '#lib/settings/settings.ts';
import type { Actions, PageServerLoad } from './$types';

/** What a page needs of a mapping that is being settled. */
const shown = ({ mapping, columns }: MappingDraft) => ({ mapping, columns });

export const load: PageServerLoad = async ({ locals, params }) => {
	const [found, draft] = await Promise.all([findSource(locals.db, locals.actor!, params.id), readMapping(locals.db, locals.actor!, params.id, params.kind)]);
	if (!found.ok) error(statusOf(found));
	if (!draft.ok) error(draft.reason === 'no-kind' ? 404 : statusOf(draft));
	const { kind } = draft;
	return {
		source: { id: found.source.id, name: found.source.name },
		kind: kind.stored,
		fields: fieldsOf(kind).map((field) => ({ field, label: fieldName(field, kind), required: kind.required.includes(field) })),
		draft: shown(draft)
	};
};

export const actions: Actions = {
	read: async ({ locals, params, request }) => {
		const form = await request.formData();
		const file = form.get('file');
		const header = String(form.get('header') ?? '');
		const sample = file instanceof File && file.name !== ''
			? { body: Readable.fromWeb(file.stream() as WebStream), bytes: file.size }
			: { body: Readable.from([header]), bytes: Buffer.byteLength(header) };
		if (sample.bytes === 0) return fail(400, { refused: m.sources_map_nothing(), header });
		const draft = await mapSample(locals.db, locals.actor!, params.id, params.kind, sample, settings().dataDir);
		return draft.ok ? { draft: shown(draft), header } : fail(statusOf(draft), { refused: sourceRefusalText(draft), header });
	},
	save: async ({ locals, params, request }) => {
		const mapping = mappingOfForm(await request.formData());
		const result = await saveMapping(locals.db, locals.actor!, params.id, params.kind, mapping);
		if (result.ok) redirect(303, `/intake/sources/${params.id}?saved`);
		const columns = Object.entries(mapping.columns).map(([name, field]) => ({ name, field, keep: mapping.keep?.includes(name) ?? false, values: [] }));
		return fail(statusOf(result), { refused: sourceRefusalText(result), draft: { mapping, columns } });
	}
};

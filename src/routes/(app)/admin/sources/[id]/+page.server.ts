import { error, fail } from '@sveltejs/kit';
import { listDepartments } from '#lib/access/departments.server.ts';
import { may } from '#lib/access/permissions.ts';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { resumeSource, saveSource, stopSource } from '#lib/sources/registry.server.ts';
import { sourceDetail } from '#lib/sources/detail.server.ts';
import { cadenceDraftOf, type SourceDraft } from '#lib/sources/form.ts';
import { sourceRefusalText } from '#lib/sources/labels.ts';
import { sourceDraftOf } from '../form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const actor = locals.actor!;
	if (!may(actor, 'source.technical')) error(403);
	const detail = await sourceDetail(locals.db, actor, params.id);
	if (!detail.ok) error(statusOf(detail));
	const { source, kinds } = detail;
	const offered = (await loadKindBook(locals.db)).offered.map((kind) => kind.stored);
	const draft: SourceDraft = {
		name: source.name,
		ownerDepartmentId: source.departmentId,
		regionCode: source.regionCode,
		kinds: kinds.map(({ kind }) => kind),
		cadence: cadenceDraftOf(source.cadence),
		contact: source.contact ?? '',
		volumes: Object.fromEntries(kinds.flatMap(({ kind, volume }) => (volume?.from === 'set' ? [[kind, String(volume.expected)]] : [])))
	};
	return {
		source,
		kinds,
		draft,
		offered: [...new Set([...offered, ...draft.kinds])],
		departments: (await listDepartments(locals.db, actor)).map(({ id, name }) => ({ id, name })),
		saved: url.searchParams.has('saved')
	};
};

const refused = (refusal: Refusal<string, object>) => fail(statusOf(refusal), { refused: sourceRefusalText(refusal) });

export const actions: Actions = {
	save: async ({ locals, params, request }) => {
		const draft = sourceDraftOf(await request.formData());
		const result = await saveSource(locals.db, locals.actor!, params.id, draft);
		if (!result.ok) return fail(statusOf(result), { refused: sourceRefusalText(result), faults: 'faults' in result ? result.faults : [], draft });
		return { saved: true };
	},
	stop: async ({ locals, params, request }) => {
		const form = await request.formData();
		const result = await stopSource(locals.db, locals.actor!, params.id, String(form.get('reason') ?? ''));
		return result.ok ? { saved: true } : refused(result);
	},
	resume: async ({ locals, params }) => {
		const result = await resumeSource(locals.db, locals.actor!, params.id);
		return result.ok ? { saved: true } : refused(result);
	}
};

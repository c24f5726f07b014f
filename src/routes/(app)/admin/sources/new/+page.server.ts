import { error, fail, redirect } from '@sveltejs/kit';
import { listDepartments } from '#lib/access/departments.server.ts';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { saveSource } from '#lib/sources/registry.server.ts';
import { cadenceDraftOf, type SourceDraft } from '#lib/sources/form.ts';
import { sourceRefusalText } from '#lib/sources/labels.ts';
import { sourceDraftOf } from '../form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	if (!may(actor, 'source.technical')) error(403);
	const departments = await listDepartments(locals.db, actor);
	const first = departments[0];
	const draft: SourceDraft = {
		name: '', ownerDepartmentId: first?.id ?? '', regionCode: first?.region_code ?? actor.regionCode, kinds: [], cadence: cadenceDraftOf(null), contact: '', volumes: {}
	};
	return { departments: departments.map(({ id, name }) => ({ id, name })), kinds: (await loadKindBook(locals.db)).offered.map((kind) => kind.stored), draft };
};

export const actions: Actions = {
	default: async ({ locals, request }) => {
		const draft = sourceDraftOf(await request.formData());
		const result = await saveSource(locals.db, locals.actor!, null, draft);
		if (!result.ok) return fail(statusOf(result), { refused: sourceRefusalText(result), faults: 'faults' in result ? result.faults : [], draft });
		redirect(303, `/admin/sources/${result.id}?saved`);
	}
};

import { error, fail } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { gradeSource } from '#lib/sources/registry.server.ts';
import { sourceDetail } from '#lib/sources/detail.server.ts';
import { sourceRefusalText } from '#lib/sources/labels.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const detail = await sourceDetail(locals.db, locals.actor!, params.id);
	if (!detail.ok) error(statusOf(detail));
	const { source, kinds, batches, rights } = detail;
	return { source, kinds, batches, mayMap: rights.map, saved: url.searchParams.has('saved') };
};

export const actions: Actions = {
	grade: async ({ locals, params, request }) => {
		const form = await request.formData();
		const result = await gradeSource(locals.db, locals.actor!, params.id, { grading: String(form.get('grading') ?? ''), level: String(form.get('level') ?? '') });
		return result.ok ? { saved: true } : fail(statusOf(result), { refused: sourceRefusalText(result) });
	}
};

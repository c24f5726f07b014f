import { fail } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { listBoundaries, loadBoundaries, retireBoundaries } from '#lib/boundaries/boundaries.server.ts';
import { mostBytes } from '#lib/boundaries/geojson.ts';
import { boundaryRefusal } from '#lib/boundaries/labels.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => ({ sets: await listBoundaries(locals.db, locals.actor!) });

export const actions: Actions = {
	load: async ({ request, locals }) => {
		// Looked at before anything is read into memory.
		if (!(Number(request.headers.get('content-length') ?? NaN) <= mostBytes + 64 * 1024)) {
			await request.body?.pipeTo(new WritableStream()).catch(() => undefined);
			return fail(413, { message: m.boundaries_too_large({ most: mostBytes / 1024 / 1024 }), mapNumber: '', source: '' });
		}
		const form = await request.formData();
		const [mapNumber, source] = [String(form.get('mapNumber') ?? ''), String(form.get('source') ?? '')];
		const file = form.get('file');
		if (!(file instanceof File) || file.size === 0) return fail(400, { message: m.boundaries_no_file(), mapNumber, source });
		const outcome = await loadBoundaries(locals.db, locals.actor!, { text: await file.text(), mapNumber, source });
		if (!outcome.ok) return fail(statusOf(outcome), { message: boundaryRefusal(outcome), mapNumber, source });
		return { loaded: outcome.regions };
	},
	retire: async ({ request, locals }) => {
		const form = await request.formData();
		const outcome = await retireBoundaries(locals.db, locals.actor!, String(form.get('id') ?? ''));
		if (!outcome.ok) return fail(statusOf(outcome), { message: boundaryRefusal(outcome), mapNumber: '', source: '' });
		return { retired: true };
	}
};

import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { error, fail, redirect } from '@sveltejs/kit';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { ownSources } from '#lib/intake/batches.server.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { refusalText } from '#lib/intake/refusal-text.ts';
import { storeUpload } from '#lib/intake/upload.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const actor = locals.actor!;
	if (!may(actor, 'intake.import')) error(403);
	return {
		sources: await ownSources(locals.db, actor),
		kinds: (await loadKindBook(locals.db)).offered.map(({ name, stored }) => ({ name, stored })),
		chosen: { source: url.searchParams.get('source') ?? '', kind: url.searchParams.get('kind') ?? '' }
	};
};

export const actions: Actions = {
	/** Without scripts; with them the page streams the file to `file/+server.ts` and shows how far it is. */
	default: async ({ locals, request }) => {
		if (!may(locals.actor!, 'intake.import')) error(403);
		const form = await request.formData();
		const file = form.get('file');
		if (!(file instanceof File) || file.name === '') return fail(400, { message: refusalText({ ok: false, reason: 'no-file' }) });
		const stored = await storeUpload(
			locals.db,
			locals.actor!,
			{ kind: String(form.get('kind')), sourceId: String(form.get('source')), fileName: file.name, body: Readable.fromWeb(file.stream() as WebStream) },
			settings().dataDir
		);
		if (!stored.ok) return fail(statusOf(stored), { message: refusalText(stored) });
		redirect(303, `/intake/${stored.batchId}`);
	}
};

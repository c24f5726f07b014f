import { error, json, redirect } from '@sveltejs/kit';
import { notFound, statusOf } from '#lib/access/refuse.ts';
import { fileOf } from '#lib/attachments/body.server.ts';
import { refusedFile } from '#lib/attachments/labels.ts';
import { attachmentBytes } from '#lib/attachments/types.ts';
import { m } from '#lib/messages/messages.js';
import { addEvidence } from '#lib/sampling/fieldwork/evidence.server.ts';
import { fieldworkRefusal } from '#lib/sampling/fieldwork/refusal-text.ts';
import { refOf, sheetPath } from '#lib/sampling/fieldwork/refs.ts';
import type { RequestHandler } from './$types';

/** Files of a form without scripts, together. */
const formBytes = 4 * attachmentBytes;

/** The file itself is the body, its name in the address; or, without scripts, a form with files, which leads back to the sheet. */
export const POST: RequestHandler = async ({ locals, params, request, url }) => {
	const actor = locals.actor!;
	const ref = refOf(params.ref);
	if (ref === null) return json({ message: fieldworkRefusal(notFound) }, { status: 404 });
	if (request.headers.get('content-type')?.startsWith('multipart/form-data')) {
		const length = Number(request.headers.get('content-length') ?? NaN);
		if (!(length <= formBytes)) {
			await request.body?.pipeTo(new WritableStream()).catch(() => undefined);
			error(413, m.access_error_too_large());
		}
		const form = await request.formData();
		const item = form.get('item');
		for (const file of form.getAll('file')) {
			if (typeof file === 'string') continue;
			const bytes = new Uint8Array(await file.arrayBuffer());
			const kept = await addEvidence(locals.db, actor, ref, params.uscc, { name: file.name, bytes, itemId: typeof item === 'string' && item !== '' ? item : null });
			if (!kept.ok) error(statusOf(kept), refusedFile(file.name, fieldworkRefusal(kept)));
		}
		redirect(303, sheetPath(ref, params.uscc));
	}
	const bytes = await fileOf(request);
	const kept = await addEvidence(locals.db, actor, ref, params.uscc, { name: url.searchParams.get('name') ?? '', bytes, itemId: url.searchParams.get('item') || null });
	return kept.ok ? json({ id: kept.id }) : json({ message: fieldworkRefusal(kept) }, { status: statusOf(kept) });
};

import { error, fail, redirect } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { text } from '#lib/sampling/forms.ts';
import { fileColumns } from '#lib/sampling/registers/file-columns.ts';
import { abandonFile, confirmFile, importRefusal, previewFile, storeFile } from '#lib/sampling/registers/import.server.ts';
import { registerRefusal, rowRefusalText } from '#lib/sampling/registers/labels.ts';
import { importLimits, registers, type Register } from '#lib/sampling/registers/registers.ts';
import { settings } from '#lib/settings/settings.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad } from './$types';

/** Rows of each kind that a page shows; all refused ones are in their file. */
const shownRows = 200;

function registerOf(name: string): Register {
	return registers.find((one) => one === name) ?? error(404);
}

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const register = registerOf(params.register);
	const actor = locals.actor!;
	const refusal = importRefusal(actor, register);
	if (refusal) error(statusOf(refusal));
	const id = url.searchParams.get('file');
	const judged = id === null ? null : await previewFile(locals.db, actor, register, id, settings().dataDir);
	const of = (state: string) => (judged?.ok ? judged.rows.filter((row) => row.state === state) : []);
	return {
		register,
		limits: { megabytes: importLimits.bytes / 1024 / 1024, rows: importLimits.rows[register] },
		columns: fileColumns[register].held.map(({ header, names, must, rule }) => ({ header, english: names[0] ?? '', must: must === true, rule: rule?.() ?? '' })),
		shown: fileColumns[register].shown.map(({ header }) => header),
		file: id,
		refused: judged !== null && !judged.ok ? (judged.reason === 'not-found' ? m.registers_file_gone() : registerRefusal(register, judged)) : null,
		preview: !judged?.ok ? null : {
			fingerprint: judged.fingerprint,
			unread: judged.unread,
			counts: { new: of('new').length, changed: of('changed').length, unchanged: of('unchanged').length, refused: of('refused').length },
			added: of('new').slice(0, shownRows).map(({ line, title }) => ({ line, title })),
			changed: of('changed').slice(0, shownRows).map((row) => ({ line: row.line, title: row.title, differences: row.state === 'changed' ? row.differences : [] })),
			refusedRows: of('refused').slice(0, shownRows).map((row) => ({ line: row.line, title: row.title, why: row.state === 'refused' ? rowRefusalText(row.refusal) : '' }))
		}
	};
};

export const actions: Actions = {
	preview: async ({ locals, params, request }) => {
		const register = registerOf(params.register);
		// More than the form could need is not even read into memory.
		if (!(Number(request.headers.get('content-length') ?? NaN) <= importLimits.bytes + 64 * 1024)) {
			await request.body?.pipeTo(new WritableStream()).catch(() => undefined);
			return fail(413, { message: registerRefusal(register, { reason: 'too-large', limit: importLimits.bytes }) });
		}
		const file = (await request.formData()).get('file');
		const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
		const kept = await storeFile(locals.actor!, register, bytes, settings().dataDir);
		if (!kept.ok) return fail(statusOf(kept), { message: registerRefusal(register, kept) });
		redirect(303, `/sampling/registers/${register}/import?file=${kept.id}`);
	},
	confirm: async ({ locals, params, request }) => {
		const register = registerOf(params.register);
		const form = await request.formData();
		const done = await confirmFile(locals.db, locals.actor!, register, text(form, 'file'), text(form, 'fingerprint'), settings().dataDir);
		if (!done.ok) return fail(statusOf(done), { message: done.reason === 'not-found' ? m.registers_file_gone() : registerRefusal(register, done) });
		redirect(303, `/sampling/registers/${register}/import?added=${done.added}&changed=${done.changed}`);
	},
	drop: async ({ locals, params, request }) => {
		const register = registerOf(params.register);
		await abandonFile(locals.actor!, register, text(await request.formData(), 'file'), settings().dataDir);
		redirect(303, `/sampling/registers/${register}/import`);
	}
};

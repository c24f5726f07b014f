import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { registerRefusal } from '#lib/sampling/registers/labels.ts';
import { refusedRows } from '#lib/sampling/registers/refused-file.server.ts';
import { registers } from '#lib/sampling/registers/registers.ts';
import { settings } from '#lib/settings/settings.ts';
import type { RequestHandler } from './$types';

/** The refused rows of a file that waits to be confirmed, with the reasons. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
	const register = registers.find((one) => one === params.register);
	if (register === undefined) error(404);
	const made = await refusedRows(locals.db, locals.actor!, register, url.searchParams.get('file') ?? '', settings().dataDir);
	if (!made.ok) error(statusOf(made), registerRefusal(register, made));
	return asDownload(made.file, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', made.fileName);
};

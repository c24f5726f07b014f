import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { templateFile } from '#lib/sampling/registers/export.server.ts';
import { registers } from '#lib/sampling/registers/registers.ts';
import type { RequestHandler } from './$types';

/** An empty file with the header and its notes. */
export const GET: RequestHandler = async ({ locals, params }) => {
	const register = registers.find((one) => one === params.register);
	if (register === undefined) error(404);
	const made = await templateFile(locals.actor!, register);
	if (!made.ok) error(statusOf(made));
	return asDownload(made.file, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', made.fileName);
};

import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { parseObjectFilter } from '#lib/sampling/objects/filter.ts';
import { exportInspectors, exportItems, exportObjects } from '#lib/sampling/registers/export.server.ts';
import { parseInspectorFilter } from '#lib/sampling/registers/inspector-filter.ts';
import { parseItemFilter } from '#lib/sampling/registers/item-filter.ts';
import { registerRefusal } from '#lib/sampling/registers/labels.ts';
import { registers } from '#lib/sampling/registers/registers.ts';
import type { RequestHandler } from './$types';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What the filter of the list finds, as a file that an import reads. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
	const register = registers.find((one) => one === params.register);
	if (register === undefined) error(404);
	const [db, actor, asked] = [locals.db, locals.actor!, url.searchParams];
	const made = register === 'items' ? await exportItems(db, actor, parseItemFilter(asked))
		: register === 'inspectors' ? await exportInspectors(db, actor, parseInspectorFilter(asked))
		: await exportObjects(db, actor, parseObjectFilter(asked), asked.get('with') === 'class');
	if (!made.ok) error(statusOf(made), registerRefusal(register, made));
	return asDownload(made.file, xlsx, made.fileName);
};

import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { exportPublications } from '#lib/sampling/fieldwork/publication-export.server.ts';
import { publicationViews } from '#lib/sampling/fieldwork/publication.ts';
import type { RequestHandler } from './$types';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export const GET: RequestHandler = async ({ locals, url }) => {
	const view = publicationViews.find((v) => v === url.searchParams.get('view')) ?? 'due';
	const made = await exportPublications(locals.db, locals.actor!, view);
	if (!made.ok) error(statusOf(made));
	return asDownload(made.file, xlsx, made.fileName);
};

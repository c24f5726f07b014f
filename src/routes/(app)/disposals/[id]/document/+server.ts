import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { disposalPaper } from '#lib/disposals/detail.server.ts';
import { asDownload } from '#lib/disposals/download.ts';
import { wordFile } from '#lib/disposals/word.ts';
import { m } from '#lib/messages/messages.js';
import type { RequestHandler } from './$types';

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

export const GET: RequestHandler = async ({ locals, params }) => {
	const found = await disposalPaper(locals.db, locals.actor!, params.id);
	if (!found.ok) error(statusOf(found), m.access_error_not_found());
	const { paper, draft } = found;
	return asDownload(await wordFile(paper), word, `${draft ? '（未发出）' : ''}${paper.number ?? ''}${paper.title}.docx`);
};

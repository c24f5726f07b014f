import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { exportCertificate } from '#lib/sampling/certificate.server.ts';
import { exportList } from '#lib/sampling/list-export.server.ts';
import type { RequestHandler } from './$types';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function download(body: BodyInit, type: string, fileName: string): Response {
	return new Response(body, {
		headers: { 'content-type': type, 'content-disposition': `attachment; filename="${fileName}"`, 'cache-control': 'no-store' }
	});
}

export const GET: RequestHandler = async ({ locals, params }) => {
	const actor = locals.actor!;
	if (params.what === 'list') {
		const list = await exportList(locals.db, actor, params.id);
		if (!list.ok) error(statusOf(list));
		return download(new Uint8Array(list.file), xlsx, list.fileName);
	}
	if (params.what === 'certificate') {
		const made = await exportCertificate(locals.db, actor, params.id);
		if (!made.ok) error(statusOf(made));
		return download(JSON.stringify(made.certificate, null, '\t'), 'application/json', made.fileName);
	}
	error(404);
};

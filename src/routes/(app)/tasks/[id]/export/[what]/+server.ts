import { Readable } from 'node:stream';
import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { exportCertificate } from '#lib/sampling/draw/certificate.server.ts';
import { drawNumber } from '#lib/sampling/draw/number.ts';
import { exportInner } from '#lib/sampling/draw/inner-certificate.server.ts';
import { refusalLabel } from '#lib/sampling/labels.ts';
import { exportList } from '#lib/sampling/tasks/list-export.server.ts';
import type { RequestHandler } from './$types';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function download(body: BodyInit, type: string, fileName: string): Response {
	return new Response(body, {
		headers: { 'content-type': type, 'content-disposition': `attachment; filename="${fileName}"`, 'cache-control': 'no-store' }
	});
}

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const actor = locals.actor!;
	if (params.what === 'list') {
		const list = await exportList(locals.db, actor, params.id);
		if (!list.ok) error(statusOf(list));
		return download(new Uint8Array(list.file), xlsx, list.fileName);
	}
	if (params.what === 'certificate') {
		const made = await exportCertificate(locals.db, actor, params.id, drawNumber(url));
		if (!made.ok) error(statusOf(made), refusalLabel(made.reason));
		return download(`${JSON.stringify(made.certificate)}\n`, 'application/json', made.fileName);
	}
	if (params.what === 'inner') {
		const made = await exportInner(locals.db, actor, params.id, drawNumber(url), `${m.draws_inner_note()}${m.common_class_notice()}`);
		if (!made.ok) error(statusOf(made), refusalLabel(made.reason));
		return download(Readable.toWeb(Readable.from(made.pieces).map((piece: string) => new TextEncoder().encode(piece))) as ReadableStream, 'application/json', made.fileName);
	}
	error(404);
};

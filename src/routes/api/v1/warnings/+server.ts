import { noteRefusal } from '#lib/access/tokens.server.ts';
import { reportScope } from '#lib/access/tokens.ts';
import { answering, onlyMethods } from '#lib/api/answer.ts';
import { openBody, type Body } from '#lib/api/body.ts';
import { enter } from '#lib/api/enter.ts';
import { problem } from '#lib/api/problems.ts';
import { readReport, reportTypes } from '#lib/api/report-body.ts';
import { m } from '#lib/messages/messages.js';
import { outsideFaultText } from '#lib/warnings/outside-fault-text.ts';
import { outsideStatus } from '#lib/warnings/outside-status.server.ts';
import { reportOutside } from '#lib/warnings/outside.server.ts';
import type { RequestEvent, RequestHandler } from './$types.js';

/** Warnings of an outside platform come in: NDJSON, or JSON as one object or a list. */
export const POST: RequestHandler = answering(async (event) => {
	const body = openBody(event.request);
	try {
		return await taken(event, body);
	} finally {
		await body.drain();
	}
});

async function taken(event: RequestEvent, body: Body): Promise<Response> {
	const { locals, request, url } = event;
	const token = await enter(event, reportScope);
	if (token instanceof Response) return token;
	const read = await readReport(request.headers, body.pieces);
	if (!read.ok) {
		const { reason } = read;
		if (reason === 'media-type') return problem('media-type', locals.requestId, { detail: m.api_outside_media(), members: { allowed: reportTypes } });
		if (reason === 'content-encoding') return problem('content-encoding', locals.requestId, { members: { allowed: ['gzip', 'identity'] } });
		if (reason === 'too-large') return problem('too-large', locals.requestId, { detail: m.api_outside_too_large() });
		if (reason === 'bad-gzip') return problem('bad-gzip', locals.requestId);
		return problem('bad-batch', locals.requestId, { detail: m.api_outside_bad_body(), members: { reason } });
	}
	const reported = await reportOutside(locals.db, token, url.searchParams.get('source')?.trim() || null, read.lines);
	if (!reported.ok) {
		if (reported.reason === 'source-not-granted') await noteRefusal(locals.db, token.id, reported.reason);
		if (reported.reason === 'source-stopped') return problem('source-stopped', locals.requestId, { members: { source: reported.source } });
		if (reported.reason === 'not-allowed') return problem('scope-missing', locals.requestId, { members: { scope: reportScope } });
		return problem(reported.reason, locals.requestId, { members: { sources: reported.sources } });
	}
	const { source, rows, accepted, duplicates, rejects } = reported;
	const refused = rejects.map((reject) => ({ ...reject, message: outsideFaultText(reject) }));
	return Response.json(
		{ source, rows, accepted: accepted.length, duplicates, rejected: rejects.length, warnings: accepted, rejects: refused },
		{ headers: { 'cache-control': 'no-store' } }
	);
}

/** How far our work on the platform's warnings has come since `after`, a cursor; ask on from `next`. */
export const GET: RequestHandler = answering(async (event) => {
	const { locals, url } = event;
	const token = await enter(event, reportScope);
	if (token instanceof Response) return token;
	const after = url.searchParams.get('after') ?? '0';
	const wrong = (more: object = {}, detail?: string) =>
		problem('bad-parameter', locals.requestId, { ...(detail === undefined ? {} : { detail }), members: { parameter: 'after', value: after.slice(0, 100), ...more } });
	if (!/^\d{1,15}$/.test(after)) return wrong();
	const status = await outsideStatus(locals.db, token, Number(after));
	if (!status.ok) {
		if (status.reason === 'not-allowed') return problem('scope-missing', locals.requestId, { members: { scope: reportScope } });
		return wrong({ head: status.head }, m.outward_beyond_head({ after, head: status.head }));
	}
	return Response.json({ warnings: status.rows, next: String(status.next), more: status.more }, { headers: { 'cache-control': 'no-store' } });
});

export const fallback: RequestHandler = onlyMethods('GET', 'POST');

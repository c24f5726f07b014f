import { diskText } from '#lib/settings/disk.ts';
import type { Pushed, PushRefusal } from '#lib/intake/push/push.server.ts';
import { problem } from './problems.ts';

/** Seconds after which somebody may have made room on the disk. */
const diskRetryS = 300;

export const batchPath = (id: string): string => `/api/v1/intake/batches/${id}`;

/** What a sender is told of a batch that was taken in. */
export function pushAnswer(kind: string, pushed: Pushed): Response {
	const { batchId, source, rows, accepted, duplicates, versions, rejected, rejects, rejectsMore, warnings } = pushed;
	const body = { batch: batchId, kind, source, rows, accepted, duplicates, versions, rejected, rejects, rejectsMore, warnings, links: { batch: batchPath(batchId) } };
	return Response.json(body, { headers: { 'cache-control': 'no-store' } });
}

/** What a sender is told of a batch that was not. Nothing of it was kept. */
export function pushProblem(refusal: PushRefusal, requestId: string): Response {
	switch (refusal.reason) {
		case 'queue-full':
			return problem('queue-full', requestId, { retryAfterS: refusal.retryAfterS });
		case 'disk-full':
			return problem('disk-full', requestId, { retryAfterS: diskRetryS, detail: diskText(refusal.disk) });
		case 'source-missing':
		case 'source-not-granted':
			return problem(refusal.reason, requestId, { members: { sources: refusal.sources } });
		case 'source-stopped':
			return problem('source-stopped', requestId, { detail: refusal.message });
		case 'too-large':
		case 'unpacked-too-large':
		case 'bad-gzip':
		case 'cut-off':
		case 'not-found':
			return problem(refusal.reason, requestId);
		case 'not-allowed':
		case 'own-work':
			return problem('scope-missing', requestId);
		default:
			return problem('bad-batch', requestId, { detail: refusal.message, members: { reason: refusal.reason } });
	}
}

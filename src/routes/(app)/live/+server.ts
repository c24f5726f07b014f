import { feedHead } from '#lib/warnings/feed.server.ts';
import { newsAfter, onFeed } from '#lib/warnings/live.server.ts';
import { eventStream } from './event-stream.ts';
import type { RequestHandler } from './$types';

/**
 * New and changed warnings. A stream of server-sent events (`data: { head, entries }`), or with `?poll` the same once as JSON.
 * `?after=ID` (or `Last-Event-ID`) catches up with what came after that feed id.
 */
export const GET: RequestHandler = async ({ locals, request, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const asked = request.headers.get('last-event-id') ?? url.searchParams.get('after') ?? '';
	let after = /^\d{1,18}$/.test(asked) ? asked : await feedHead(db);
	if (url.searchParams.has('poll')) {
		return Response.json(await newsAfter(db, actor, after), { headers: { 'cache-control': 'no-store' } });
	}
	return eventStream({
		subscribe: (soon) => onFeed(db, soon),
		async news() {
			const news = await newsAfter(db, actor, after);
			if (news.entries.length === 0) return null;
			after = news.head;
			return { id: news.head, data: news };
		}
	});
};

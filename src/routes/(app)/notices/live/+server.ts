import { unreadCount } from '#lib/notices/own.server.ts';
import { onNotices } from '#lib/warnings/live.server.ts';
import { eventStream } from '../../live/event-stream.ts';
import type { RequestHandler } from './$types';

/** How many of one's own notices are unread: `data: { unread }`, at the beginning and whenever it changes, or with `?poll` once as JSON. */
export const GET: RequestHandler = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	if (url.searchParams.has('poll')) return Response.json({ unread: await unreadCount(db, actor) }, { headers: { 'cache-control': 'no-store' } });
	let told: number | undefined;
	return eventStream({
		subscribe: (soon) => onNotices(db, actor.id, soon),
		async news() {
			const unread = await unreadCount(db, actor);
			if (unread === told) return null;
			told = unread;
			return { data: { unread } };
		}
	});
};

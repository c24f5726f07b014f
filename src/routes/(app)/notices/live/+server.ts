import { unreadCount } from '#lib/notices/own.server.ts';
import { onNotices } from '#lib/warnings/live.server.ts';
import { eventStream } from '../../live/event-stream.ts';
import type { RequestHandler } from './$types';

/** How many of one's own notices are unread: `data: { unread }`, at the beginning and whenever it changes. */
export const GET: RequestHandler = ({ locals }) => {
	const { db } = locals;
	const actor = locals.actor!;
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

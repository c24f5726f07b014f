import { objectOf } from '#lib/notices/link.ts';
import { markObjectRead, unreadCount } from '#lib/notices/own.server.ts';
import type { RequestHandler } from './$types';

/** The page that was opened: its notices are read. A request of its own, because opening a page by a link must change nothing by itself. */
export const POST: RequestHandler = async ({ locals, request, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const path = (await request.text()).slice(0, 500);
	const object = path.startsWith('/') && URL.canParse(path, url) ? objectOf(new URL(path, url)) : null;
	if (object !== null) await markObjectRead(db, actor, object);
	return Response.json({ unread: await unreadCount(db, actor) }, { headers: { 'cache-control': 'no-store' } });
};

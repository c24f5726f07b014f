import { clearScreenCookie } from '#lib/wall/cookie.ts';
import { lookOf } from '../look.ts';
import type { RequestHandler } from './$types';

/** What a screen asks every few seconds: the picture, or with `?have=STAMP` only whether it is still right. 401 says why it shows nothing any more. */
export const GET: RequestHandler = async (event) => {
	const look = await lookOf(event, event.url.searchParams.get('have'));
	const headers = { 'cache-control': 'no-store' };
	if (look.ok) return Response.json(look, { headers });
	// It would be counted as a wrong one each time.
	if (look.reason === 'wrong') clearScreenCookie(event.cookies, event.url);
	return Response.json({ reason: look.reason }, { status: 401, headers });
};

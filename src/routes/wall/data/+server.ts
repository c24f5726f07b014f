import { clearScreenCookie } from '#lib/wall/cookie.ts';
import { lookOf } from '../look.ts';
import type { RequestHandler } from './$types';

/** What a screen asks every few seconds: the picture and its boundaries, or with `?have=STAMP&drawn=ID` only whether they are still right. 401 says why it shows nothing any more. */
export const GET: RequestHandler = async (event) => {
	const { searchParams } = event.url;
	const look = await lookOf(event, { picture: searchParams.get('have'), boundaries: searchParams.get('drawn') });
	const headers = { 'cache-control': 'no-store' };
	if (look.ok) return Response.json(look, { headers });
	// It would be counted as a wrong one each time.
	if (look.reason === 'wrong') clearScreenCookie(event.cookies, event.url);
	return Response.json({ reason: look.reason }, { status: 401, headers });
};

import type { Cookies } from '@sveltejs/kit';

/** Over https the browser itself binds the name to host, path and `Secure` (`__Host-`). */
function nameAt(url: URL): string {
	return url.protocol === 'https:' ? '__Host-qianshao' : 'qianshao';
}

export function readSessionCookie(cookies: Cookies, url: URL): string | undefined {
	return cookies.get(nameAt(url));
}

/** A cookie without a date: it goes when the browser is closed. How long the session lives is decided by the server. */
export function setSessionCookie(cookies: Cookies, url: URL, sessionId: string): void {
	cookies.set(nameAt(url), sessionId, {
		path: '/',
		httpOnly: true,
		sameSite: 'lax',
		secure: url.protocol === 'https:'
	});
}

export function clearSessionCookie(cookies: Cookies, url: URL): void {
	cookies.delete(nameAt(url), { path: '/', secure: url.protocol === 'https:' });
}

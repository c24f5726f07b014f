import type { Cookies } from '@sveltejs/kit';

const path = '/wall';
/** Browsers keep no cookie longer; each look at the page begins it anew. */
const keptS = 400 * 86_400;

/** Over https the browser itself binds the name to `Secure`. */
function nameAt(url: URL): string {
	return url.protocol === 'https:' ? '__Secure-qianshao-wall' : 'qianshao-wall';
}

export const readScreenCookie = (cookies: Cookies, url: URL): string | null => cookies.get(nameAt(url)) ?? null;

/** Keeps a screen's token where no script reads it, for the wall's own addresses only; a screen that is switched on again needs nobody. */
export function setScreenCookie(cookies: Cookies, url: URL, token: string): void {
	cookies.set(nameAt(url), token, { path, httpOnly: true, sameSite: 'strict', secure: url.protocol === 'https:', maxAge: keptS });
}

export function clearScreenCookie(cookies: Cookies, url: URL): void {
	cookies.delete(nameAt(url), { path, secure: url.protocol === 'https:' });
}

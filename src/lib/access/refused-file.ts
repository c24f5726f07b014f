import type { RequestEvent } from '@sveltejs/kit';

/** What the page of a refusal is told, by the server only: a header that no link and no form of another site can set. */
export const refusalHeader = 'x-qianshao-refusal';

export type RefusalTold = { readonly status: number; readonly message: string; readonly requestId: string; readonly back: string | null };

/** What a bare error page (`src/error.html`) says; null: some other page. SvelteKit answers with one where a file or an interface refuses. */
export function bareMessage(html: string): string | null {
	const said = /<main data-bare[^>]*>.*?<p id="message">(.*?)<\/p>/s.exec(html);
	return said === null ? null : said[1]!.replace(/&lt;/g, '<').replace(/&quot;/g, '"').replace(/&amp;/g, '&').trim();
}

/** Whether these are the framework's words, which tell nobody anything: `Error: 403`. */
export const isBare = (message: string): boolean => /^(Error: \d+|Not Found|Internal Error)?$/.test(message);

export const writeRefusal = (told: RefusalTold): string => encodeURIComponent(JSON.stringify(told));

export function readRefusal(header: string | null): RefusalTold | null {
	if (header === null) return null;
	try {
		const { status, message, requestId, back } = JSON.parse(decodeURIComponent(header)) as Record<string, unknown>;
		if (typeof status !== 'number' || typeof message !== 'string') return null;
		return { status, message, requestId: typeof requestId === 'string' ? requestId : '', back: typeof back === 'string' && isOwnPath(back) ? back : null };
	} catch {
		return null;
	}
}

const isOwnPath = (path: string): boolean => /^\/(?![/\\])/.test(path);

/** The page of ours that a request came from; null where it came from elsewhere, or from itself. */
export function cameFrom(referrer: string | null, url: URL): string | null {
	if (referrer === null || !URL.canParse(referrer)) return null;
	const from = new URL(referrer);
	return from.origin !== url.origin || from.pathname === url.pathname ? null : from.pathname + from.search;
}

/**
 * The answer to somebody who opened a file in the browser and was refused: a page of ours in words, in place of a bare one. Programs do not
 * ask for pages, and keep what they got.
 */
export async function inWords(event: Pick<RequestEvent, 'request' | 'url' | 'fetch'>, response: Response, requestId: string): Promise<Response> {
	const { headers, status } = response;
	if (status < 400 || !(headers.get('content-type') ?? '').startsWith('text/html')) return response;
	const html = await response.text();
	const message = bareMessage(html);
	if (message === null) return new Response(html, { status, headers });
	const told = writeRefusal({ status, message, requestId, back: cameFrom(event.request.headers.get('referer'), event.url) });
	const page = await event.fetch('/refused', { headers: { [refusalHeader]: told } });
	return page.ok ? new Response(page.body, { status, headers: page.headers }) : new Response(html, { status, headers });
}

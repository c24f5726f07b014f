import { m } from '#lib/messages/messages.js';

/** Seconds after which the page tries again by itself. */
const retrySeconds = 5;

/** The answer while the database cannot be reached: 503, and a page that recovers by itself. */
export function unavailable(wantsPage: boolean, locale: string): Response {
	const headers = { 'retry-after': String(retrySeconds), 'cache-control': 'no-store' };
	if (!wantsPage) {
		return Response.json({ message: m.access_unavailable_title() }, { status: 503, headers });
	}
	const html = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${retrySeconds}">
<title>${m.access_unavailable_title()} · ${m.common_product()}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: flex; align-items: center; justify-content: center;
font: 16px/1.6 system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif; }
main { max-width: 32em; padding: 2rem; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
p { margin: 0; }
</style>
</head>
<body><main role="alert"><h1>${m.access_unavailable_title()}</h1><p>${m.access_unavailable_text()}</p></main></body>
</html>
`;
	return new Response(html, { status: 503, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
}

import { m } from '#lib/messages/messages.js';

/** Seconds after which the page tries again by itself. */
const retrySeconds = 5;

/** Who waits for the answer: somebody who opens a page, a form sent by script, or a script that wants data. */
export type Asker = 'page' | 'form' | 'data';

/** The answer while the database cannot be reached: 503, and a page that recovers by itself. */
export function unavailable(asker: Asker, locale: string): Response {
	const headers = { 'retry-after': String(retrySeconds), 'cache-control': 'no-store' };
	if (asker === 'data') return Response.json({ message: m.access_unavailable_title() }, { status: 503, headers });
	// As an action's refusal, in SvelteKit's serialisation: the page stays, and what was written in it.
	if (asker === 'form') return Response.json({ type: 'failure', status: 503, data: '[{"unavailable":1},true]' }, { headers });
	const html = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${retrySeconds}">
<title>${m.access_unavailable_title()} · ${m.common_product()}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; padding: 0 16px; background: #eff1f4; color: #1a222d;
font: 14px/1.5 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', system-ui, sans-serif; }
main { max-width: 500px; margin: 12vh auto 0; padding: 24px 32px; border: 1px solid #dce0e6; border-left: 3px solid #1b4f8f;
border-radius: 3px; background: #fff; }
h1 { font-size: 20px; line-height: 1.3; margin: 0 0 8px; }
p { margin: 0; }
.status { color: #525d6c; font-size: 12px; }
@media (prefers-color-scheme: dark) {
body { background: #11151a; color: #e3e8ee; }
main { border-color: #2b3440; border-left-color: #82b4ec; background: #191f27; }
.status { color: #a5b0bd; }
}
</style>
</head>
<body><main role="alert"><p class="status">503</p><h1>${m.access_unavailable_title()}</h1><p>${m.access_unavailable_text()}</p></main></body>
</html>
`;
	return new Response(html, { status: 503, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
}

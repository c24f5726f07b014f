import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareMessage, cameFrom, inWords, isBare, readRefusal, refusalHeader, writeRefusal } from '#lib/access/refused-file.ts';

const template = await readFile(new URL('../../src/error.html', import.meta.url), 'utf8');
/** As SvelteKit fills it in. */
const bare = (status: number, message: string) =>
	template.replaceAll('%sveltekit.status%', String(status)).replaceAll('%sveltekit.error.message%', () => message.replace(/&/g, '&amp;').replace(/</g, '&lt;'));
const html = (body: string, status: number) => new Response(body, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });

/** Somebody who opens a file: what the page of the refusal was told, and the answer. */
async function open(response: Response, referer: string | null = null) {
	let told: ReturnType<typeof readRefusal> = null;
	const answer = await inWords(
		{
			request: new Request('http://x/reports/7/tables', { headers: referer === null ? {} : { referer } }),
			url: new URL('http://x/reports/7/tables'),
			fetch: async (path, init) => {
				expect(path).toBe('/refused');
				told = readRefusal(new Headers(init?.headers).get(refusalHeader));
				return html('<h1>page</h1>', 200);
			}
		},
		response, 'number-1'
	);
	return { told, status: answer.status, text: await answer.text() };
}

describe('somebody who opens a file and is refused', () => {
	it('gets the page of the application with the words and the status of the refusal, and the way back', async () => {
		expect(await open(html(bare(409, '报告已撤回'), 409), 'http://x/reports/7?tab=2')).toEqual({
			told: { status: 409, message: '报告已撤回', requestId: 'number-1', back: '/reports/7?tab=2' }, status: 409, text: '<h1>page</h1>'
		});
	});

	it('keeps pages, files and answers to programs as they are', async () => {
		for (const [body, type, status] of [['<main>our own error page</main>', 'text/html', 404], ['{"message":"x"}', 'application/json', 403], ['bytes', 'application/zip', 200], [bare(200, 'x'), 'text/html', 200]] as const) {
			const answer = await open(new Response(body, { status, headers: { 'content-type': type } }));
			expect(answer).toEqual({ told: null, status, text: body });
		}
	});

	it('reads any words out of the bare page and carries them whole', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 400, max: 599 }), (words, status) => {
				const message = words.trim();
				expect(bareMessage(bare(status, message))).toBe(message);
				const told = { status, message, requestId: 'a', back: null };
				expect(readRefusal(writeRefusal(told))).toEqual(told);
			})
		);
	});

	it('is led back to pages of ours only, and never in a circle', () => {
		const url = new URL('http://x/snapshot/A/xlsx');
		expect([cameFrom('http://x/map?a=1', url), cameFrom('http://evil/map', url), cameFrom('http://x/snapshot/A/xlsx', url), cameFrom('nonsense', url), cameFrom(null, url)]).toEqual(['/map?a=1', null, null, null, null]);
		expect(readRefusal(writeRefusal({ status: 403, message: '', requestId: '', back: '//evil' }))?.back).toBe(null);
		expect([readRefusal('%%'), readRefusal('%22x%22'), readRefusal(null)]).toEqual([null, null, null]);
	});

	it('is not told the framework’s words', () => {
		expect(['', 'Error: 403', 'Not Found', '报告已撤回'].map(isBare)).toEqual([true, true, true, false]);
	});
});

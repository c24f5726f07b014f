import { createServer } from 'node:http';
import { once } from 'node:events';

/** A page is asked for so long by all sessions, and no longer. */
const roundMs = 12_000;

/** All sessions ask one after the other, each as soon as it has its answer. */
export async function load(url: string, cookies: readonly string[]): Promise<{ readonly perSecond: number; readonly p95: number }> {
	const times: number[] = [];
	const until = performance.now() + roundMs;
	const began = performance.now();
	await Promise.all(cookies.map(async (cookie) => {
		while (performance.now() < until) times.push(await ask(url, cookie));
	}));
	times.sort((a, b) => a - b);
	return { perSecond: (times.length / (performance.now() - began)) * 1000, p95: times[Math.floor(times.length * 0.95)]! };
}

async function ask(url: string, cookie: string): Promise<number> {
	const began = performance.now();
	const answer = await fetch(url, { headers: { cookie, accept: 'text/html' } });
	await answer.arrayBuffer();
	if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
	return performance.now() - began;
}

/** Half of twenty answers to one session, with nobody else there, are as fast (ms). */
export async function alone(url: string, cookie: string): Promise<number> {
	const times: number[] = [];
	for (let i = 0; i < 20; i++) times.push(await ask(url, cookie));
	return times.sort((a, b) => a - b)[10]!;
}

/** The same bytes from a server that does nothing else. */
export async function bareServer(body: Buffer): Promise<AsyncDisposable & { readonly url: string }> {
	const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length }).end(body));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
}

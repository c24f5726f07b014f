import { feedHead } from '#lib/warnings/feed.server.ts';
import { newsAfter, onFeed } from '#lib/warnings/live.server.ts';
import type { RequestHandler } from './$types';

/** Many changes at once (an evening run, a bulk acknowledgement) are told together. */
const gatherMs = 1_000;
/** Proxies cut quiet connections. */
const heartbeatMs = 20_000;
/** After this the page connects anew and its session is looked at again. */
const lifeMs = 5 * 60_000;

/** Open streams of this process: they would keep a server that is told to stop waiting. */
const streams = new Set<() => void>();
let stopsOnSignal = false;

function closeOnSignal(): void {
	if (stopsOnSignal) return;
	stopsOnSignal = true;
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.once(signal, () => {
			for (const stop of [...streams]) stop();
		});
	}
}

/**
 * New and changed warnings. A stream of server-sent events (`data: { head, entries }`), or with `?poll` the same once as JSON.
 * `?after=ID` (or `Last-Event-ID`) catches up with what came after that feed id.
 */
export const GET: RequestHandler = async ({ locals, request, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const asked = request.headers.get('last-event-id') ?? url.searchParams.get('after') ?? '';
	let after = /^\d{1,18}$/.test(asked) ? asked : await feedHead(db);
	if (url.searchParams.has('poll')) {
		return Response.json(await newsAfter(db, actor, after), { headers: { 'cache-control': 'no-store' } });
	}

	let stop = () => undefined as void;
	const stream = new ReadableStream<Uint8Array>({
		start(controller) {
			const encoder = new TextEncoder();
			const send = (text: string) => controller.enqueue(encoder.encode(text));
			let gathering: ReturnType<typeof setTimeout> | undefined;
			let stopped = false;
			const tell = async () => {
				gathering = undefined;
				try {
					const news = await newsAfter(db, actor, after);
					if (stopped || news.entries.length === 0) return;
					after = news.head;
					send(`id: ${news.head}\ndata: ${JSON.stringify(news)}\n\n`);
				} catch {
					// The database is away: the page reconnects and catches up from the last id it was told.
					stop();
				}
			};
			const soon = () => {
				if (!stopped) gathering ??= setTimeout(() => void tell(), gatherMs);
			};
			const unsubscribe = onFeed(db, soon);
			const heartbeat = setInterval(() => send(': \n\n'), heartbeatMs);
			const life = setTimeout(() => stop(), lifeMs);
			stop = () => {
				if (stopped) return;
				stopped = true;
				streams.delete(stop);
				unsubscribe();
				clearInterval(heartbeat);
				clearTimeout(life);
				clearTimeout(gathering);
				try {
					controller.close();
				} catch {
					// Already gone: the page was closed.
				}
			};
			streams.add(stop);
			closeOnSignal();
			send('retry: 3000\n\n');
			soon();
		},
		cancel: () => stop()
	});
	return new Response(stream, {
		headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' }
	});
};

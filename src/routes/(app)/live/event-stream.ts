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

export type StreamSource = {
	/** Called with what to call when there may be something to tell; returns how to stop. */
	readonly subscribe: (soon: () => void) => () => void;
	/** What to tell now; null: nothing new. An `id` is what the page catches up from. */
	readonly news: () => Promise<{ readonly id?: string; readonly data: unknown } | null>;
};

/** A stream of server-sent events that tells once at its beginning and then whenever its source says so. */
export function eventStream({ subscribe, news }: StreamSource): Response {
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
					const told = await news();
					if (stopped || told === null) return;
					send(`${told.id === undefined ? '' : `id: ${told.id}\n`}data: ${JSON.stringify(told.data)}\n\n`);
				} catch {
					// The database is away: the page reconnects and catches up from the last id it was told.
					stop();
				}
			};
			const soon = () => {
				if (!stopped) gathering ??= setTimeout(() => void tell(), gatherMs);
			};
			const unsubscribe = subscribe(soon);
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
}

import type { EmbeddedServer } from '#db/embedded/server.ts';

const lookEveryMs = 2_000;

/** Starts the embedded server again, at the same address, should it die. Returns what ends the watching. */
export function watchEmbedded(server: EmbeddedServer, log: (line: string) => void): () => Promise<void> {
	const stopped = new AbortController();
	let told = false;
	let looking: Promise<void> = Promise.resolve();
	const look = async () => {
		if (server.isRunning()) return void (told = false);
		if (!told) log('the database has ended, starting it again');
		told = true;
		await server.revive(stopped.signal).catch((error: unknown) => log(error instanceof Error ? error.message : String(error)));
	};
	const timer = setInterval(() => {
		looking = looking.then(() => (stopped.signal.aborted ? undefined : look()));
	}, lookEveryMs);
	return async () => {
		clearInterval(timer);
		stopped.abort();
		await looking;
	};
}

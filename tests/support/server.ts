import { dropLeftovers } from './database.ts';

/** Vitest's global setup: the server that database tests run on is TEST_DATABASE_URL, else an embedded one for this run. */
export async function setup(): Promise<() => Promise<void>> {
	let stop = async (): Promise<void> => undefined;
	if (!process.env['TEST_DATABASE_URL']) {
		const { startTestServer } = await import('#db/embedded/temporary.ts');
		const server = await startTestServer();
		process.env['TEST_DATABASE_URL'] = server.url;
		stop = server.stop;
	}
	await dropLeftovers(process.env['TEST_DATABASE_URL']!);
	return stop;
}

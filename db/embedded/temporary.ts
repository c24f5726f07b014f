import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbedded } from './server.ts';

/**
 * A server for tests and tools: fast instead of durable, kept apart from any data of value.
 *
 * @param inMemory a folder of its own where files are kept in memory: nothing is left in it at the end. Null: a folder of the project, kept.
 */
export async function startTestServer(inMemory: string | null = null): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
	const folder = inMemory ?? fileURLToPath(new URL('../../.cache/test-postgres', import.meta.url));
	const server = await startEmbedded({ folder, durable: false, keep: inMemory === null });
	return { url: server.url, stop: server.stop };
}

/** The given database, else an empty one on the test server that is dropped at the end. */
export async function temporaryDatabase(given: string | undefined): Promise<AsyncDisposable & { readonly url: string }> {
	if (given) return { url: given, [Symbol.asyncDispose]: async () => undefined };
	const server = await startTestServer();
	const name = `qianshao_temporary_${process.pid}`;
	const onServer = async (statement: string) => {
		const client = new pg.Client({ connectionString: server.url });
		await client.connect();
		await client.query(statement).finally(() => client.end());
	};
	await onServer(`create database ${name}`);
	const url = new URL(server.url);
	url.pathname = `/${name}`;
	return {
		url: url.href,
		async [Symbol.asyncDispose]() {
			await onServer(`drop database ${name} with (force)`);
			await server.stop();
		}
	};
}

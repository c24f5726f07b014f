import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { dropLeftovers } from './database.ts';
import { memoryFolder } from './memory.ts';

/** Two test databases of the demo's size, the log before them, and what the others hold. */
const mostGibibytes = 3;

/** Vitest's global setup: the server that database tests run on is TEST_DATABASE_URL, else an embedded one for this run. */
export async function setup(): Promise<() => Promise<void>> {
	let stop = async (): Promise<void> => undefined;
	if (!process.env['TEST_DATABASE_URL']) {
		const { startTestServer } = await import('#db/embedded/temporary.ts');
		const memory = memoryFolder(mostGibibytes);
		const own = createHash('sha256').update(`${process.getuid?.()} ${process.cwd()}`).digest('hex').slice(0, 12);
		const server = await startTestServer(memory === null ? null : join(memory, `qianshao-test-${own}`));
		process.env['TEST_DATABASE_URL'] = server.url;
		stop = server.stop;
	}
	await dropLeftovers(process.env['TEST_DATABASE_URL']!);
	return stop;
}

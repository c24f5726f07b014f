import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { buildWhenNeeded } from '../../src/cli/start/build.ts';

export type Product = AsyncDisposable & { readonly url: string; readonly pid: number };

const startMs = 60_000;

/** The built product's web process on a database, on a free port of loopback. Ends with the bench. */
export async function startProduct(databaseUrl: string, dataDir: string, log: (text: string) => void): Promise<Product> {
	const built = await buildWhenNeeded(log);
	if (!built.ok) throw new Error(built.reason);
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const child = spawn(process.execPath, ['--import', './src/cli/node-version.js', 'src/cli/web.ts'], {
		env: { ...process.env, DATABASE_URL: databaseUrl, DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port), ORIGIN: url, NODE_ENV: 'production' },
		stdio: ['ignore', 'ignore', 'inherit']
	});
	const stop = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill('SIGTERM');
		await Promise.race([once(child, 'exit'), wait(5_000)]);
		if (child.exitCode === null) child.kill('SIGKILL');
	};
	const until = performance.now() + startMs;
	for (;;) {
		const answer = await fetch(`${url}/readyz`).catch(() => null);
		if (answer?.ok) break;
		if (child.exitCode !== null || performance.now() > until) {
			await stop();
			throw new Error('the product did not start');
		}
		await wait(250);
	}
	return { url, pid: child.pid!, [Symbol.asyncDispose]: stop };
}

/** A port of loopback that nobody listens at. */
export async function freePort(): Promise<number> {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, 'close');
	return port;
}

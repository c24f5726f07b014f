import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { acquireLock, type Lock } from '#db/embedded/lock.ts';
import { prepareDatabase, type PreparedDatabase } from './prepare-database.ts';
import { readSettings, type Settings } from '#lib/settings/settings.ts';
import { buildWhenNeeded, npmRun } from './start/build.ts';
import { demoWhenEmpty, forgetInterruption, wasInterrupted, type DemoAccounts } from './start/demo.ts';
import { watchEmbedded } from './start/watch-embedded.ts';
import { waitUntilReady, localAddress } from './start/ready.ts';
import { supervise, type Child, type Supervisor } from './start/supervisor.ts';

const exitCode = { stopped: 0, couldNot: 1, badSetting: 2 } as const;
const development = process.argv.includes('--dev');

/** What has been started so far, to be ended in reverse. */
const cleanup: (() => Promise<void> | void)[] = [];
let ending: Promise<void> | undefined;
const interrupted = new AbortController();

const began = Date.now();
function log(line: string): void {
	if (ending === undefined) console.log(`[${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}`);
}

function end(code: number): Promise<void> {
	return (ending ??= (async () => {
		interrupted.abort();
		for (const step of cleanup.reverse()) {
			await Promise.resolve(step()).catch((error: unknown) => console.error(error instanceof Error ? error.message : error));
		}
		process.exit(code);
	})());
}

async function fail(reason: string): Promise<never> {
	console.error(reason);
	await end(exitCode.couldNot);
	throw new Error('unreachable');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(exitCode.stopped));

const read = readSettings(process.env);
if (!read.ok) {
	console.error(`${read.variable} ${read.reason}`);
	process.exit(exitCode.badSetting);
}

try {
	await start(read.settings);
} catch (error) {
	// While ending, whatever was under way fails: nothing to tell.
	if (ending === undefined) await fail(error instanceof Error ? error.message : String(error));
}

async function start(settings: Settings): Promise<void> {
	const lock = await lockDataDir(settings);
	cleanup.push(() => lock.release());
	await checkPort(settings);

	const database = await openPrepared(settings);
	log(`database ready: ${database.description}`);

	// Side by side: the one mostly waits for the database, the other has a process of its own.
	const [accounts, built] = await Promise.all([
		demoWhenEmpty(database.url, settings, log, interrupted.signal),
		development ? compileMessages() : buildWhenNeeded(log, interrupted.signal)
	]);
	if (!built.ok) await fail(`the build failed:\n${built.reason}`);
	if (ending !== undefined) return;

	if (database.embedded !== null) cleanup.push(watchEmbedded(database.embedded, log));
	const supervisor = supervise(children(settings, database.url), log);
	cleanup.push(() => supervisor.stop());
	await serve(settings, supervisor, accounts);
}

async function serve(settings: Settings, supervisor: Supervisor, accounts: DemoAccounts | null): Promise<void> {
	const gone = supervisor.hopeless.then(({ name, code }) => fail(`${name} does not start (exit code ${code}), see above`));
	await Promise.race([gone, waitUntilReady(settings)]);
	if (ending !== undefined) return;
	supervisor.served();
	if (accounts !== null) {
		log(`demo accounts: ${accounts.names.join(' ')}`);
		log(`their password: ${settings.demoPassword === null ? accounts.password : 'as in DEMO_PASSWORD'}`);
	} else if (!settings.demo) {
		log('no demo: make the first administrators with  npm run --silent cli -- user add NAME --role sysadmin --region CODE');
	}
	console.log(`ready ${localAddress(settings)}`);
}

async function lockDataDir(settings: Settings): Promise<Lock> {
	await mkdir(settings.dataDir, { recursive: true });
	const result = await acquireLock(join(settings.dataDir, 'start.lock'));
	if (result.ok) return result.lock;
	return fail(`already started from ${resolve(settings.dataDir)} (process ${result.holder}): stop it first, or set another DATA_DIR and PORT`);
}

async function checkPort({ host, port }: Settings): Promise<void> {
	const error = await new Promise<NodeJS.ErrnoException | null>((done) => {
		const probe = createServer();
		probe.once('error', done);
		probe.listen({ host, port }, () => probe.close(() => done(null)));
	});
	if (error === null) return;
	if (error.code === 'EADDRINUSE') await fail(`PORT ${port} is in use on ${host}: stop what uses it, or set another PORT`);
	await fail(`cannot listen on HOST ${host}, PORT ${port}: ${error.message}`);
}

async function openPrepared(settings: Settings): Promise<PreparedDatabase> {
	const options = { url: settings.databaseUrl, folder: join(settings.dataDir, 'postgres'), log, signal: interrupted.signal };
	let preparing = prepareDatabase(options);
	cleanup.push(async () => {
		const result = await preparing;
		if (result.ok) await result.stop();
	});
	let prepared = await preparing;
	if (prepared.ok && wasInterrupted(settings)) {
		// A load of the demo was cut off. It had begun on an empty database: nothing of anybody's is in there.
		if (prepared.embedded === null) {
			await fail('loading the demo was interrupted last time: empty the database of DATABASE_URL and start again');
		}
		log('the last start was interrupted while loading the demo: beginning again');
		await prepared.embedded!.empty();
		await forgetInterruption(settings);
		await prepared.stop();
		prepared = await (preparing = prepareDatabase(options));
	}
	if (!prepared.ok) return fail(prepared.reason);
	return prepared;
}

async function compileMessages(): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
	const output = await npmRun('messages', interrupted.signal);
	return output === null ? { ok: true } : { ok: false, reason: output };
}

function children(settings: Settings, url: string): Child[] {
	const env = {
		DATABASE_URL: url,
		DATA_DIR: resolve(settings.dataDir),
		PORT: String(settings.port),
		HOST: settings.host,
		BODY_SIZE_LIMIT: settings.bodySizeLimit,
		LOG_LEVEL: settings.logLevel,
		SHUTDOWN_TIMEOUT: '4',
		...(settings.origin === null ? {} : { ORIGIN: settings.origin })
	};
	const vite = ['dev', '--host', settings.host, '--port', String(settings.port), '--strictPort'];
	return [
		development
			? { name: 'web', file: 'node_modules/vite/bin/vite.js', args: vite, env: { ...env, NODE_ENV: 'development' } }
			: { name: 'web', file: 'src/cli/web.ts', env: { ...env, NODE_ENV: 'production' } },
		{ name: 'worker', file: 'jobs/worker.ts', env: { ...env, NODE_ENV: development ? 'development' : 'production' } }
	];
}

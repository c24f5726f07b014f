import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startEmbedded } from '#db/embedded/server.ts';

const asRoot = process.getuid?.() === 0;

/** A folder below one with these permissions, removed at the end. */
async function folder(mode: number): Promise<AsyncDisposable & { readonly path: string }> {
	const base = await mkdtemp(join(tmpdir(), 'qianshao-embedded-'));
	await chmod(base, mode);
	const path = join(base, 'data');
	await mkdir(path);
	return { path, [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }) };
}

async function ask(url: string, text: string): Promise<unknown> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const { rows } = await client.query<Record<string, unknown>>(text);
		return rows[0] === undefined ? null : Object.values(rows[0])[0];
	} finally {
		await client.end();
	}
}

/** A process of its own that starts the server and then waits to be killed. */
async function otherProcess(path: string) {
	const script = `
		const { startEmbedded } = await import('#db/embedded/server.ts');
		const server = await startEmbedded({ folder: ${JSON.stringify(path)}, durable: false });
		console.log(server.url);
		setInterval(() => undefined, 1000);
	`;
	const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
	const [line] = (await once(child.stdout, 'data')) as [Buffer];
	return { child, url: line.toString().trim() };
}

test('makes a UTF-8 cluster with a password of its own, on loopback, durable; everything is still there after a restart', async () => {
	await using place = await folder(0o755);
	const first = await startEmbedded({ folder: place.path });
	try {
		expect(first.found).toBe(false);
		expect(await ask(first.url, 'show server_encoding')).toBe('UTF8');
		expect(await ask(first.url, `select datlocprovider::text || datlocale from pg_database where datname = current_database()`)).toBe('bC.UTF-8');
		expect(await ask(first.url, 'show fsync')).toBe('on');
		expect(await ask(first.url, 'show listen_addresses')).toBe('127.0.0.1');
		const wrong = new URL(first.url);
		wrong.password = 'guessed';
		await expect(ask(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
		await ask(first.url, `create table kept as select '前哨' as word`);
	} finally {
		await first.stop();
	}
	await expect(ask(first.url, 'select 1')).rejects.toThrow();
	const second = await startEmbedded({ folder: place.path });
	try {
		expect(await ask(second.url, 'select word from kept')).toBe('前哨');
	} finally {
		await second.stop();
	}
});

test('a cluster that is not to be kept goes with the last who uses it, and not before', async () => {
	await using place = await folder(0o755);
	const begin = () => startEmbedded({ folder: place.path, durable: false, keep: false });
	const first = await begin();
	const second = await begin();
	await first.stop();
	expect(await ask(second.url, 'select 1')).toBe(1);
	await second.stop();
	expect(existsSync(second.folder)).toBe(false);
	const third = await begin();
	expect(third.found).toBe(false);
	await third.stop();
});

test('two processes share one server, and it ends with the last of them', async () => {
	await using place = await folder(0o755);
	const other = await otherProcess(place.path);
	const mine = await startEmbedded({ folder: place.path, durable: false });
	expect(mine).toMatchObject({ found: true, url: other.url });
	await mine.stop();
	expect(await ask(other.url, 'select 1')).toBe(1);
	other.child.kill('SIGKILL');
	await once(other.child, 'exit');
	// Nobody stopped it: it lives on, is found, and ends with its new user.
	expect(await ask(other.url, 'select 2')).toBe(2);
	const next = await startEmbedded({ folder: place.path, durable: false });
	expect(next).toMatchObject({ found: true, url: other.url });
	await next.stop();
	await expect(ask(other.url, 'select 1')).rejects.toThrow();
});

test('starts again after the server itself was killed', async () => {
	await using place = await folder(0o755);
	const first = await startEmbedded({ folder: place.path });
	await ask(first.url, `create table kept as select 1 as n`);
	const pid = await ask(first.url, `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int`);
	process.kill(Number(pid), 'SIGKILL');
	// Its children notice and leave.
	await new Promise((resolve) => setTimeout(resolve, 1500));
	const second = await startEmbedded({ folder: place.path });
	try {
		expect(await ask(second.url, 'select n from kept')).toBe(1);
	} finally {
		await second.stop();
		await first.stop();
	}
});

test('works below a folder that is closed to everybody else', async () => {
	await using place = await folder(0o700);
	const told: string[] = [];
	const server = await startEmbedded({ folder: place.path, durable: false, log: (line) => told.push(line) });
	try {
		expect(await ask(server.url, 'select 1')).toBe(1);
		if (asRoot) {
			// The server's account cannot get there: the cluster is elsewhere, and we are told where.
			expect(server.folder.startsWith(place.path)).toBe(false);
			expect(told.join()).toContain(server.folder);
		} else {
			expect(server.folder.startsWith(place.path)).toBe(true);
		}
	} finally {
		await server.stop();
	}
	const again = await startEmbedded({ folder: place.path, durable: false });
	await again.stop();
	expect(again.folder).toBe(server.folder);
	if (asRoot) await rm(dirname(server.folder), { recursive: true, force: true });
});

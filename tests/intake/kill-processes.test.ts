import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '#db/connection.ts';
import { startEmbedded } from '#db/embedded/server.ts';
import { migrateToLatest } from '#db/migrator.ts';
import { seedReference } from '#db/reference/seed.ts';
import { importFile } from '#lib/intake/import.server.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { makeToken, ndjson, writeOffice } from '../api/support.ts';
import { clear, long, moments, nothing, settled, start, traces } from './kill/trial.ts';
import { referenceDatabase, testFolder, usccOf } from './support.ts';

/** What is acknowledged is there, what is not is there wholly or not at all, and sent again it is there once: whoever is killed, whenever. */

const rows = 3_000;
const kills = long ? 100 : 3;
const timeout = 120_000 + kills * 20_000;

const everything = { events: rows, enterprises: rows, keys: rows, done: 1, rejects: 1 };
const records = [
	...Array.from({ length: rows }, (_, i) => ({ uscc: usccOf(i), name: `企业${i}`, occurredOn: `2024-0${1 + (i % 9)}-15`, address: `武进区天元路${i % 50}号` })),
	{ uscc: 'x', name: '坏行', occurredOn: '2024-01-01' }
];
const csv = `uscc,name,occurredOn,address\n${records.map((row) => Object.values(row).join(',')).join('\n')}\n`;

it('the web process, while a system pushes', async () => {
	await using database = await referenceDatabase();
	await using folder = await testFolder();
	const { db, owner } = database;
	await writeOffice(db);
	const token = await makeToken(db, '推送', { kinds: ['registrations'] });
	const env = { DATABASE_URL: database.url, DATA_DIR: folder.path };
	const push = async (url: string): Promise<'acknowledged' | 'broken off'> => {
		try {
			const answer = await fetch(`${url}/api/v1/intake/registrations`, {
				method: 'POST', body: ndjson(records), headers: { authorization: `Bearer ${token.secret}`, 'content-type': 'application/x-ndjson' }
			});
			if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
			expect(await answer.json()).toMatchObject({ rows: rows + 1 });
			return 'acknowledged';
		} catch (error) {
			if (error instanceof TypeError) return 'broken off';
			throw error;
		}
	};
	let web = await start('tests/intake/kill/web.ts', env);
	// Once to be warm: the first takes longest.
	await push(web.line);
	await clear(owner);
	const began = performance.now();
	expect(await push(web.line)).toBe('acknowledged');
	const whole = performance.now() - began;
	let broken = 0;
	for (const moment of moments(kills, whole)) {
		await clear(owner);
		const pushed = push(web.line);
		await wait(moment);
		await web.kill();
		const outcome = await pushed;
		await settled(db);
		if (outcome === 'acknowledged') expect(await traces(db)).toEqual(everything);
		else {
			broken++;
			expect([nothing, everything]).toContainEqual(await traces(db));
		}
		web = await start('tests/intake/kill/web.ts', env);
		expect(await push(web.line)).toBe('acknowledged');
		expect(await traces(db)).toMatchObject({ events: rows, enterprises: rows, keys: rows });
	}
	await web.kill();
	expect(broken).toBeGreaterThan(0);
}, timeout);

it('the worker, while it takes an uploaded file in', async () => {
	await using database = await referenceDatabase();
	await using folder = await testFolder();
	const { db, owner } = database;
	await writeOffice(db);
	await mkdir(join(folder.path, 'uploads'));
	const env = { DATABASE_URL: database.url, DATA_DIR: folder.path };
	const mapping = JSON.stringify({ columns: { uscc: 'uscc', name: 'name', occurredOn: 'occurredOn', address: 'address' } });
	/** As the upload page leaves it: the file stored, the batch waiting for the worker. */
	const ask = async (): Promise<string> => {
		await clear(owner);
		const id = randomUUID();
		await writeFile(join(folder.path, 'uploads', id), csv);
		await db.insertInto('intake_batch').values({ id, source_id: 's1', kind: 'registration', file_name: 'x.csv', file_bytes: csv.length, state: 'running', mapping }).execute();
		await db.insertInto('job_request').values({ job: 'import-upload', payload: JSON.stringify({ batchId: id }), requested_by: 'sysadmin' }).execute();
		return id;
	};
	const state = async (id: string) => (await db.selectFrom('intake_batch').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
	const done = async (id: string) => {
		for (let i = 0; i < 1200 && (await state(id)) !== 'done'; i++) await wait(25);
		expect(await state(id)).toBe('done');
	};
	const work = () => start('tests/intake/kill/worker.ts', env);
	let worker = await work();
	/** As it will be killed: the work is there before the worker. The second time is the warm one. */
	let whole = 0;
	for (let i = 0; i < 2; i++) {
		await worker.kill();
		const id = await ask();
		worker = await work();
		const began = performance.now();
		await done(id);
		whole = performance.now() - began;
	}
	await worker.kill();
	let interrupted = 0;
	for (const moment of moments(kills, whole)) {
		const id = await ask();
		worker = await work();
		await wait(moment);
		await worker.kill();
		await settled(db);
		if ((await state(id)) === 'done') expect(await traces(db)).toEqual(everything);
		else {
			interrupted++;
			expect(await traces(db)).toEqual(nothing);
		}
		// The dead worker's claim runs out: a minute that we do not wait.
		await sql`update job_request set lease_until = now() where state = 'running'`.execute(db);
		worker = await work();
		await done(id);
		await worker.kill();
		expect(await traces(db)).toEqual(everything);
	}
	expect(interrupted).toBeGreaterThan(0);
}, timeout);

it('the database server, with everything it had in memory', async () => {
	const home = await mkdtemp(join(tmpdir(), 'qianshao-kill-'));
	// The server's own account has to get there.
	await chmod(home, 0o755);
	const server = await startEmbedded({ folder: home, durable: true });
	try {
		const migrated = await migrateToLatest(server.url);
		if (!migrated.ok) throw new Error(migrated.reason);
		const owner = openDatabase({ url: server.url, role: 'owner', max: 1 });
		const db = openDatabase({ url: server.url, max: 2 });
		await seedReference(owner);
		const { rows: settings } = await sql<{ fsync: string; commit: string }>`select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`.execute(db);
		expect(settings).toEqual([{ fsync: 'on', commit: 'on' }]);
		const path = join(home, 'rows.csv');
		await writeFile(path, csv);
		const source = await ensureSource(db, '中断试验', 'registration');
		const take = () => importFile(db, { kind: 'registrations', sourceId: source.id, path, mapping: null, actor: null });
		await take();
		await clear(owner);
		const began = performance.now();
		expect(await take()).toMatchObject({ ok: true, accepted: rows });
		const whole = performance.now() - began;
		let interrupted = 0;
		for (const moment of moments(kills, whole)) {
			await clear(owner);
			const taken = take().then((result) => result.ok, () => false);
			await wait(moment);
			await killServer(server.folder);
			const acknowledged = await taken;
			await server.revive();
			if (acknowledged) expect(await traces(db)).toEqual(everything);
			else {
				interrupted++;
				expect([nothing, everything]).toContainEqual(await traces(db));
			}
			expect(await take()).toMatchObject({ ok: true });
			expect(await traces(db)).toMatchObject({ events: rows, enterprises: rows, keys: rows });
		}
		expect(interrupted).toBeGreaterThan(0);
		await Promise.all([db.destroy(), owner.destroy()]);
	} finally {
		await server.stop();
		await rm(home, { recursive: true, force: true });
	}
}, timeout);

/** Kills the server of this folder and all that it started, as a power cut would. */
async function killServer(folder: string): Promise<void> {
	const postmaster = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
	const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], { encoding: 'utf8' }).split('\n').map(Number).filter((pid) => pid > 0);
	const isThere = (pid: number) => {
		try {
			process.kill(pid, 0);
			return true;
		} catch {
			return false;
		}
	};
	for (const pid of [postmaster, ...children]) if (isThere(pid)) process.kill(pid, 'SIGKILL');
	for (let i = 0; i < 400 && [postmaster, ...children].some(isThere); i++) await wait(25);
}

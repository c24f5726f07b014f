import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '#db/connection.ts';
import type { Job } from '../../jobs/job.ts';
import { databaseNow } from '../../jobs/ledger.ts';
import { startWorker } from '../../jobs/worker-loop.ts';
import { testDatabase } from '../support/database.ts';
import { databaseDoor } from '../support/proxy.ts';
import { enqueue, requestState } from './support.ts';

const echo: Job = {
	name: 'echo',
	schedule: null,
	catchUp: { hours: 0, missed: 'latest' },
	run: async ({ db, payload }) => {
		await sql`select pg_sleep(${Number(payload?.['seconds'] ?? 0)})`.execute(db);
		return { heard: payload?.['word'] };
	}
};

test('a worker waits for a database that is away, and makes up for what it missed when it is back', { timeout: 60_000 }, async () => {
	await using database = await testDatabase();
	await using door = await databaseDoor(database.url);
	await using db = openDatabase({ url: door.url, max: 4 });
	const told: string[] = [];
	const worker = startWorker({
		db, owner: () => db, worker: 'a', jobs: [echo], clock: databaseNow, dataDir: '.', log: (line) => told.push(line)
	});
	try {
		const before = await enqueue(database.db, 'echo', { word: 'one' });
		await expect.poll(() => requestState(database.db, before), { timeout: 10_000 }).toMatchObject({ state: 'done' });

		// Cut off in the middle of a run.
		const during = await enqueue(database.db, 'echo', { word: 'two', seconds: 3 });
		await expect.poll(() => requestState(database.db, during), { timeout: 10_000 }).toMatchObject({ state: 'running' });
		await door.shut();
		const away = await enqueue(database.db, 'echo', { word: 'three' });
		await expect.poll(() => told, { timeout: 10_000 }).toContain('the database is away, waiting for it');
		await door.open();
		await expect.poll(() => requestState(database.db, during), { timeout: 20_000 }).toMatchObject({ state: 'done', result: { heard: 'two' } });
		await expect.poll(() => requestState(database.db, away), { timeout: 20_000 }).toMatchObject({ state: 'done', result: { heard: 'three' } });
		await expect.poll(() => told, { timeout: 20_000 }).toContain('the database is back');
	} finally {
		await worker.stop();
	}
});

test('a worker that stops leaves its work to the next one at once', { timeout: 60_000 }, async () => {
	await using database = await testDatabase();
	const { db } = database;
	let begun = 0;
	const patient: Job = {
		...echo,
		async run({ signal }) {
			if (++begun > 1) return { heard: 'at last' };
			await new Promise((resolve) => signal.addEventListener('abort', resolve));
		}
	};
	const shop = { db, owner: () => db, jobs: [patient], clock: databaseNow, dataDir: '.', log: () => undefined };
	const id = await enqueue(db, 'echo', {});
	const first = startWorker({ ...shop, worker: 'a' });
	await expect.poll(() => begun, { timeout: 10_000 }).toBe(1);
	await first.stop();
	expect(await requestState(db, id)).toMatchObject({ state: 'running' });
	const second = startWorker({ ...shop, worker: 'b' });
	try {
		await expect.poll(() => requestState(db, id), { timeout: 10_000 }).toMatchObject({ state: 'done', result: { heard: 'at last' } });
	} finally {
		await second.stop();
	}
});

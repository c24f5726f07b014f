import { expect, test } from 'vitest';
import type { Job } from '../../jobs/job.ts';
import { runRequests } from '../../jobs/lane.ts';
import { leaseMs, releaseClaims } from '../../jobs/ledger.ts';
import { claimRequest, finishRequest } from '../../jobs/requests.ts';
import { testDatabase } from '../support/database.ts';
import { clockAt, enqueue, requestState, workshop } from './support.ts';

const double: Job = {
	name: 'double',
	schedule: null,
	catchUp: { hours: 0, missed: 'latest' },
	async run({ payload }) {
		const n = payload?.['n'];
		if (typeof n !== 'number') throw new Error('n is not a number');
		return { n: n * 2 };
	}
};

test('requests are served oldest first, with their result', async () => {
	await using database = await testDatabase();
	const { db } = database;
	const good = await enqueue(db, 'double', { n: 21 });
	const bad = await enqueue(db, 'double', { n: 'x' });
	expect(await requestState(db, good)).toMatchObject({ state: 'waiting', progress: null });
	expect(await runRequests(workshop(db, 'a', clockAt('2025-06-10T09:00:00'), [double]))).toBe(2);
	expect(await requestState(db, good)).toEqual({ state: 'done', progress: 1, result: { n: 42 }, error: null });
	expect(await requestState(db, bad)).toMatchObject({ state: 'failed', error: 'n is not a number' });
});

test('several workers serve each request once', async () => {
	await using database = await testDatabase();
	const served: number[] = [];
	const count: Job = { ...double, async run({ payload }) { served.push(Number(payload?.['n'])); } };
	for (let n = 0; n < 20; n++) await enqueue(database.db, 'double', { n });
	const clock = clockAt('2025-06-10T09:00:00');
	await Promise.all(['a', 'b', 'c'].map((worker) => runRequests(workshop(database.db, worker, clock, [count]))));
	expect(served.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('a request whose worker has died is taken over; one for an unknown job waits for a worker that knows it', async () => {
	await using database = await testDatabase();
	const { db } = database;
	const clock = clockAt('2025-06-10T09:00:00');
	const id = await enqueue(db, 'double', { n: 1 });
	expect(await claimRequest(db, ['other'], 'a', clock.now)).toBeNull();
	const first = (await claimRequest(db, ['double'], 'a', clock.now))!;
	expect(await claimRequest(db, ['double'], 'b', clock.now)).toBeNull();
	clock.now = new Date(clock.now.getTime() + leaseMs);
	const second = (await claimRequest(db, ['double'], 'b', clock.now))!;
	expect(second).toMatchObject({ id, worker: 'b' });
	await finishRequest(db, first, clock.now, { detail: { by: 'a' } });
	expect(await requestState(db, id)).toMatchObject({ state: 'running' });
	await finishRequest(db, second, clock.now, { detail: { by: 'b' } });
	expect(await requestState(db, id)).toMatchObject({ state: 'done', result: { by: 'b' } });
});

test('a request that ends its worker each time fails after five, and holds up no other; a worker that stops is no attempt', async () => {
	await using database = await testDatabase();
	const { db } = database;
	const clock = clockAt('2025-06-10T09:00:00');
	const deadly = await enqueue(db, 'double', { n: 1 });
	const next = await enqueue(db, 'double', { n: 2 });
	expect(await claimRequest(db, ['double'], 'stopped', clock.now)).toMatchObject({ id: deadly });
	await releaseClaims(db, 'stopped', clock.now);
	for (const worker of ['a', 'b', 'c', 'd', 'd']) {
		expect(await claimRequest(db, ['double'], worker, clock.now)).toMatchObject({ id: deadly });
		clock.now = new Date(clock.now.getTime() + leaseMs);
	}
	expect(await runRequests(workshop(db, 'e', clock, [double]))).toBe(1);
	expect(await requestState(db, next)).toMatchObject({ state: 'done', result: { n: 4 } });
	expect(await requestState(db, deadly)).toMatchObject({ state: 'failed', error: expect.stringContaining('5') });
});

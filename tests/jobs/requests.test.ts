import { expect, test } from 'vitest';
import type { Job } from '../../jobs/job.ts';
import { runRequests } from '../../jobs/lane.ts';
import { leaseMs } from '../../jobs/ledger.ts';
import { claimRequest, enqueue, finishRequest, requestState } from '../../jobs/requests.ts';
import { testDatabase } from '../support/database.ts';
import { clockAt, workshop } from './support.ts';

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

test('requests are served oldest first, with their result for who asked and nobody else', async () => {
	await using database = await testDatabase();
	const { db } = database;
	const good = await enqueue(db, 'double', { n: 21 }, 'me');
	const bad = await enqueue(db, 'double', { n: 'x' }, 'me');
	expect(await requestState(db, good, 'me')).toMatchObject({ state: 'waiting', progress: null });
	expect(await runRequests(workshop(db, 'a', clockAt('2025-06-10T09:00:00'), [double]))).toBe(2);
	expect(await requestState(db, good, 'me')).toEqual({ state: 'done', progress: 1, result: { n: 42 }, error: null });
	expect(await requestState(db, bad, 'me')).toMatchObject({ state: 'failed', error: 'n is not a number' });
	expect(await requestState(db, good, 'you')).toBeNull();
});

test('several workers serve each request once', async () => {
	await using database = await testDatabase();
	const served: number[] = [];
	const count: Job = { ...double, async run({ payload }) { served.push(Number(payload?.['n'])); } };
	for (let n = 0; n < 20; n++) await enqueue(database.db, 'double', { n }, null);
	const clock = clockAt('2025-06-10T09:00:00');
	await Promise.all(['a', 'b', 'c'].map((worker) => runRequests(workshop(database.db, worker, clock, [count]))));
	expect(served.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('a request whose worker has died is taken over; one for an unknown job waits for a worker that knows it', async () => {
	await using database = await testDatabase();
	const { db } = database;
	const clock = clockAt('2025-06-10T09:00:00');
	const id = await enqueue(db, 'double', { n: 1 }, 'me');
	expect(await claimRequest(db, ['other'], 'a', clock.now)).toBeNull();
	const first = (await claimRequest(db, ['double'], 'a', clock.now))!;
	expect(await claimRequest(db, ['double'], 'b', clock.now)).toBeNull();
	clock.now = new Date(clock.now.getTime() + leaseMs);
	const second = (await claimRequest(db, ['double'], 'b', clock.now))!;
	expect(second).toMatchObject({ id, worker: 'b' });
	await finishRequest(db, first, clock.now, { detail: { by: 'a' } });
	expect(await requestState(db, id, 'me')).toMatchObject({ state: 'running' });
	await finishRequest(db, second, clock.now, { detail: { by: 'b' } });
	expect(await requestState(db, id, 'me')).toMatchObject({ state: 'done', result: { by: 'b' } });
});

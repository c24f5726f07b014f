import { expect, test } from 'vitest';
import { openDatabase } from '#db/connection.ts';
import { runScheduled } from '../../jobs/lane.ts';
import { claimRun, extendClaim, finishRun, leaseMs, releaseClaims } from '../../jobs/ledger.ts';
import { testDatabase } from '../support/database.ts';
import { clockAt, dailyJob, workshop } from './support.ts';

const minutes = (n: number) => n * 60_000;
const later = (clock: { now: Date }, ms: number) => (clock.now = new Date(clock.now.getTime() + ms));

test('a job that never ran has missed nothing and begins with the latest due time', async () => {
	await using database = await testDatabase();
	const notes: string[] = [];
	await runScheduled(workshop(database.db, 'a', clockAt('2025-06-10T09:00:00'), [dailyJob(notes)]));
	expect(notes).toEqual(['06-10 02:00']);
});

test('after a week of silence each missed evening is made up for, oldest first, within the named period', async () => {
	await using database = await testDatabase();
	const notes: string[] = [];
	const clock = clockAt('2025-06-01T09:00:00');
	const job = dailyJob(notes, { hours: 24 * 3, missed: 'each' });
	await runScheduled(workshop(database.db, 'a', clock, [job]));
	clock.now = clockAt('2025-06-08T09:00:00').now;
	await runScheduled(workshop(database.db, 'a', clock, [job]));
	expect(notes).toEqual(['06-01 02:00', '06-06 02:00', '06-07 02:00', '06-08 02:00']);
});

test('where one run covers all, only the latest is made', async () => {
	await using database = await testDatabase();
	const notes: string[] = [];
	const clock = clockAt('2025-06-01T09:00:00');
	const job = dailyJob(notes, { hours: 24 * 10, missed: 'latest' });
	await runScheduled(workshop(database.db, 'a', clock, [job]));
	clock.now = clockAt('2025-06-08T09:00:00').now;
	await runScheduled(workshop(database.db, 'a', clock, [job]));
	expect(notes).toEqual(['06-01 02:00', '06-08 02:00']);
});

test("doesn't run twice when the clock is set back", async () => {
	await using database = await testDatabase();
	const notes: string[] = [];
	const clock = clockAt('2025-06-10T02:00:01');
	const shop = workshop(database.db, 'a', clock, [dailyJob(notes)]);
	await runScheduled(shop);
	clock.now = clockAt('2025-06-10T01:30:00').now;
	await runScheduled(shop);
	clock.now = clockAt('2025-06-10T02:00:00').now;
	await runScheduled(shop);
	expect(notes).toEqual(['06-10 02:00']);
});

test('several workers, one run each', async () => {
	await using database = await testDatabase();
	await using other = openDatabase({ url: database.url, max: 4 });
	const notes: string[] = [];
	const clock = clockAt('2025-06-01T09:00:00');
	const slow = dailyJob(notes, { hours: 24 * 30, missed: 'each' }, () => new Promise((resolve) => setTimeout(resolve, 5)));
	const shops = ['a', 'b', 'c', 'd'].map((name, n) => workshop(n % 2 === 0 ? database.db : other, name, clock, [slow]));
	for (let day = 1; day <= 12; day += 3) {
		clock.now = clockAt(`2025-06-${String(day).padStart(2, '0')}T09:00:00`).now;
		// Whoever finds the other at work leaves; looking again and again is what a worker does.
		for (let look = 0; look < 4; look++) await Promise.all(shops.map(runScheduled));
	}
	expect(notes).toEqual(['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'].map((day) => `06-${day} 02:00`));
	const runs = await database.db.selectFrom('job_run').select(['state', 'attempt']).execute();
	expect(runs.every((run) => run.state === 'done' && run.attempt === 1)).toBe(true);
});

test('of twenty who reach for one run at once, one gets it', async () => {
	await using database = await testDatabase();
	const clock = clockAt('2025-06-10T09:00:00');
	const job = dailyJob([]);
	const claims = await Promise.all(
		Array.from({ length: 20 }, (_, n) => claimRun(database.db, job, `worker ${n}`, clock.now))
	);
	expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
});

test('a run whose worker has died is taken over, and the dead one cannot finish it any more', async () => {
	await using database = await testDatabase();
	const clock = clockAt('2025-06-10T09:00:00');
	const job = dailyJob([]);
	const first = (await claimRun(database.db, job, 'a', clock.now))!;
	later(clock, leaseMs - 1);
	expect(await claimRun(database.db, job, 'b', clock.now)).toBeNull();
	expect(await extendClaim(database.db, first, clock.now)).toBe(true);
	later(clock, leaseMs - 1);
	expect(await claimRun(database.db, job, 'b', clock.now)).toBeNull();
	later(clock, 1);
	const second = (await claimRun(database.db, job, 'b', clock.now))!;
	expect(second).toMatchObject({ worker: 'b', attempt: 2 });
	expect(await extendClaim(database.db, first, clock.now)).toBe(false);
	await finishRun(database.db, first, clock.now, { detail: { by: 'a' } });
	await finishRun(database.db, second, clock.now, { detail: { by: 'b' } });
	const run = await database.db.selectFrom('job_run').select(['state', 'detail']).executeTakeFirst();
	expect(run).toEqual({ state: 'done', detail: { by: 'b' } });
});

test('a worker that stops gives its run back at once', async () => {
	await using database = await testDatabase();
	const clock = clockAt('2025-06-10T09:00:00');
	const job = dailyJob([]);
	await claimRun(database.db, job, 'a', clock.now);
	await releaseClaims(database.db, 'a', clock.now);
	expect(await claimRun(database.db, job, 'b', clock.now)).toMatchObject({ attempt: 2 });
});

test('a run that fails is tried again later and less often, then left, and holds up those after it', async () => {
	await using database = await testDatabase();
	const notes: string[] = [];
	const clock = clockAt('2025-06-10T02:00:00');
	let broken = true;
	const shop = workshop(database.db, 'a', clock, [
		dailyJob(notes, undefined, async () => {
			if (broken) throw new Error('no luck');
		})
	]);
	const attempt = async () =>
		(await database.db.selectFrom('job_run').select('attempt').where('state', '=', 'failed').executeTakeFirst())?.attempt;
	await runScheduled(shop);
	await runScheduled(shop);
	expect(await attempt()).toBe(1);
	for (const [wait, expected] of [[1, 2], [3, 2], [1, 3], [9, 4], [16, 5], [600, 5]] as const) {
		later(clock, minutes(wait));
		await runScheduled(shop);
		expect(await attempt()).toBe(expected);
	}
	broken = false;
	clock.now = clockAt('2025-06-11T02:00:00').now;
	await runScheduled(shop);
	expect(notes).toEqual(['06-11 02:00']);
	const failed = await database.db.selectFrom('job_run').select(['error']).where('state', '=', 'failed').execute();
	expect(failed).toEqual([{ error: 'no luck' }]);
});

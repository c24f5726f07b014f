import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { audit } from '#lib/access/audit.server.ts';
import type { JobContext } from '../../jobs/job.ts';
import { anchorAudit } from '../../jobs/anchor-audit.ts';
import { makePartition, makePartitions } from '../../jobs/make-partitions.ts';
import { prune } from '../../jobs/prune.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';

function contextOf(database: TestDatabase, dueAt: string, dataDir = '.'): JobContext {
	return {
		db: database.db,
		owner: () => database.owner,
		dataDir,
		dueAt: new Date(dueAt),
		payload: null,
		signal: new AbortController().signal,
		progress: () => undefined,
		log: () => undefined
	};
}

test('a partition takes over what the default partition held of its month, and is made once', async () => {
	await using database = await testDatabase();
	await sql`
		insert into event (uscc, occurred_at, event_id, kind, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, known_from)
		select '~320102:C13', day, gen_random_uuid(), 'complaint', 's', day::text, 'b', day, '320102', 'given', 'C13', day
		from generate_series(timestamptz '2031-04-30 12:00+08', '2031-06-02 12:00+08', '1 day') day
	`.execute(database.db);
	const where = async () => {
		const { rows } = await sql<{ table: string; n: number }>`
			select tableoid::regclass::text as table, count(*) as n from event group by 1 order by 1
		`.execute(database.db);
		return rows;
	};
	expect(await where()).toEqual([{ table: 'event_default', n: 34 }]);
	expect(await makePartition(database.owner, '2031-05-01')).toBe(true);
	expect(await makePartition(database.owner, '2031-05-01')).toBe(false);
	expect(await where()).toEqual([{ table: 'event_2031_05', n: 31 }, { table: 'event_default', n: 3 }]);
	// It carries the parent's indexes, and the application may write to it.
	const { rows } = await sql<{ n: number }>`select count(*) as n from pg_index where indrelid = 'event_2031_05'::regclass`.execute(database.owner);
	expect(rows[0]!.n).toBeGreaterThanOrEqual(3);
	await sql`update event set item = 'x' where occurred_at >= '2031-05-01 00:00+08' and occurred_at < '2031-05-02 00:00+08'`.execute(database.db);
});

test('partitions are made two years ahead', async () => {
	await using database = await testDatabase();
	const result = await makePartitions.run(contextOf(database, '2027-11-20T03:10:00+08:00'));
	expect(result).toMatchObject({ made: expect.arrayContaining(['2028-01-01', '2029-11-01']) });
	expect(await makePartitions.run(contextOf(database, '2027-11-21T03:10:00+08:00'))).toEqual({ made: [] });
});

test('the end of the audit chain is written outside the database, once for each end', async () => {
	await using database = await testDatabase();
	const dataDir = await mkdtemp(join(tmpdir(), 'qianshao-anchor-'));
	try {
		const context = contextOf(database, '2025-06-10T10:00:00+08:00', dataDir);
		expect(await anchorAudit.run(context)).toEqual({});
		await audit(database.db, null, { action: 'test.done' });
		expect(await anchorAudit.run(context)).toEqual({ seq: 1 });
		expect(await anchorAudit.run(context)).toEqual({});
		const text = await readFile(join(dataDir, 'audit-anchor.jsonl'), 'utf8');
		expect(text.trim().split('\n')).toHaveLength(1);
	} finally {
		await rm(dataDir, { recursive: true });
	}
});

test('records of old runs and old news go, recent ones stay', async () => {
	await using database = await testDatabase();
	await sql`
		insert into job_run (job, due_at, claimed_by, claimed_at, lease_until, state)
		select 'x', now() - days * interval '1 day', 'a', now(), now(), 'done' from unnest(array[1, 399, 401]) days
	`.execute(database.db);
	await sql`
		insert into warning_feed (warning_id, region_code, industry_key, department_id, what, at)
		select 'w', '320412', 'R89', 'd', 'raised', now() - days * interval '1 day' from unnest(array[0, 6, 8]) days
	`.execute(database.db);
	expect(await prune.run(contextOf(database, '2025-06-10T03:40:00+08:00'))).toEqual({ deleted: 2 });
});

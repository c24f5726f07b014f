import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '#db/connection.ts';
import { migrationNames } from '#db/migrator.ts';
import { readMetrics } from '#lib/settings/metrics.server.ts';
import { prometheusText } from '#lib/settings/metrics.ts';
import { readiness } from '#lib/settings/readiness.server.ts';
import { testDatabase } from '../support/database.ts';
import { databaseDoor } from '../support/proxy.ts';

test('is ready with the schema of all migrations, and says which are missing', async () => {
	await using database = await testDatabase();
	const names = await migrationNames();
	expect(await readiness(database.db, names)).toEqual({ ready: true });
	expect(await readiness(database.db, [...names, '9999_later'])).toEqual({ ready: false, reason: 'not-migrated', missing: ['9999_later'] });
	await sql`drop table kysely_migration`.execute(database.owner);
	expect(await readiness(database.db, names)).toMatchObject({ ready: false, reason: 'not-migrated' });
});

test('is not ready while the database is away, and ready again afterwards', async () => {
	await using database = await testDatabase();
	await using door = await databaseDoor(database.url);
	await using db = openDatabase({ url: door.url });
	expect(await readiness(db, [])).toEqual({ ready: true });
	await door.shut();
	expect(await readiness(db, [])).toEqual({ ready: false, reason: 'database-away' });
	expect(prometheusText(await readMetrics(db))).toContain('qianshao_database_up 0\n');
	await door.open();
	expect(await readiness(db, [])).toEqual({ ready: true });
});

test('metrics are written as Prometheus reads them', async () => {
	await using database = await testDatabase();
	await sql`
		insert into job_run (job, due_at, claimed_by, claimed_at, lease_until, state, finished_at)
		values ('a "b"', now(), 'w', now(), now(), 'done', '2025-06-10 00:00+08')
	`.execute(database.db);
	const text = prometheusText(await readMetrics(database.db));
	expect(text).toContain('# TYPE qianshao_database_up gauge\nqianshao_database_up 1\n');
	expect(text).toContain('qianshao_job_last_success_timestamp_seconds{job="a \\"b\\""} 1749484800\n');
	expect(text.split('\n').filter((line) => line !== '' && !/^(# (HELP|TYPE) \w+ .+|\w+(\{.+\})? -?[\d.e+]+)$/.test(line))).toEqual([]);
});

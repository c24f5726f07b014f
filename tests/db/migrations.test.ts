import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseTypes, typesFile } from '#db/generate-types.ts';
import { migrateToLatest, migrationNames } from '#db/migrator.ts';
import { testDatabase } from '../support/database.ts';

test('the checked-in types are those of the migrated database (else: npm run db:types)', async () => {
	await using database = await testDatabase();
	expect(await databaseTypes(database.url)).toBe(await readFile(typesFile, 'utf8'));
});

test('migrating again changes nothing, and a failure is told, not thrown', async () => {
	await using database = await testDatabase();
	expect(await migrateToLatest(database.url)).toEqual({ ok: true, applied: [] });
	const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(database.db);
	expect(rows.map((row) => row.name)).toEqual(await migrationNames());
	expect(await migrateToLatest('postgres://nobody@127.0.0.1:1/none')).toMatchObject({ ok: false, failed: null });
});

test('every key of an enterprise-keyed table contains its uscc', async () => {
	await using database = await testDatabase();
	const { rows } = await sql<{ index: string; columns: string[] }>`
		select i.indexrelid::regclass::text as index, array_agg(a.attname::text) as columns
		from pg_index i
		join pg_class c on c.oid = i.indrelid and not c.relispartition
		join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
		where i.indisunique and c.relnamespace = 'public'::regnamespace
			and c.relname in ('enterprise', 'event', 'enterprise_class', 'professional_grade', 'match_queue', 'warning_subject', 'sampling_object', 'enterprise_link')
		group by i.indexrelid
	`.execute(database.owner);
	expect(rows.length).toBeGreaterThan(6);
	expect(rows.filter((row) => !row.columns.includes('uscc'))).toEqual([]);
});

import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import { expect, test } from 'vitest';
import { openDatabase, withClient } from '#db/connection.ts';
import { isDatabaseDown } from '#db/errors.ts';
import { testDatabase } from '../support/database.ts';

test('days stay strings, whole numbers are numbers or an error, decimals stay strings', async () => {
	await using database = await testDatabase();
	const { rows } = await sql<Record<string, unknown>>`
		select date '2024-02-29' as day, array[date '2024-02-29', null] as days, 9007199254740991::int8 as big, count(*) as n,
			1.10::numeric as amount, current_setting('timezone') as zone
	`.execute(database.db);
	expect(rows[0]).toEqual({
		day: '2024-02-29',
		days: ['2024-02-29', null],
		big: 9007199254740991,
		n: 1,
		amount: '1.10',
		zone: 'Asia/Shanghai'
	});
	await expect(sql`select 9007199254740992::int8 as big`.execute(database.db)).rejects.toThrow(/beyond 2\^53/);
	expect((await sql<{ n: number }>`select 1::int8 as n`.execute(database.db)).rows).toEqual([{ n: 1 }]);
});

test('the application changes rows but not the schema, and only adds to the audit trail and to histories', async () => {
	await using database = await testDatabase();
	const { rows } = await sql<{ role: string }>`select current_user as role`.execute(database.db);
	expect(rows).toEqual([{ role: 'qianshao_app' }]);
	for (const statement of [
		'create table mine (x int)',
		'alter table region add column x int',
		'drop table region',
		'update audit_entry set actor_id = null',
		'delete from audit_entry',
		'truncate audit_entry',
		'update warning_event set note = null',
		'delete from warning_event'
	]) {
		await expect(sql.raw(statement).execute(database.db), statement).rejects.toThrow(/permission denied|must be owner/);
	}
	await sql`select count(*) from audit_entry`.execute(database.db);
});

test('copied rows and statements share one transaction', async () => {
	await using database = await testDatabase();
	const copyThree = (fail: boolean) =>
		withClient(database.db, ({ client, connection }) =>
			connection.transaction().execute(async (trx) => {
				const stream = client.query(copyFrom('copy count_day (region_code, day, kind, industry_key, n) from stdin'));
				await pipeline(Readable.from(['320102\t2024-01-01\tchange\tC13\t1\n', '320102\t2024-01-02\tchange\tC13\t2\n']), stream);
				const seen = await trx.selectFrom('count_day').select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirst();
				expect(seen).toEqual({ n: 2 });
				if (fail) throw new Error('changed my mind');
			})
		);
	await expect(copyThree(true)).rejects.toThrow('changed my mind');
	expect(await database.db.selectFrom('count_day').selectAll().execute()).toEqual([]);
	await copyThree(false);
	expect(await database.db.selectFrom('count_day').selectAll().execute()).toHaveLength(2);
});

test('tells a database that is away from a statement that was refused', async () => {
	await using database = await testDatabase();
	const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' });
	const refused = await sql`select 1`.execute(away).catch((error: unknown) => error);
	await away.destroy();
	expect(isDatabaseDown(refused)).toBe(true);
	expect(isDatabaseDown(new Error('outer', { cause: refused }))).toBe(true);

	const wrong = await sql`select nothing`.execute(database.db).catch((error: unknown) => error);
	expect(isDatabaseDown(wrong)).toBe(false);
	const ended = await sql`select pg_terminate_backend(pg_backend_pid())`.execute(database.owner).catch((error: unknown) => error);
	expect(isDatabaseDown(ended)).toBe(true);
	// The pool recovers by itself, at the latest when it has noticed that the connection is gone.
	await expect.poll(() => sql`select 1`.execute(database.owner).catch(() => null)).toMatchObject({ rows: [{}] });
});

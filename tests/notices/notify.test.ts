import { expect, test } from 'vitest';
import { notify, type NewNotice } from '#lib/notices/notify.server.ts';
import { writeAccount, writePlaces } from '../access/fixtures.ts';
import { testDatabase } from '../support/database.ts';

const assigned = (userId: string, key: string): NewNotice => ({
	userId, kind: 'assigned', objectKind: 'warning', objectId: 'w1', number: '2026-000001', key, detail: { by: '张三' }
});

test('the same thing is told once to a person, and to each person who should know it', async () => {
	await using database = await testDatabase();
	const { db } = database;
	await writePlaces(db);
	const [li, wang] = [await writeAccount(db, 'li', 'monitor'), await writeAccount(db, 'wang', 'monitor')];
	const tell = (notices: readonly NewNotice[]) => db.transaction().execute((trx) => notify(trx, notices));
	await tell([assigned(li, 'a'), assigned(li, 'a'), assigned(wang, 'a'), assigned(li, 'b')]);
	await tell([assigned(li, 'a')]);
	await tell([]);
	const rows = await db.selectFrom('notice').select(['user_id', 'key', 'detail', 'read_at']).orderBy('key').execute();
	expect(rows.map((row) => `${row.user_id === li ? 'li' : 'wang'} ${row.key}`).sort()).toEqual(['li a', 'li b', 'wang a']);
	expect(rows[0]).toMatchObject({ detail: { by: '张三' }, read_at: null });
});

test('what was undone was never told', async () => {
	await using database = await testDatabase();
	const { db } = database;
	await writePlaces(db);
	const li = await writeAccount(db, 'li', 'monitor');
	const failing = db.transaction().execute(async (trx) => {
		await notify(trx, [assigned(li, 'a')]);
		throw new Error('the deed failed');
	});
	await expect(failing).rejects.toThrow('the deed failed');
	expect(await db.selectFrom('notice').selectAll().execute()).toEqual([]);
});

test('two transactions that tell the same people the same things in another order do not wait for each other for ever', async () => {
	await using database = await testDatabase();
	const { db } = database;
	await writePlaces(db);
	const people = await Promise.all(['a', 'b', 'c'].map((name) => writeAccount(db, name, 'monitor')));
	const rounds = Array.from({ length: 20 }, (_, round) => people.map((person) => assigned(person, `round ${round}`)));
	const all = rounds.flat();
	await Promise.all([all, all.toReversed()].map((notices) => db.transaction().execute((trx) => notify(trx, notices))));
	expect(await db.selectFrom('notice').select('id').execute()).toHaveLength(all.length);
});

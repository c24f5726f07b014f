import { afterAll, beforeAll, expect, it } from 'vitest';
import { nextNumbers } from '#db/numbers.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

it('running numbers leave no gap: not by a transaction that fails, not by two at once, and begin again each year', async () => {
	const { db } = database;
	const take = (count: number, year = '2026') => db.transaction().execute((trx) => nextNumbers(trx, 'warning', year, count));
	expect(await take(3)).toBe(1);
	const failed = db.transaction().execute(async (trx) => {
		await nextNumbers(trx, 'warning', '2026');
		throw new Error('undone');
	});
	await expect(failed).rejects.toThrow('undone');
	const both = await Promise.all([take(2), take(2)]);
	expect(both.sort()).toEqual([4, 6]);
	expect(await take(1)).toBe(8);
	expect(await take(1, '2027')).toBe(1);
	expect(await db.transaction().execute((trx) => nextNumbers(trx, 'lead-check', '2026'))).toBe(1);
});

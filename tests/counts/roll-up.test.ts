import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rebuildCounts, recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, enterprise_link, event, match_queue, intake_key, intake_reject, count_touched, watermark, intake_batch,
		count_day, count_city_day, count_county_month, count_city_month, count_history, active_month, count_mark`.execute(database.owner);
});

const a = usccOf(1);
const b = usccOf(2, '320402');
const counts = async (table: 'count_day' | 'count_city_day' | 'count_county_month' | 'count_city_month' | 'active_month') => {
	const { rows } = await sql<{ line: string }>`select t::text as line from ${sql.table(table)} t order by 1`.execute(database.db);
	return rows.map((row) => row.line);
};
const all = async () => [await counts('count_day'), await counts('count_city_day'), await counts('count_county_month'), await counts('count_city_month'), await counts('active_month')];

const registrations = `uscc,name,occurredOn,region,industry\n${a},甲,2024-05-06,320412,C1311\n${b},乙,2024-05-06,320402,H\n`;
const complaints = (lines: readonly string[]) => `id,uscc,occurredOn,complainantId\n${lines.join('\n')}\n`;

describe('the counts', () => {
	it('hold what the events and the history say, at every grain', async () => {
		await imported(database.db, 'registrations', registrations);
		await database.db.insertInto('count_history').values({ region_code: '320412', day: '2024-05-06', kind: 'registration', industry_key: 'C13', n: 7, source_id: 'x' }).execute();
		expect(await recomputeTouched(database.db)).toMatchObject({ pairs: 1, months: 1, version: 1 });
		expect(await counts('count_day')).toEqual(['(320402,2024-05-06,registration,H,1)', '(320412,2024-05-06,registration,C13,8)']);
		expect(await counts('count_city_day')).toEqual(['(320400,2024-05-06,registration,C,8)', '(320400,2024-05-06,registration,H,1)']);
		expect(await counts('count_county_month')).toEqual(['(320402,2024-05-01,registration,H,1,0,1,1,1,1)', '(320412,2024-05-01,registration,C13,8,0,8,8,8,8)']);
		expect(await counts('count_city_month')).toEqual(['(320400,2024-05-01,registration,C,8)', '(320400,2024-05-01,registration,H,1)']);
		expect((await counts('active_month'))[0]).toBe('(320402,2024-05-01,H,1)');
		expect(await recomputeTouched(database.db)).toEqual({ pairs: 0, months: 0, version: null });
	});

	it('count a person who complains about one subject several times a day once, and strangers each', async () => {
		await imported(database.db, 'registrations', registrations);
		await imported(database.db, 'complaints', complaints([
			`1,${a},2024-06-01,13905180001`, `2,${a},2024-06-01 18:00,13905180001`, `3,${a},2024-06-01,`, `4,${a},2024-06-01,`,
			`5,${a},2024-06-02,13905180001`, `6,${b},2024-06-01,13905180001`
		]));
		await recomputeTouched(database.db);
		const lines = (await counts('count_day')).filter((line) => line.includes('complaint'));
		expect(lines).toEqual(['(320402,2024-06-01,complaint,H,1)', '(320412,2024-06-01,complaint,C13,3)', '(320412,2024-06-02,complaint,C13,1)']);
	});

	it('follow corrections, withdrawals and cancellations, and always equal the same counted from nothing', async () => {
		await imported(database.db, 'registrations', registrations);
		await imported(database.db, 'complaints', complaints([`1,${a},2024-06-01,`, `2,${a},2024-06-01,`, `3,${b},2024-07-01,`]));
		await recomputeTouched(database.db);
		await imported(database.db, 'complaints', complaints([`2,${a},2024-08-09,`]));
		await imported(database.db, 'complaints', `id,uscc,occurredOn,撤回\n3,${b},2024-07-01,是\n`);
		await imported(database.db, 'cancellations', `uscc,occurredOn\n${b},2024-08-20\n`);
		await recomputeTouched(database.db);
		const kept = await all();
		expect(kept[0]!.filter((line) => line.includes('complaint'))).toEqual(['(320412,2024-06-01,complaint,C13,1)', '(320412,2024-08-09,complaint,C13,1)']);
		expect(kept[4]!.filter((line) => line.includes(',H,'))).toEqual(['(320402,2024-05-01,H,1)', '(320402,2024-06-01,H,1)', '(320402,2024-07-01,H,1)']);
		await database.db.transaction().execute(rebuildCounts);
		expect(await all()).toEqual(kept);
	});

	it('lose no note that a merge makes while they are being recomputed', async () => {
		await imported(database.db, 'registrations', registrations);
		const rolling = recomputeTouched(database.db);
		await imported(database.db, 'complaints', complaints([`1,${a},2024-06-01,`]));
		await rolling;
		await recomputeTouched(database.db);
		expect((await counts('count_day')).some((line) => line.includes('complaint'))).toBe(true);
		expect(await database.db.selectFrom('count_touched').select('id').execute()).toEqual([]);
	});
});

import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { DB } from '#db/types.ts';
import { addDays, dayOf } from '#lib/calendar/days.ts';
import { judgeArrived } from '#lib/indicators/late/arrived.server.ts';
import { dueEvenings, lateDays } from '#lib/indicators/late/due.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import { counties, load, ordinary, prepared, type Row } from './fixtures.ts';

const first = '2025-01-06';
const on = (day: number) => addDays(first, day);

describe('days that come late', () => {
	const known = (rows: number, share = 0) => () => ({ rows, share });
	const arrival = (day: number, rows: number) => ({ city: 0, day, rows });
	it.each([
		['half a day', arrival(90, 20), known(40), true],
		['a handful of many', arrival(90, 6), known(400), false],
		['too few to tell', arrival(90, 4), known(4), false],
		['what still comes usually', arrival(97, 20), known(100, 0.2), false],
		['three times what still comes usually', arrival(97, 60), known(100, 0.2), true],
		['the day before', arrival(99, 50), known(50), false],
		['history', arrival(20, 500), known(500), false]
	])('are told from what always comes late: %s', (_, one, of, isLate) => {
		expect(lateDays([one], 100, of)).toEqual(isLate ? [one] : []);
	});

	it('are judged oldest first, each evening once for all its cities', () => {
		const due = dueEvenings([{ city: 2, day: 7, rows: 9 }, { city: 1, day: 5, rows: 9 }], [{ city: 1, evening: 7 }, { city: 2, evening: 7 }]);
		expect(due).toEqual([{ evening: 5, cities: new Set([1]) }, { evening: 7, cities: new Set([2, 1]) }]);
	});
});

const marks = async (db: Kysely<DB>, upTo: (city: string) => string, state: (city: string) => string) => {
	await sql`truncate watermark`.execute(db);
	await db
		.insertInto('watermark')
		.values(counties.map((county) => {
			const city = `${county.slice(0, 4)}00`;
			return {
				source_id: 's-complaint', kind: 'complaint', region_code: city, complete_up_to: upTo(city), last_received_at: new Date(),
				state: state(city), changed_at: new Date()
			};
		}))
		.execute();
};
const warnings = (db: Kysely<DB>) =>
	db.selectFrom('warning').select(['indicator_id', 'region_code', 'raised_on', 'first_breach_on', 'occurred_on', 'evaluation', 'title_data']).orderBy('number').execute();

/** Five days in which one county has six times its complaints. */
const rise = (region: string, d: number) => (region === '320502' && d >= 120 && d < 125 ? 6 : 1);

describe('evenings that were held', () => {
	const isOut = (row: Row) => row.region === '320502' && row.day >= on(118) && row.day <= on(150);

	it('are judged again when the data has come, and what is raised says for which day and when it came', async () => {
		const all = ordinary('complaint', first, 165, 1.2, rise);
		await using database = await prepared(all.filter((row) => !isOut(row)));
		const { db, owner } = database;
		await marks(owner, (city) => (city === '320500' ? on(117) : on(200)), (city) => (city === '320500' ? 'late' : 'on-time'));
		await runMonitors(db, { from: on(110), asOf: on(151) });
		expect(await warnings(db)).toEqual([]);
		const held = await db.selectFrom('held_evening').select(['region_code', 'reason', 'source_id']).distinct().execute();
		expect(held).toEqual([{ region_code: '320500', reason: 'late', source_id: 's-complaint' }]);

		await load(owner, all.filter(isOut).map((row) => ({ ...row, received: on(152) })));
		await marks(owner, () => on(200), () => 'on-time');
		expect((await runMonitors(db, { asOf: on(152) })).raised).toBe(1);
		const [warning, ...others] = await warnings(db);
		expect(others).toEqual([]);
		expect(warning).toMatchObject({ indicator_id: 'complaint-surge', raised_on: on(152) });
		expect(warning!.region_code.startsWith('3205')).toBe(true);
		const { late } = warning!.title_data as unknown as { late: { for: string; arrivedOn: string } };
		expect(late.arrivedOn).toBe(on(152));
		expect(late.for >= on(119) && late.for <= on(125)).toBe(true);
		expect(warning!.first_breach_on).toBe(late.for);
		expect(await db.selectFrom('held_evening').select('as_of').where('scored_on', 'is', null).execute()).toEqual([]);
		// The rise is long over: the next evenings clear it like any other.
		await runMonitors(db, { from: on(153), asOf: on(164) });
		expect(await warnings(db)).toMatchObject([{ evaluation: 'cleared' }]);
	});

	it('stay held while nothing has come, and say nothing new when they are judged twice', async () => {
		const all = ordinary('complaint', first, 165, 1.2, rise);
		await using database = await prepared(all.filter((row) => !isOut(row)));
		const { db, owner } = database;
		await marks(owner, (city) => (city === '320500' ? on(117) : on(200)), (city) => (city === '320500' ? 'missing' : 'on-time'));
		await runMonitors(db, { from: on(110), asOf: on(153) });
		const waiting = () => db.selectFrom('held_evening').select((eb) => eb.fn.countAll<number>().as('n')).where('scored_on', 'is', null).executeTakeFirstOrThrow();
		const before = await waiting();
		expect(before.n).toBeGreaterThan(20);
		await load(owner, all.filter(isOut).map((row) => ({ ...row, received: on(154) })));
		await marks(owner, () => on(200), () => 'on-time');
		await runMonitors(db, { asOf: on(154) });
		const after = await warnings(db);
		expect(after).toHaveLength(1);
		// As if the worker had died before it wrote that they were judged.
		await sql`update held_evening set scored_on = null`.execute(owner);
		await sql`delete from monitor_run where as_of = ${on(154)}`.execute(owner);
		await runMonitors(db, { asOf: on(154) });
		expect(await warnings(db)).toEqual(after);
	});
});

describe('rows that come late though nobody missed them', () => {
	const burst: Row[] = Array.from({ length: 16 }, () => ({ kind: 'complaint', day: on(120), region: '320502', industry: 'H62', received: on(144) }));

	it('make their day be judged again', async () => {
		await using database = await prepared([...ordinary('complaint', first, 160, 1.2), ...burst]);
		const { db } = database;
		expect((await runMonitors(db, { from: on(110), asOf: on(143) })).raised).toBe(0);
		expect((await runMonitors(db, { asOf: on(144) })).raised).toBe(1);
		const [warning] = await warnings(db);
		expect(warning).toMatchObject({
			indicator_id: 'complaint-surge', raised_on: on(144), first_breach_on: on(120), title_data: { late: { for: on(120), arrivedOn: on(144) } }
		});
	});

	it('of a shared address raise it for the day on which it was one', async () => {
		const cluster: Row[] = Array.from({ length: 14 }, () => ({
			kind: 'registration', day: on(100), region: '320302', address: '桃林路1号', industry: 'L72', received: on(140)
		}));
		await using database = await prepared([...ordinary('registration', first, 160, 1.2), ...cluster]);
		const { db } = database;
		expect((await runMonitors(db, { from: on(95), asOf: on(139) })).raised).toBe(0);
		await runMonitors(db, { asOf: on(140) });
		expect(await warnings(db)).toMatchObject([
			{ indicator_id: 'shared-address', raised_on: on(140), first_breach_on: on(100), title_data: { late: { for: on(100), arrivedOn: on(140) } } }
		]);
	});
});

describe('a delivery in the middle of the day', () => {
	it('is judged when it has come, once, and not before the first evening was run', async () => {
		const today = dayOf(new Date());
		const start = addDays(today, -150);
		const all = ordinary('complaint', start, 150, 1.2);
		const burst: Row[] = Array.from({ length: 16 }, () => ({ kind: 'complaint', day: addDays(today, -25), region: '320502', industry: 'H62', received: today }));
		await using database = await prepared(all);
		const { db, owner } = database;
		const delivered = async () => {
			await load(owner, burst);
			await owner
				.insertInto('intake_batch')
				.values({ id: 'late', source_id: 's-complaint', kind: 'complaint', state: 'done', accepted: burst.length, first_day: addDays(today, -25), finished_at: new Date() })
				.execute();
		};
		expect(await judgeArrived(db, new Date())).toMatchObject({ kinds: [] });
		await runMonitors(db, { from: addDays(today, -30), asOf: addDays(today, -1) });
		expect(await warnings(db)).toEqual([]);
		await delivered();
		expect(await judgeArrived(db, new Date())).toMatchObject({ kinds: ['complaint'], evenings: 1, raised: 1 });
		expect(await warnings(db)).toMatchObject([{ raised_on: today, title_data: { late: { for: addDays(today, -25), arrivedOn: today } } }]);
		await sql`update count_mark set changed_at = now() + interval '3 minutes' where name = 'late-data'`.execute(owner);
		expect(await judgeArrived(db, new Date())).toMatchObject({ kinds: [], raised: 0 });
	});
});

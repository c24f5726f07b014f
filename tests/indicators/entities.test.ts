import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { rebuildCounts } from '#lib/counts/roll-up.server.ts';
import { loadCounts } from '#lib/indicators/counts.server.ts';
import { loadMarket, tradeRates } from '#lib/indicators/entity-facts.server.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import { ordinary, prepared, type Row } from './fixtures.ts';

const first = '2025-01-06';
const on = (day: number) => addDays(first, day);

const cluster = (day: string, region: string, address: string): Row[] =>
	Array.from({ length: 12 }, (_, i) => ({ kind: 'registration', day, region, address, industry: i % 2 ? 'F51' : 'L72' }));

test('rows corrected later are judged on earlier evenings as they were known then', async () => {
	await using database = await prepared([...ordinary('registration', first, 140, 1.2), ...cluster(on(120), '320302', '桃林路1号')]);
	const { db, owner } = database;
	// Each was sent again on day 135, with the same place and time: a version that came then.
	await sql`
		with before as (update event set known_to = ${`${on(135)}T10:00:00+08:00`} where region_code = '320302' and industry_key in ('F51', 'L72') returning *)
		insert into event
		select (jsonb_populate_record(null::event, to_jsonb(before) || jsonb_build_object(
			'event_id', gen_random_uuid(), 'received_at', known_to, 'known_from', known_to, 'known_to', null, 'industry_key', 'F52'
		))).* from before
	`.execute(owner);
	await owner.transaction().execute(rebuildCounts);
	await runMonitors(db, { from: on(118), asOf: on(126) });
	const [warning, ...others] = await db.selectFrom('warning').selectAll().execute();
	expect(others).toEqual([]);
	expect(warning).toMatchObject({ indicator_id: 'shared-address', observed: 12, industry_key: '*', raised_on: on(120) });
	expect(await db.selectFrom('warning_subject').select('uscc').where('role', '=', 'member').execute()).toHaveLength(12);
	await runMonitors(db, { asOf: on(135) });
	expect(await db.selectFrom('warning').select(['id', 'observed']).execute()).toEqual([{ id: warning!.id, observed: 12 }]);
});

test('the same evenings give the same warnings at once and one by one', async () => {
	const rows = [
		...ordinary('registration', first, 140, 1.2), ...cluster(on(120), '320302', '桃林路1号'), ...cluster(on(123), '320402', '梅园路2号'),
		...ordinary('complaint', first, 140, 1.2, (region, d) => (region === '320502' && d >= 120 && d < 130 ? 6 : 1))
			.map((row, i) => (i % 3 ? row : { ...row, received: addDays(row.day, i % 9) }))
	];
	const traces = [];
	for (const steps of [[[118, 128]], Array.from({ length: 11 }, (_, i) => [118 + i, 118 + i])]) {
		await using database = await prepared(rows);
		for (const [from, to] of steps) await runMonitors(database.db, { from: on(from!), asOf: on(to!) });
		traces.push(await database.db
			.selectFrom('warning')
			.select(['series_key', 'raised_on', 'first_breach_on', 'occurred_on', 'last_breach_on', 'observed', 'expected', 'upper', 'q_value', 'level'])
			.orderBy('series_key').orderBy('raised_on')
			.execute());
	}
	expect(traces[0]!.length).toBeGreaterThan(2);
	expect(traces[1]).toEqual(traces[0]);
}, 120_000);

test('a trade has the enterprises that were active on the evening, and the events known then', async () => {
	await using database = await prepared([
		...Array.from({ length: 20 }, (): Row => ({ kind: 'complaint', day: on(0), region: '320102' })),
		...Array.from({ length: 4 }, (): Row => ({ kind: 'complaint', day: on(1), received: on(40), region: '320102' })),
		...Array.from({ length: 80 }, (): Row => ({ kind: 'registration', day: on(35), region: '320202' }))
	]);
	const { db, owner } = database;
	await sql`update enterprise set cancelled_on = ${on(38)}, status = 'cancelled' where established_on = ${on(1)}`.execute(owner);
	const rates = async (evening: string, from: string, to: string) => {
		const { enterprises, perYear } = tradeRates(await loadMarket(db, from, to), await loadCounts(db, 'complaint', first, to, from, false), evening);
		return { enterprises, perYear: perYear('F5211') };
	};
	for (const [evening, expected] of [
		[on(34), { enterprises: 24, perYear: 20 / 24 }], [on(36), { enterprises: 104, perYear: 20 / 104 }],
		[on(38), { enterprises: 100, perYear: 20 / 100 }], [on(41), { enterprises: 100, perYear: 24 / 100 }]
	] as const) {
		expect(await rates(evening, evening, evening), evening).toEqual(expected);
		expect(await rates(evening, on(20), on(50)), evening).toEqual(expected);
	}
});

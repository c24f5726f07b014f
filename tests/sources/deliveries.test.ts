import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { addDays, dayOf, instantOf } from '#lib/calendar/days.ts';
import { workCalendar } from '#lib/calendar/working-days.ts';
import { acceptPartialDays } from '#lib/sources/accept-partial.server.ts';
import { deliveryDays } from '#lib/sources/deliveries.ts';
import { listDeliveries } from '#lib/sources/deliveries.server.ts';
import { listSources } from '#lib/intake/batches.server.ts';
import { gapsOf } from '#lib/sources/gaps.ts';
import { findPartialDays, learnDelays } from '#lib/sources/learn.server.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { completeToOf } from '#lib/sources/complete-to.server.ts';
import type { Cadence } from '#lib/sources/watermark.ts';
import { refreshWatermarks } from '#lib/sources/watermarks.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { referenceDatabase, usccOf } from '../intake/support.ts';

describe('the calendar of deliveries', () => {
	// 2025-03-03 is a Monday.
	const calendar = workCalendar(new Map());
	const daily = { everyWorkingDaysBy: '09:00' };
	const at = (day: string, time = '08:00') => ({ at: instantOf(day, time), rows: 10 });
	const states = (batches: readonly { readonly at: Date; readonly rows: number }[], cadence: Cadence | null, from: string, to: string, now: Date, since = new Date(0), stoppedAt: Date | null = null) =>
		deliveryDays({ cadence, since, stoppedAt }, batches, from, to, now, calendar).map(({ day, state }) => `${day.slice(8)} ${state}`);

	it.each([
		['in time, the evening before as well', [at('2025-03-03'), at('2025-03-03', '20:00')], ['03 on-time', '04 on-time', '05 waiting']],
		['hours late', [at('2025-03-03', '15:00')], ['03 late', '04 on-time', '05 waiting']],
		['not at all', [at('2025-02-28')], ['03 missed', '04 missed', '05 waiting']]
	])('says of each working day: %s', (_, batches, expected) => {
		expect(states(batches, daily, '2025-03-03', '2025-03-05', instantOf('2025-03-05', '08:30'))).toEqual(expected);
	});

	it('owes nothing on days off, and says when something came all the same', () => {
		expect(states([at('2025-03-08')], daily, '2025-03-08', '2025-03-09', instantOf('2025-03-09', '12:00'))).toEqual(['08 extra', '09 none']);
	});

	it('puts a month’s delivery on the day it came, else on the day it was due', () => {
		const monthly = { monthlyByDay: 5 };
		expect(states([at('2025-03-04')], monthly, '2025-03-03', '2025-03-06', instantOf('2025-03-10')).join()).toBe('03 none,04 on-time,05 none,06 none');
		expect(states([], monthly, '2025-03-03', '2025-03-06', instantOf('2025-03-10')).join()).toBe('03 none,04 none,05 missed,06 none');
	});

	it.each([
		['before it was registered', instantOf('2025-03-04', '10:00'), null, '03 none,04 none,05 missed,06 waiting'],
		['registered before the hour', instantOf('2025-03-04', '08:00'), null, '03 none,04 missed,05 missed,06 waiting'],
		['once it was stopped', new Date(0), instantOf('2025-03-04', '12:00'), '03 missed,04 missed,05 none,06 none']
	])('owes nothing %s', (_, since, stoppedAt, expected) => {
		expect(states([], daily, '2025-03-03', '2025-03-06', instantOf('2025-03-06', '08:00'), since, stoppedAt).join()).toBe(expected);
	});

	it('owes nothing without a cadence', () => {
		expect(states([at('2025-03-04')], null, '2025-03-03', '2025-03-05', instantOf('2025-03-06')).join()).toBe('03 none,04 extra,05 none');
	});
});

describe('until when a kind of a source is complete', () => {
	it.each([
		['no city', [], null],
		['all alike', ['2025-03-05', '2025-03-05'], { day: '2025-03-05', earlier: 0, earliest: '2025-03-05' }],
		['two behind', ['2025-03-05', '2025-03-01', '2025-03-05', '2025-02-27', '2025-03-05'], { day: '2025-03-05', earlier: 2, earliest: '2025-02-27' }],
		['one ahead', ['2025-03-06', '2025-03-05', '2025-03-05'], { day: '2025-03-05', earlier: 0, earliest: '2025-03-05' }],
		['as many here as there', ['2025-03-04', '2025-03-05'], { day: '2025-03-05', earlier: 1, earliest: '2025-03-04' }]
	])('says where most cities stand and who is behind: %s', (_, cities, expected) => {
		expect(completeToOf(cities)).toEqual(expected);
	});
});

describe('what sources have brought', () => {
	let database: TestDatabase;
	const today = '2025-07-07';
	const clock = async () => instantOf(today, '08:00');
	const steward: Actor = {
		id: 'm', name: 'm', displayName: 'm', role: 'monitor', grants: ['steward'], departmentId: 'default', regionCode: '000000', industries: null,
		inspectorId: null, address: null
	};
	beforeAll(async () => {
		database = await referenceDatabase();
	});
	afterAll(() => database[Symbol.asyncDispose]());
	beforeEach(async () => {
		await sql`truncate event, watermark, partial_day, intake_batch, source cascade`.execute(database.owner);
	});

	/** Rows of 80 days, `rows(d)` of the day d days ago, each two days late. */
	async function delivered(rows: (ago: number) => number): Promise<string> {
		const source = await ensureSource(database.db, '投诉平台', 'complaint');
		await database.db.updateTable('source').set({ cadence: JSON.stringify({ everyWorkingDaysBy: '09:00' }) }).execute();
		const days = Array.from({ length: 80 }, (_, i) => ({ day: addDays(today, -1 - i), n: rows(1 + i) })).filter(({ n }) => n > 0);
		await sql`
			insert into event (uscc, occurred_at, event_id, kind, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, known_from)
			select ${usccOf(1)}, (day || ' 10:00:00+08')::timestamptz, gen_random_uuid(), 'complaint', ${source.id}, day || '-' || i, 'b', (day || ' 10:00:00+08')::timestamptz + interval '48 hours',
				'320412', 'given', '-', now()
			from jsonb_to_recordset(${JSON.stringify(days)}::jsonb) as d(day text, n int) cross join lateral generate_series(1, n) i
		`.execute(database.owner);
		await database.owner
			.insertInto('watermark')
			.values({
				source_id: source.id, kind: 'complaint', region_code: '320400', complete_up_to: addDays(today, -1), last_received_at: instantOf(addDays(today, -1), '20:00'),
				state: 'on-time', changed_at: instantOf(today)
			})
			.execute();
		return source.id;
	}
	const mark = () => database.db.selectFrom('watermark').select(['state', 'delay_days', 'delay_rows']).executeTakeFirstOrThrow();

	it('teaches how late they are, and the calendar shows until when they are complete', async () => {
		await delivered(() => 20);
		await learnDelays(database.db, today);
		expect(await mark()).toMatchObject({ delay_days: 2 });
		const listed = await listDeliveries(database.db, steward, await clock());
		if (!listed.ok) throw new Error(listed.reason);
		const [city] = listed.sources[0]!.kinds[0]!.cities;
		expect(city).toMatchObject({ deliveredTo: addDays(today, -1), completeTo: addDays(today, -3), learned: { afterDays: 2 } });
		expect(gapsOf(listed.sources, [])).toEqual([]);
		// The list of sources says the same day.
		const sources = await listSources(database.db, steward);
		const complete = { day: addDays(today, -3), earlier: 0, earliest: addDays(today, -3) };
		expect(sources.ok && sources.sources[0]!.kinds[0]!.complete).toEqual(complete);
		expect(listed.sources[0]!.kinds[0]!.complete).toEqual(complete);
		// Registered on the very day of the test: what was not due yet is not missing.
		expect(listed.sources[0]!.days.filter(({ state }) => state === 'missed')).toEqual([]);
	});

	it('is partial on a day with far too few rows, until the rest comes', async () => {
		const ago = 6;
		await delivered((d) => (d === ago ? 4 : 20));
		await learnDelays(database.db, today);
		expect(await findPartialDays(database.db, today)).toEqual({ found: 1, settled: 0 });
		await refreshWatermarks(database.db, clock);
		expect(await mark()).toMatchObject({ state: 'partial' });
		const listed = await listDeliveries(database.db, steward, await clock());
		const gaps = listed.ok ? gapsOf(listed.sources, []) : [];
		expect(gaps).toMatchObject([{ what: 'partial', cities: ['常州市'], partial: { day: addDays(today, -ago), rows: 4, expected: 20 } }]);

		await sql`
			insert into event (uscc, occurred_at, event_id, kind, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, known_from)
			select uscc, occurred_at, gen_random_uuid(), kind, source_id, 'rest' || i, 'b2', now(), region_code, region_basis, industry_key, now()
			from (select * from event where occurred_at::date = ${addDays(today, -ago)} limit 1) e, generate_series(1, 15) i
		`.execute(database.owner);
		expect(await findPartialDays(database.db, today)).toEqual({ found: 0, settled: 1 });
		await refreshWatermarks(database.db, clock);
		expect(await mark()).toMatchObject({ state: 'on-time' });
	});

	it('is complete when a steward of its department says so, with a reason', async () => {
		const source = await delivered((d) => (d === 6 ? 4 : 20));
		await findPartialDays(database.db, today);
		const accept = (who: Actor, note = '系统检修') => acceptPartialDays(database.db, who, { sourceId: source, kind: 'complaint' }, note);
		expect(await accept({ ...steward, grants: [] })).toMatchObject({ reason: 'not-allowed' });
		expect(await accept({ ...steward, departmentId: 'other' })).toMatchObject({ ok: false });
		expect(await accept(steward, ' ')).toMatchObject({ reason: 'note-missing' });
		expect(await accept(steward)).toEqual({ ok: true, days: 1 });
		expect(await accept(steward)).toMatchObject({ reason: 'not-found' });
		expect(await findPartialDays(database.db, today)).toEqual({ found: 0, settled: 0 });
		expect(dayOf(new Date())).toBe((await database.db.selectFrom('partial_day').select('settled_on').executeTakeFirstOrThrow()).settled_on);
	});
});

import { afterAll, expect, test } from 'vitest';
import { leadSpans, leadTimes } from '#lib/warnings/lead-times.server.ts';
import { testDatabase } from '../support/database.ts';
import { evaluation, leader, latest, outsider, place, run } from './fixtures.ts';

const database = await testDatabase();
const { db, owner } = database;
await place(db);
afterAll(() => database[Symbol.asyncDispose]());

test('lead times are each desk\'s own, in days, with the share that was in time', async () => {
	// Yellow: acknowledged within 3 working days, disposed within 10. Raised on a Monday.
	const cases = [
		{ industryKey: 'H62', occurredOn: '2026-06-06', acknowledged: '2026-06-09', disposed: '2026-06-12' },
		{ industryKey: 'F', occurredOn: '2026-06-08', acknowledged: '2026-06-18', disposed: null },
		{ industryKey: 'H', occurredOn: '2026-06-01', acknowledged: null, disposed: null }
	];
	await run(db, '2026-06-08', cases.map(({ industryKey, occurredOn }) => evaluation({ industryKey, occurredOn })));
	for (const { industryKey, acknowledged, disposed } of cases) {
		const { id, raised_at } = await latest(db, evaluation({ industryKey }).seriesKey);
		const at = (day: string | null) => (day === null ? null : new Date(raised_at.getTime() + (Date.parse(day) - Date.parse('2026-06-08'))));
		await owner.updateTable('warning').set({ acknowledged_at: at(acknowledged), disposed_at: at(disposed), work: disposed ? 'disposed' : acknowledged ? 'acknowledged' : 'new' }).where('id', '=', id).execute();
	}
	const [city] = await leadTimes(db, leader, '2026-06-01', '2026-06-30');
	expect(city).toMatchObject({
		departmentId: 'city', raised: 3, toWarn: { n: 3, half: 2, most: 6 }, toAcknowledge: { n: 2, half: 5.5 }, toDispose: { half: 4, most: 4 },
		acknowledgedInTime: 1, acknowledgeDue: 3, disposedInTime: 1, disposeDue: 3, overdue: 2
	});
	// Of one desk the whole is the desk.
	const whole = await leadSpans(db, leader, '2026-06-01', '2026-06-30');
	expect(whole).toEqual({ toWarn: city!.toWarn, toAcknowledge: city!.toAcknowledge, toDispose: city!.toDispose });
	expect([await leadSpans(db, leader, '2026-07-01', '2026-07-31'), await leadSpans(db, outsider, '2026-06-01', '2026-06-30')].map(({ toWarn }) => toWarn)).toEqual(Array.from({ length: 2 }, () => ({ n: 0, least: null, half: null, most: null })));
	expect(await leadTimes(db, leader, '2026-07-01', '2026-07-31')).toEqual([]);
	expect(await leadTimes(db, outsider, '2026-06-01', '2026-06-30')).toEqual([]);
});

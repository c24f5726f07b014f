import { expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { previewIndicator } from '#lib/indicators/preview.server.ts';
import { ordinary, prepared, type Row } from './fixtures.ts';

const first = '2025-01-06';
const on = (day: number) => addDays(first, day);

async function raisedInPreview(rows: readonly Row[], indicatorId: string): Promise<number> {
	await using database = await prepared(rows);
	const { db, owner } = database;
	await owner
		.insertInto('monitor_run')
		.values({
			indicator_id: 'shared-address', as_of: on(329), version: 1, series: 0, evaluated: 0, raised: 0, held: 0, cleared: 0,
			milliseconds: 0, finished_at: new Date()
		})
		.execute();
	const result = await previewIndicator(db, { indicatorId, version: 1 }, () => undefined);
	expect(await db.selectFrom('warning').select('id').execute()).toEqual([]);
	return result!.weeks.reduce((sum, week) => sum + week.raised, 0);
}

test('a preview of a surge leaves out what clusters account for, as the evening does', async () => {
	const cluster = (address: (i: number) => string): Row[] =>
		Array.from({ length: 12 }, (_, i) => ({ kind: 'registration', day: on(290), region: '320302', address: address(i) }));
	const days = ordinary('registration', first, 330, 1.2);
	expect(await raisedInPreview([...days, ...cluster((i) => `桃林路${i}号`)], 'registration-surge')).toBe(1);
	expect(await raisedInPreview([...days, ...cluster(() => '桃林路1号')], 'registration-surge')).toBe(0);
});

test('a rise that comes back soon after it cleared is one warning, later it is another', async () => {
	const rises = (starts: readonly number[]) =>
		ordinary('complaint', first, 330, 1.2, (region, d) => (region === '320502' && starts.some((start) => d >= start && d < start + 7) ? 7 : 1));
	expect(await raisedInPreview(rises([210]), 'complaint-surge')).toBe(1);
	expect(await raisedInPreview(rises([210, 231]), 'complaint-surge')).toBe(1);
	expect(await raisedInPreview(rises([210, 280]), 'complaint-surge')).toBe(2);
});

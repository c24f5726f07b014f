import type { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import { counties, load, ordinary, prepared, type Row } from './fixtures.ts';

const first = '2025-01-06';
const on = (day: number) => addDays(first, day);

/** As deliveries leave it: a source without a cadence is as far as its last row. */
async function markedTo(db: Kysely<DB>, day: string): Promise<void> {
	await db.deleteFrom('watermark').execute();
	const values = counties.map((county) => ({
		source_id: 's-complaint', kind: 'complaint', region_code: `${county.slice(0, 4)}00`, complete_up_to: day, last_received_at: new Date(`${day}T10:00:00+08:00`), state: 'on-time', changed_at: new Date()
	}));
	await db.insertInto('watermark').values(values).execute();
}

describe('a source that promised no day and falls silent', () => {
	it('holds an open warning from its last row on, neither cleared nor breaching, until rows come again', async () => {
		const rise = (region: string, d: number) => (region === '320502' && d >= 120 ? 6 : 1);
		await using database = await prepared(ordinary('complaint', first, 126, 1.2, rise));
		const { db, owner } = database;
		const [last] = (await db.selectFrom('count_day').select((eb) => eb.fn.max('day').as('day')).execute()).map(({ day }) => day);
		await markedTo(owner, last!);
		await runMonitors(db, { from: on(110), asOf: addDays(last!, 12) });
		const state = async () => (await db.selectFrom('warning').select(['evaluation', 'explanation']).where('indicator_id', '=', 'complaint-surge').execute())[0];
		expect(await state()).toMatchObject({ evaluation: 'held', explanation: { held: { reason: 'missing', since: addDays(last!, 1) } } });
		await load(owner, ordinary('complaint', first, 175, 1.2).filter(({ day }) => day > addDays(last!, 12)));
		await markedTo(owner, on(174));
		await runMonitors(db, { asOf: on(174) });
		expect(await state()).toMatchObject({ evaluation: 'cleared' });
	});

	const bundles = (step: number) => Array.from({ length: 15 }, (_, i) => i * step).flatMap((d) => counties.flatMap((region) => Array.from({ length: 6 }, (): Row => ({ kind: 'complaint', day: on(d), region }))));
	it.each([
		['a bundle every ten days', 10, 8, false], ['a bundle every ten days', 10, 18, true], ['a bundle every month', 30, 26, false], ['a bundle every month', 30, 55, true]
	])('with %s (%i) is held after %i days: %s', async (_, step, pause, held) => {
		await using database = await prepared(bundles(step));
		const { db, owner } = database;
		await markedTo(owner, on(14 * step));
		await runMonitors(db, { asOf: on(14 * step + pause) });
		expect((await db.selectFrom('held_evening').select(['region_code', 'reason', 'since']).execute())).toEqual(held ? counties.map((county) => ({ region_code: `${county.slice(0, 4)}00`, reason: 'missing', since: on(14 * step + 1) })) : []);
	});
});

import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayFromNumber, dayNumber, dayOf, instantOf, timeOf } from '#lib/calendar/days.ts';
import { parseDate } from '#lib/intake/dates.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** Every day of these years, and the hours at which a clock of summer time has another day than one without. */
const days = Array.from({ length: dayNumber('2030-12-31') - dayNumber('1900-01-01') + 1 }, (_, i) => dayFromNumber(dayNumber('1900-01-01') + i));
const times = ['00:00:00', '00:30:00', '12:00:00', '23:30:00', '23:59:59'];

/** What the database makes of instants: their days in Shanghai, and when they were. */
async function inDatabase(instants: readonly string[]): Promise<readonly { readonly day: string; readonly at: number }[]> {
	const { rows } = await sql<{ day: string; at: number }>`
		select (t::timestamptz at time zone 'Asia/Shanghai')::date::text as day, extract(epoch from t::timestamptz)::float8 as at
		from unnest(${instants}::text[]) with ordinality u (t, i) order by i`.execute(database.db);
	return rows;
}

describe('a day is the same one for files, the database and pages, from 1900 to 2030', () => {
	it.each(times)('at %s', async (time) => {
		const parsed = days.map((day) => parseDate(`${day} ${time}`));
		const found = await inDatabase(parsed.map((date) => (date.ok ? date.instant : '')));
		const wrong = days.filter((day, i) => {
			const date = parsed[i]!;
			const shown = dayOf(new Date(found[i]!.at * 1000));
			return !date.ok || date.day !== day || found[i]!.day !== day || shown !== day;
		});
		expect(wrong).toEqual([]);
	});

	it('begins where the database lets it begin', async () => {
		const found = await inDatabase(days.map((day) => `${day} 00:00:00 Asia/Shanghai`));
		expect(days.filter((day, i) => instantOf(day).getTime() !== found[i]!.at * 1000)).toEqual([]);
	});

	it('in summers with a summer time, whatever zone a source writes', async () => {
		const texts = ['1988-07-01T15:30:00Z', '1988-07-01 23:30:00+0800', '1988-07-02 00:30:00+09:00', '1988-07-02 00:30:00'];
		const parsed = texts.map(parseDate);
		expect(parsed.map((date) => date.ok && date.day)).toEqual(texts.map(() => '1988-07-02'));
		const found = await inDatabase(parsed.map((date) => (date.ok ? date.instant : '')));
		expect(new Set(found.map(({ at }) => at)).size).toBe(1);
		expect(timeOf(new Date(found[0]!.at * 1000))).toBe('00:30');
	});
});

import { expect, test } from 'vitest';
import { workingDaysFrom } from '#lib/warnings/deadlines.server.ts';
import { testDatabase } from '../support/database.ts';

test('deadlines are counted in the working days of the calendar as the office has corrected it; else by the weekday', async () => {
	await using database = await testDatabase();
	await database.owner.deleteFrom('calendar_day').where('day', '>=', '2026-06-01').execute();
	// Friday 5 June 2026; the Saturday works, the Monday does not.
	await database.owner
		.insertInto('calendar_day')
		.values([['2026-06-06', false], ['2026-06-08', true]].map(([day, off]) => ({
			day: String(day), off: Boolean(off), lunar_month: 4, lunar_day: 20, assumed: false
		})))
		.execute();
	const add = await workingDaysFrom(database.db, '2026-06-04');
	expect(add('2026-06-05', 0)).toBe('2026-06-05');
	expect(add('2026-06-07', 0)).toBe('2026-06-09');
	expect(add('2026-06-05', 1)).toBe('2026-06-06');
	expect(add('2026-06-04', 3)).toBe('2026-06-09');
	expect(add('2026-06-04', 120)).toBe('2026-11-19');
});

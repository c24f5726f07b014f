import { expect, test } from 'vitest';
import { nothingYet } from '#lib/warnings/list.server.ts';
import { testDatabase } from '../support/database.ts';
import { evaluation, monitor, outsider, place, run } from './fixtures.ts';

test('an empty desk knows whether nothing was ever raised in its jurisdiction, and until when was looked', async () => {
	await using database = await testDatabase();
	const { db } = database;
	await place(db);
	expect(await nothingYet(db, monitor)).toEqual({ never: true, lastEvening: null });
	await run(db, '2026-06-08', [evaluation()]);
	await db
		.insertInto('monitor_run')
		.values({
			indicator_id: 'complaint-surge', as_of: '2026-06-08', version: 1, series: 1, evaluated: 1, raised: 1, held: 0, cleared: 0, milliseconds: 1,
			finished_at: new Date()
		})
		.execute();
	expect(await nothingYet(db, monitor)).toEqual({ never: false, lastEvening: '2026-06-08' });
	expect(await nothingYet(db, outsider)).toEqual({ never: true, lastEvening: '2026-06-08' });
});

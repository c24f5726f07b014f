import { expect, test } from 'vitest';
import { readIndicator } from '#lib/indicators/list.server.ts';
import { seedIndicators } from '#lib/indicators/seed.server.ts';
import { testDatabase } from '../support/database.ts';
import { countyEditor, editor, place } from './fixtures.ts';

const id = 'shared-address';

test('a county reads what an indicator raised in the county, and nothing of what it ran over elsewhere', async () => {
	await using database = await testDatabase();
	const { db, owner } = database;
	await place(owner);
	await seedIndicators(owner);
	const run = { indicator_id: id, version: 1, series: 90, evaluated: 70, held: 5, cleared: 0, milliseconds: 12, finished_at: new Date() };
	await owner.insertInto('monitor_run').values([{ ...run, as_of: '2026-11-16', raised: 3 }, { ...run, as_of: '2026-11-17', raised: 1 }]).execute();
	const raised = [['w1', '320102', '2026-11-16'], ['w2', '320202', '2026-11-16'], ['w3', '320302', '2026-11-16'], ['w4', '320202', '2026-11-17']] as const;
	for (const [key, region, on] of raised) {
		await owner.insertInto('warning_series').values({ series_key: key, indicator_id: id, evaluation: 'breaching', evaluated_on: on }).execute();
		await owner
			.insertInto('warning')
			.values({
				id: key, number: key, series_key: key, indicator_id: id, indicator_version: 1, item: 'registration', scope_kind: 'cell', region_code: region, industry_key: 'C13',
				level: 'blue', evaluation: 'breaching', department_id: 'province', first_breach_on: on, last_breach_on: on, occurred_on: on, raised_at: new Date(`${on}T20:00:00+08:00`),
				raised_on: on, explanation: '{}', changed_at: new Date()
			})
			.execute();
	}
	// The province's people see all; a county's people, and another department of the county, do not.
	await owner.insertInto('department').values({ id: 'county', name: '区局', region_code: '320102' }).execute();
	const of = async (actor: typeof editor) => {
		const found = await readIndicator(db, actor, id);
		if (!found.ok) throw new Error(found.reason);
		return { runs: found.page.runs.map((one) => [one.asOf, one.raised, one.evaluated, one.held, one.milliseconds]), weeks: found.page.weeks };
	};
	expect(await of(editor)).toEqual({ runs: [['2026-11-17', 1, 70, 5, 12], ['2026-11-16', 3, 70, 5, 12]], weeks: [{ from: '2026-11-16', raised: 4 }] });
	expect(await of(countyEditor)).toEqual({ runs: [['2026-11-17', 0, null, null, null], ['2026-11-16', 1, null, null, null]], weeks: [{ from: '2026-11-16', raised: 1 }] });
	expect(await of({ ...editor, industries: ['H'] })).toMatchObject({ weeks: [{ raised: 0 }] });
});

import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { ownerNotices } from '#lib/indicators/coverage/owner-notices.server.ts';
import { confirmCoverage, dismissCoverage, listCoverage } from '#lib/indicators/coverage/coverage.server.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import { lockWarning } from '#lib/warnings/desk.server.ts';
import { feed } from '#lib/warnings/feed.server.ts';
import { approver, counties, countyEditor, editor, ordinary, prepared, type Row } from './fixtures.ts';

const first = '2025-01-06';
const on = (day: number) => addDays(first, day);

async function waitingForLocks(owner: Kysely<DB>): Promise<number> {
	const { rows } = await sql<{ n: number }>`
		select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
	`.execute(owner);
	return rows[0]!.n;
}

const cluster = (day: (i: number) => string, n = 12): Row[] =>
	Array.from({ length: n }, (_, i) => ({ kind: 'registration', day: day(i), region: '320302', address: '桃林路1号', industry: i % 2 ? 'F51' : 'L72' }));

describe('an evening run', () => {
	it('raises an address cluster once, with its members, and no surge of the county for the same cause', async () => {
		await using database = await prepared([...ordinary('registration', first, 140, 1.2), ...cluster((i) => on(120 + Math.floor(i / 2)))]);
		const { db } = database;
		const result = await runMonitors(db, { from: on(118), asOf: on(130) });
		expect(result).toMatchObject({ days: 13, raised: 1 });
		const warnings = await db.selectFrom('warning').selectAll().execute();
		expect(warnings).toHaveLength(1);
		expect(warnings[0]).toMatchObject({
			indicator_id: 'shared-address', scope_kind: 'address', region_code: '320302', industry_key: '*',
			observed: 12, department_id: 'province', evaluation: 'breaching'
		});
		const members = await db.selectFrom('warning_subject').select('role').where('role', '=', 'member').execute();
		expect(members).toHaveLength(12);
	});

	it('changes nothing when it is run again', async () => {
		await using database = await prepared([...ordinary('registration', first, 140, 1.2), ...cluster((i) => on(120 + Math.floor(i / 2)))]);
		const { db } = database;
		const trace = async () => ({
			warnings: await db.selectFrom('warning').selectAll().orderBy('id').execute(),
			events: await db.selectFrom('warning_event').selectAll().orderBy('warning_id').orderBy('seq').execute(),
			runs: await db.selectFrom('monitor_run').selectAll().orderBy('indicator_id').orderBy('as_of').execute()
		});
		await runMonitors(db, { from: on(118), asOf: on(130) });
		const before = await trace();
		expect(await runMonitors(db, { from: on(118), asOf: on(130) })).toMatchObject({ raised: 0, evaluated: 0 });
		expect(await trace()).toEqual(before);
	});

	it('does not know what was received later', async () => {
		await using database = await prepared([
			...ordinary('registration', first, 140, 1.2),
			...cluster(() => on(120)).map((row) => ({ ...row, received: on(127) }))
		]);
		const { db } = database;
		expect((await runMonitors(db, { from: on(118), asOf: on(126) })).raised).toBe(0);
		expect((await runMonitors(db, { asOf: on(127) })).raised).toBe(1);
	});

	it('does not deadlock with people, and does not keep them waiting for the feed', async () => {
		await using database = await prepared([
			...ordinary('complaint', first, 140, 1.2, (region, d) => (region === '320502' && d >= 120 ? 6 : 1)),
			...cluster(() => on(126))
		]);
		const { db } = database;
		await runMonitors(db, { from: on(116), asOf: on(125) });
		const { id } = await db.selectFrom('warning').select('id').where('indicator_id', '=', 'complaint-surge').executeTakeFirstOrThrow();
		let evening: Promise<{ readonly raised: number }> | undefined;
		// As every action of a person: first the row, then the feed. The evening raises the cluster and then comes to that row.
		await db.transaction().execute(async (trx) => {
			const locked = (await lockWarning(trx, editor, id))!;
			evening = runMonitors(db, { asOf: on(126) });
			await expect.poll(() => waitingForLocks(database.owner), { timeout: 20_000 }).toBe(1);
			await feed(trx, [{ ...locked, warningId: id, departmentId: locked.current.departmentId, what: 'note' }]);
		});
		expect((await evening)!.raised).toBe(1);
	});

	it('raises a rise of one county, clears it when it is over, and tells who contributed', async () => {
		await using database = await prepared(
			ordinary('complaint', first, 170, 1.2, (region, d) => (region === '320502' && d >= 120 && d < 130 ? 6 : 1))
		);
		const { db } = database;
		await runMonitors(db, { from: on(116), asOf: on(128) });
		const [warning, ...others] = await db.selectFrom('warning').selectAll().execute();
		expect(others).toEqual([]);
		expect(warning).toMatchObject({ indicator_id: 'complaint-surge', evaluation: 'breaching' });
		expect(warning!.region_code.startsWith('3205')).toBe(true);
		const explanation = warning!.explanation as unknown as { contributors: { enterprises: unknown[] }; series: unknown[] };
		expect(explanation.contributors.enterprises.length).toBeGreaterThan(0);
		expect(explanation.series.length).toBeGreaterThan(10);
		await runMonitors(db, { from: on(129), asOf: on(165) });
		expect(await db.selectFrom('warning').select(['evaluation', 'work']).execute()).toEqual([{ evaluation: 'cleared', work: 'new' }]);
	});

	it('holds what a late source leaves open, and does not take its silence for calm', async () => {
		await using database = await prepared(
			ordinary('complaint', first, 170, 1.2, (region, d) => (region === '320502' && d >= 120 ? (d < 126 ? 6 : 0) : 1))
		);
		const { db, owner } = database;
		await owner
			.insertInto('watermark')
			.values({
				source_id: 's-complaint', kind: 'complaint', region_code: '320500', complete_up_to: on(125), last_received_at: new Date(),
				state: 'late', changed_at: new Date()
			})
			.execute();
		await runMonitors(db, { from: on(116), asOf: on(150) });
		const warnings = await db.selectFrom('warning').select(['evaluation', 'explanation']).execute();
		expect(warnings).toMatchObject([{ evaluation: 'held', explanation: { held: { reason: 'late', source: 's-complaint' } } }]);
	});

	it('lets a department’s own indicator speak about its own jurisdiction only', async () => {
		await using database = await prepared(
			ordinary('complaint', first, 129, 3, (region, d) => ((region === '320502' || region === '320102') && d >= 120 ? 5 : 1))
		);
		const { db } = database;
		await db.insertInto('department').values({ id: 'county', name: '区局', region_code: '320102' }).execute();
		const shipped = await db.selectFrom('indicator_version').selectAll().where('indicator_id', '=', 'complaint-surge').executeTakeFirstOrThrow();
		await db
			.insertInto('indicator')
			.values({ id: 'own', name: '区局自建', name_en: 'own', item: 'complaint', owner_department_id: 'county', created_by: countyEditor.id })
			.execute();
		await db.insertInto('indicator_version').values({ ...shipped, indicator_id: 'own', definition: JSON.stringify(shipped.definition) }).execute();
		await runMonitors(db, { from: on(120), asOf: on(128) });
		const raised = await db.selectFrom('warning').select(['indicator_id', 'region_code']).orderBy('indicator_id').orderBy('region_code').execute();
		const places = (indicator: string) => raised.filter((one) => one.indicator_id === indicator).map((one) => one.region_code.slice(0, 4));
		expect([places('complaint-surge'), places('own')]).toEqual([['3201', '3205'], ['3201']]);
	});

	it('does not take the day that is not due yet for silence', async () => {
		// Delivered every morning for the day before; day 128 is a Wednesday.
		await using database = await prepared(ordinary('complaint', first, 128, 8, (region, d) => (region === '320502' && d >= 120 ? 3 : 1)));
		const { db, owner } = database;
		const mark = (region: string, upTo: string) => ({
			source_id: 's-complaint', kind: 'complaint', region_code: region, complete_up_to: upTo, last_received_at: new Date(), state: 'on-time', changed_at: new Date()
		});
		await owner.insertInto('watermark').values(counties.map((county) => mark(`${county.slice(0, 4)}00`, on(127)))).execute();
		await runMonitors(db, { from: on(120), asOf: on(128) });
		const states = () => db.selectFrom('warning').select('evaluation').execute();
		expect(await states()).toEqual([{ evaluation: 'breaching' }]);
		// Said to be complete, and yet nothing there: that is silence.
		await owner.updateTable('watermark').set({ complete_up_to: on(129) }).execute();
		await runMonitors(db, { asOf: on(129) });
		expect(await states()).toEqual([{ evaluation: 'held' }]);
		// Years without a delivery are not calm either, though nothing is left to look back on.
		await runMonitors(db, { asOf: on(2_200) });
		expect(await states()).toEqual([{ evaluation: 'held' }]);
	});
});

describe('a source that changes its coverage', () => {
	const doubled = () => ordinary('registration', first, 260, 1.2, (_region, d) => (d >= 130 ? 3 : 1));

	it('is one notice and no wave of regional warnings, until somebody confirms and it starts anew', async () => {
		await using database = await prepared(doubled());
		const { db } = database;
		await runMonitors(db, { from: on(110), asOf: on(160) });
		expect(await db.selectFrom('warning').select('id').execute()).toEqual([]);
		const [notice, ...others] = await listCoverage(db, editor);
		expect(others).toEqual([]);
		// The notice is its owner's; others see it in the list.
		expect(await ownerNotices(db, editor)).toEqual({ coverage: 1, items: 0 });
		const elsewhere = { ...editor, departmentId: 'other' };
		expect(await ownerNotices(db, elsewhere)).toEqual({ coverage: 0, items: 0 });
		expect([notice!.own, notice!.owner, (await listCoverage(db, elsewhere))[0]!.own]).toEqual([true, '省局', false]);
		expect(notice).toMatchObject({ sourceId: 's-registration', kind: 'registration', regionCode: '320000', state: 'open', regionsJudged: 6 });
		expect(Math.abs(Date.parse(notice!.changeOn) - Date.parse(on(130)))).toBeLessThanOrEqual(4 * 86_400_000);

		expect(await confirmCoverage(db, approver, notice!.id, { note: '新增六个窗口' })).toMatchObject({ reason: 'not-allowed' });
		expect(await confirmCoverage(db, countyEditor, notice!.id, { note: '新增六个窗口' })).toMatchObject({ reason: 'not-found' });
		expect(await confirmCoverage(db, editor, notice!.id, { note: ' ' })).toMatchObject({ reason: 'note-missing' });
		expect(await confirmCoverage(db, editor, notice!.id, { note: '新增六个窗口' })).toEqual({ ok: true });
		expect(await dismissCoverage(db, editor, notice!.id, { note: '再看' })).toMatchObject({ reason: 'already-decided' });

		await runMonitors(db, { from: on(161), asOf: on(240) });
		expect(await db.selectFrom('warning').select('id').execute()).toEqual([]);
		expect(await listCoverage(db, editor)).toHaveLength(1);
		const run = await db
			.selectFrom('monitor_run').select(['evaluated', 'held'])
			.where('indicator_id', '=', 'registration-surge').where('as_of', '=', on(240)).executeTakeFirstOrThrow();
		expect(run.held).toBe(0);
		expect(run.evaluated).toBeGreaterThan(10);
	});
});

describe('a day that a source entered in bulk', () => {
	it('is one notice; it and its evening are left out, all others are judged, until a person says that it did happen', async () => {
		await using database = await prepared(
			ordinary('registration', first, 190, 3, (region, d) => (d === 151 ? 8 : region === '320502' && d >= 158 && d < 163 ? 6 : 1))
		);
		const { db } = database;
		await runMonitors(db, { from: on(145), asOf: on(157) });
		expect(await db.selectFrom('warning').select('id').execute()).toEqual([]);
		const [notice, ...others] = await listCoverage(db, editor);
		expect(others).toEqual([]);
		expect(notice).toMatchObject({ what: 'bulk', changeOn: on(151), regionsJudged: 6, state: 'open' });
		expect(await db.selectFrom('held_evening').select('as_of').where('as_of', '>', on(152)).execute()).toEqual([]);

		await runMonitors(db, { from: on(158), asOf: on(163) });
		const raised = () => db.selectFrom('warning').select(['region_code', 'title_data']).orderBy('number').execute();
		expect((await raised()).map((one) => one.region_code.slice(0, 4))).toEqual(['3205']);

		expect(await dismissCoverage(db, editor, notice!.id, { note: '商事制度改革首日，确有其事' })).toEqual({ ok: true });
		await runMonitors(db, { asOf: on(164) });
		const late = (await raised()).filter(({ title_data }) => (title_data as { late?: unknown } | null)?.late !== undefined);
		expect(late.length).toBeGreaterThan(0);
		expect(late[0]!.title_data).toMatchObject({ late: { for: on(151) } });
	});
});

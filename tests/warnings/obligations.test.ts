import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { act } from '#lib/warnings/desk.server.ts';
import { fold, type HistoryEvent } from '#lib/warnings/history.ts';
import { merge } from '#lib/warnings/incidents.server.ts';
import { parseFilter } from '#lib/warnings/list-filter.ts';
import { countDoors, listWarnings } from '#lib/warnings/list.server.ts';
import { keepObligations } from '#lib/warnings/obligations.server.ts';
import { fromRow } from '#lib/warnings/rows.ts';
import { snooze } from '#lib/warnings/snooze.server.ts';
import type { DeskStep } from '#lib/warnings/work-steps.ts';
import { testDatabase } from '../support/database.ts';
import { colleague, evaluation, latest, leader, monitor, outsider, place, run } from './fixtures.ts';

const database = await testDatabase();
const { db, owner } = database;
await place(db);
afterAll(() => database[Symbol.asyncDispose]());

const { rows: clock } = await sql<{ today: string }>`select (now() at time zone 'Asia/Shanghai')::date::text as today`.execute(db);
const today = clock[0]!.today;
const filter = (query: string) => parseFilter(new URLSearchParams(query));

beforeEach(async () => {
	await owner.deleteFrom('notice').execute();
	await owner.deleteFrom('warning_event').execute();
	await owner.updateTable('warning').set({ parent_id: null }).execute();
	await owner.deleteFrom('warning').execute();
	await owner.deleteFrom('warning_series').execute();
	await owner.deleteFrom('incident').execute();
	await db.updateTable('app_user').set({ state: 'active', department_id: 'city' }).where('id', 'in', [monitor.id, colleague.id, leader.id]).execute();
	await db.updateTable('department').set({ head_id: null, deputy_id: null }).execute();
	await db.deleteFrom('duty_day').execute();
});

async function open(change: Parameters<typeof evaluation>[0] = {}, asOf = today) {
	const said = evaluation(change);
	await run(db, asOf, [said]);
	return latest(db, said.seriesKey);
}

async function step(actor: Actor, id: string, asked: DeskStep) {
	const { version } = await db.selectFrom('warning').select('version').where('id', '=', id).executeTakeFirstOrThrow();
	const done = await act(db, actor, { id, version }, asked);
	expect(done).toMatchObject({ ok: true });
}

async function expectFolds() {
	const rows = await db.selectFrom('warning').selectAll().execute();
	for (const row of rows) {
		const events = await db.selectFrom('warning_event').selectAll().where('warning_id', '=', row.id).orderBy('seq').execute();
		const history = events.map((e) => ({ seq: e.seq, axis: e.axis, action: e.action, set: (e.data as { set: object }).set }) as HistoryEvent);
		expect(fold(history)).toEqual(fromRow(row));
	}
}

const told = (kind: string) => db.selectFrom('notice').select(['user_id as userId', 'number']).where('kind', '=', kind).orderBy('user_id').execute();

describe('the clock', () => {
	test('reports what is overdue to the deputy, the head and the level above, each once', async () => {
		await db.updateTable('department').set({ head_id: leader.id, deputy_id: colleague.id }).where('id', '=', 'city').execute();
		const w = await open({}, addDays(today, -60));
		expect(await keepObligations(db)).toMatchObject({ escalated: 1 });
		// Long overdue: straight to the top that there is.
		expect(await latest(db)).toMatchObject({ escalation: 3, work: 'new' });
		expect(await told('escalated')).toEqual([{ userId: leader.id, number: w.number }]);
		expect(await keepObligations(db)).toMatchObject({ escalated: 0, reminded: 0 });
		expect(await told('escalated')).toHaveLength(1);
		const event = await db.selectFrom('warning_event').selectAll().where('action', '=', 'escalate').executeTakeFirstOrThrow();
		expect(event).toMatchObject({ axis: 'work', actor_id: null, data: { step: 'above', owed: 'acknowledge', to: [leader.id] } });
		await expectFolds();
	});

	test('begins again when another obligation begins', async () => {
		const w = await open({}, addDays(today, -60));
		await keepObligations(db);
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		expect(await latest(db)).toMatchObject({ escalation: 0 });
		expect(await keepObligations(db)).toMatchObject({ escalated: 1 });
		await expectFolds();
	});

	test('reminds whoever has it, in time and once; of what nobody has, the person on duty', async () => {
		await db.insertInto('duty_day').values({ department_id: 'city', day: today, user_id: colleague.id }).execute();
		const w = await open({ level: 'orange' });
		expect(await keepObligations(db)).toMatchObject({ reminded: 1, escalated: 0 });
		expect(await told('reminder')).toEqual([{ userId: colleague.id, number: w.number }]);
		await keepObligations(db);
		expect(await told('reminder')).toHaveLength(1);
		await db.updateTable('warning').set({ acknowledge_due: addDays(today, 30) }).where('id', '=', w.id).execute();
		expect(await keepObligations(db)).toMatchObject({ reminded: 0 });
	});

	test('reminds of many at once, and not again one by one when some of them are done', async () => {
		await db.insertInto('duty_day').values({ department_id: 'city', day: today, user_id: colleague.id }).execute();
		const regions = ['320402', '320404', '320411', '320412'];
		const many = regions.flatMap((regionCode) => ['H61', 'H62', 'F52'].map((industryKey) => evaluation({ level: 'orange', regionCode, industryKey, seriesKey: `${regionCode}|${industryKey}` })));
		await run(db, today, many);
		await owner.deleteFrom('notice').execute();
		expect(await keepObligations(db)).toMatchObject({ reminded: 12 });
		const one = [{ userId: colleague.id, number: null }];
		expect(await told('reminder')).toEqual(one);
		for (const { seriesKey } of many.slice(0, 5)) await step(monitor, (await latest(db, seriesKey)).id, { action: 'acknowledge', note: '' });
		await keepObligations(db);
		expect(await told('reminder')).toEqual(one);
	});

	test('tells much for one person as one notice with its number', async () => {
		const many = Array.from({ length: 12 }, (_, i) => evaluation({ seriesKey: `s${i}`, industryKey: `F${51 + i}` }));
		await db.insertInto('industry').values(many.map(({ industryKey }) => ({ key: industryKey, code: industryKey.slice(1), level: 2, parent_key: 'F', name: industryKey }))).onConflict((c) => c.doNothing()).execute();
		await run(db, addDays(today, -60), many);
		expect(await keepObligations(db)).toMatchObject({ escalated: 12 });
		const rows = await db.selectFrom('notice').select(['object_kind', 'object_id', 'detail']).where('kind', '=', 'escalated').execute();
		expect(rows).toEqual([{ object_kind: 'warnings', object_id: 'overdue', detail: { n: 12 } }]);
	});

	test('gives work of an account that can no longer do it back to its desk', async () => {
		const w = await open();
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		await step(monitor, w.id, { action: 'investigate', note: '' });
		await db.updateTable('app_user').set({ state: 'disabled' }).where('id', '=', monitor.id).execute();
		expect(await keepObligations(db)).toMatchObject({ returned: 1 });
		expect(await latest(db)).toMatchObject({ work: 'new', owner_id: null, acknowledged_at: null });
		expect(await told('returned')).toEqual([{ userId: colleague.id, number: w.number }]);
		expect(await keepObligations(db)).toMatchObject({ returned: 0 });
		await expectFolds();
	});

	test('ends a snooze by itself and says so to whoever has the warning', async () => {
		const w = await open();
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		await snooze(db, monitor, w.id, today, '促销周，等活动结束');
		expect(await keepObligations(db)).toMatchObject({ resurfaced: 0 });
		await db.updateTable('warning_series').set({ snoozed_until: new Date(Date.now() - 60_000) }).execute();
		expect(await keepObligations(db)).toMatchObject({ resurfaced: 1 });
		expect(await told('resurfaced')).toEqual([{ userId: monitor.id, number: w.number }]);
		expect(await keepObligations(db)).toMatchObject({ resurfaced: 0 });
		const event = await db.selectFrom('warning_event').selectAll().where('action', '=', 'wake').executeTakeFirstOrThrow();
		expect(event).toMatchObject({ axis: 'visibility', actor_id: null });
		await expectFolds();
	});
});

describe('a wider episode', () => {
	const counties = [evaluation({ industryKey: 'H62', level: 'blue' }), evaluation({ regionCode: '320411', industryKey: 'H62', level: 'blue' })];
	const city = evaluation({ regionCode: '320400', industryKey: 'H62', level: 'orange' });

	test('absorbs the narrower ones, which stay visible under it and wait at no door', async () => {
		await run(db, addDays(today, -1), counties);
		await run(db, today, [...counties, city]);
		const parent = await latest(db, city.seriesKey);
		const doors = await countDoors(db, monitor, filter('door=new'));
		expect(doors).toMatchObject({ new: 1, all: 3 });
		const { rows } = await listWarnings(db, monitor, filter('door=new'));
		expect(rows).toMatchObject([{ id: parent.id, children: 2 }]);
		const under = await listWarnings(db, monitor, filter(`door=all&parent=${parent.id}`));
		expect(under.rows.map((row) => row.parentNumber)).toEqual([parent.number, parent.number]);
		await expectFolds();
	});

	test('gives them back with new deadlines when it is closed', async () => {
		await run(db, addDays(today, -40), counties);
		await run(db, addDays(today, -39), [city]);
		const parent = await latest(db, city.seriesKey);
		expect(await keepObligations(db)).toMatchObject({ escalated: 1 });
		await step(monitor, parent.id, { action: 'acknowledge', note: '' });
		await step(monitor, parent.id, { action: 'close', reason: 'normal-cause', cause: 'promotion', note: '旅游节' });
		expect(await countDoors(db, monitor, filter('door=new'))).toMatchObject({ new: 2, overdue: 2 });
		expect(await keepObligations(db)).toMatchObject({ parents: 2, escalated: 0 });
		expect(await countDoors(db, monitor, filter('door=new'))).toMatchObject({ new: 2, overdue: 0 });
		await expectFolds();
	});

	test('leaves alone what somebody has taken, but shows it as its own', async () => {
		await run(db, addDays(today, -1), counties);
		const first = await latest(db, counties[0]!.seriesKey);
		await step(monitor, first.id, { action: 'acknowledge', note: '' });
		await run(db, today, [...counties, city]);
		expect(await latest(db, counties[0]!.seriesKey)).toMatchObject({ work: 'acknowledged', owner_id: monitor.id });
		expect(await countDoors(db, monitor, filter('door=mine'))).toMatchObject({ mine: 1 });
	});
});

describe('an incident', () => {
	test('holds several warnings, each with its own history, and gives them back without loss', async () => {
		const a = await open();
		const b = await open({ industryKey: 'H62' });
		await step(monitor, a.id, { action: 'acknowledge', note: '我来' });
		const seen = (await db.selectFrom('warning').select(['id', 'version']).execute()).map((row) => row);
		const merged = await merge(db, colleague, seen, { title: '某某广场停业' }, '同一商场');
		expect(merged).toMatchObject({ ok: true });
		expect(await told('incident-merged')).toMatchObject([{ userId: monitor.id }]);
		const { incidentId } = merged as { incidentId: string };
		expect((await listWarnings(db, monitor, filter(`door=all&incident=${incidentId}`))).rows).toHaveLength(2);
		await step(colleague, b.id, { action: 'split', note: '' });
		expect((await listWarnings(db, monitor, filter(`door=all&incident=${incidentId}`))).rows.map((row) => row.id)).toEqual([a.id]);
		expect(await latest(db)).toMatchObject({ work: 'acknowledged', owner_id: monitor.id });
		await expectFolds();
	});

	test('is made of all or of none', async () => {
		const a = await open();
		const b = await open({ industryKey: 'H62' });
		await step(colleague, b.id, { action: 'acknowledge', note: '' });
		const stale = [a, b].map(({ id, version }) => ({ id, version }));
		expect(await merge(db, monitor, stale, { title: '事件' }, '')).toMatchObject({ ok: false, reason: 'conflict', id: b.id });
		expect(await db.selectFrom('incident').selectAll().execute()).toEqual([]);
		expect((await db.selectFrom('warning').select('incident_id').execute()).map((row) => row.incident_id)).toEqual([null, null]);
		expect(await merge(db, outsider, stale, { title: '事件' }, '')).toMatchObject({ reason: 'not-found' });
		expect(await merge(db, monitor, stale, { title: ' ' }, '')).toMatchObject({ reason: 'title-missing' });
	});
});

import type { Kysely } from 'kysely';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { verifyAudit } from '#lib/access/audit.server.ts';
import { act, undo } from '#lib/warnings/desk.server.ts';
import { warningDetail } from '#lib/warnings/detail.server.ts';
import { fold, type HistoryEvent } from '#lib/warnings/history.ts';
import { doors, parseCursor, parseFilter, type Cursor, type ListFilter } from '#lib/warnings/list-filter.ts';
import { countDoors, listWarnings } from '#lib/warnings/list.server.ts';
import { newsAfter, onFeed } from '#lib/warnings/live.server.ts';
import { feedHead } from '#lib/warnings/feed.server.ts';
import { liveSeries } from '#lib/warnings/machine.server.ts';
import { fromRow } from '#lib/warnings/rows.ts';
import { snooze } from '#lib/warnings/snooze.server.ts';
import type { DeskStep } from '#lib/warnings/work-steps.ts';
import { bulk } from '../../src/routes/(app)/warnings/bulk.server.ts';
import { testDatabase } from '../support/database.ts';
import { catering, colleague, dispose, evaluation, latest, leader, monitor, outsider, place, run } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
await place(db);
afterAll(() => database[Symbol.asyncDispose]());

const filter = (query: string): ListFilter => parseFilter(new URLSearchParams(query));

beforeEach(async () => {
	const owner = database.owner;
	await owner.deleteFrom('notice').execute();
	await owner.deleteFrom('warning_event').execute();
	await owner.deleteFrom('warning').execute();
	await owner.deleteFrom('warning_series').execute();
	await owner.deleteFrom('routing').execute();
});

/** A new warning on the city's desk. */
async function open(change: Parameters<typeof evaluation>[0] = {}) {
	const said = evaluation(change);
	await run(db, '2026-06-08', [said]);
	const row = await latest(db, said.seriesKey);
	return { ...row, seen: { id: row.id, version: row.version } };
}

async function step(actor: Actor, id: string, asked: DeskStep) {
	const { version } = await db.selectFrom('warning').select('version').where('id', '=', id).executeTakeFirstOrThrow();
	return act(db, actor, { id, version }, asked);
}

/** Kinds of what a person was told, oldest first. */
async function told(actor: Actor): Promise<string[]> {
	const rows = await db.selectFrom('notice').select('kind').where('user_id', '=', actor.id).orderBy('id').execute();
	return rows.map((row) => row.kind).filter((kind) => kind !== 'raised');
}

async function expectFold(database: Kysely<DB>, id: string) {
	const row = await database.selectFrom('warning').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
	const events = await database.selectFrom('warning_event').selectAll().where('warning_id', '=', id).orderBy('seq').execute();
	const history = events.map((e) => ({ seq: e.seq, axis: e.axis, action: e.action, set: (e.data as { set: object }).set }) as HistoryEvent);
	expect(fold(history)).toEqual(fromRow(row));
}

describe('the machine', () => {
	test('opens one episode of a series, and changes nothing when the same is said again', async () => {
		expect(await run(db, '2026-06-08', [evaluation()])).toMatchObject({ raised: 1 });
		expect(await run(db, '2026-06-08', [evaluation()])).toMatchObject({ raised: 0, refreshed: 0 });
		expect(await run(db, '2026-06-09', [evaluation({ observed: 41 })])).toMatchObject({ raised: 0, refreshed: 1 });
		const rows = await db.selectFrom('warning').selectAll().execute();
		expect(rows).toHaveLength(1);
		expect(rows[0]).toMatchObject({ observed: 41, last_breach_on: '2026-06-09', raised_on: '2026-06-08', work: 'new', department_id: 'city' });
		await expectFold(db, rows[0]!.id);
	});

	test('two runs at once still open one episode', async () => {
		await Promise.all([run(db, '2026-06-08', [evaluation()]), run(db, '2026-06-08', [evaluation()])]);
		expect(await db.selectFrom('warning').select('id').execute()).toHaveLength(1);
	});

	test('ignores a day before the one a series was last judged on', async () => {
		await open();
		expect(await run(db, '2026-06-07', [evaluation({ verdict: 'cleared' })])).toMatchObject({ stale: 1, cleared: 0 });
	});

	test('holds and resumes without touching the work, and says why', async () => {
		const w = await open();
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		await run(db, '2026-06-09', [evaluation({ verdict: 'held', explanation: null, held: { reason: 'late', source: '12315' } })]);
		expect(await latest(db)).toMatchObject({ evaluation: 'held', work: 'acknowledged', owner_id: monitor.id });
		const detail = await warningDetail(db, monitor, w.id);
		expect(detail.ok && detail.explanation.held).toEqual({ reason: 'late', source: '12315' });
		await run(db, '2026-06-10', [evaluation()]);
		const resumed = await latest(db);
		expect(resumed).toMatchObject({ evaluation: 'breaching', work: 'acknowledged' });
		expect(resumed.explanation).not.toHaveProperty('held');
		await expectFold(db, w.id);
	});

	test('clears what is over; the owner keeps it until it is closed', async () => {
		const w = await open();
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		expect(await liveSeries(db, ['complaint-surge'])).toHaveLength(1);
		// One calm evening is no end.
		expect(await run(db, '2026-06-09', [evaluation({ verdict: 'cleared' })])).toMatchObject({ cleared: 0 });
		expect(await latest(db)).toMatchObject({ evaluation: 'breaching' });
		expect(await run(db, '2026-06-11', [evaluation({ verdict: 'cleared' })])).toMatchObject({ cleared: 1 });
		expect(await latest(db)).toMatchObject({ evaluation: 'cleared', cleared_on: '2026-06-11', work: 'acknowledged', owner_id: monitor.id });
		expect(await liveSeries(db, ['complaint-surge'])).toHaveLength(0);
	});

	test('stays quiet about a closed episode that goes on, raises a further one when it worsens, and a new one after it cleared', async () => {
		const w = await open();
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		await step(monitor, w.id, { action: 'close', reason: 'normal-cause', cause: 'promotion', note: '商圈促销' });
		expect(await run(db, '2026-06-09', [evaluation({ observed: 60 })])).toMatchObject({ quiet: 1, raised: 0 });
		expect(await run(db, '2026-06-10', [evaluation({ level: 'red' })])).toMatchObject({ raised: 1 });
		const worse = await latest(db);
		expect(worse.title_data).toMatchObject({ previousId: w.id });
		expect(await step(monitor, w.id, { action: 'reopen', note: '再看' })).toMatchObject({ reason: 'newer-episode' });
		await step(monitor, worse.id, { action: 'acknowledge', note: '' });
		await step(monitor, worse.id, { action: 'close', reason: 'indicator-wrong', note: '阈值过低' });
		// It goes on though nobody works on it: one calm evening in between makes no new one.
		await run(db, '2026-06-12', [evaluation()]);
		await run(db, '2026-06-13', [evaluation({ verdict: 'cleared' })]);
		expect(await run(db, '2026-06-14', [evaluation()])).toMatchObject({ raised: 0, quiet: 1 });
		await run(db, '2026-06-17', [evaluation({ verdict: 'cleared' })]);
		expect(await run(db, '2026-06-18', [evaluation()])).toMatchObject({ raised: 1 });
		for (const { id } of await db.selectFrom('warning').select('id').execute()) await expectFold(db, id);
	});

	test('routes by the table, and to the nearest desk without one', async () => {
		await db.insertInto('routing').values({ item: '*', industry_prefix: 'H62', region_prefix: '3204', department_id: 'catering' }).execute();
		expect((await open({ industryKey: 'H62' })).department_id).toBe('catering');
		expect((await open({ industryKey: 'F' })).department_id).toBe('city');
		expect((await open({ regionCode: '320505' })).department_id).toBe('other');
	});
});

describe('people', () => {
	test('take, investigate, dispose and close; everything is in the history, the feed and the audit trail', async () => {
		const w = await open();
		const head = await feedHead(db);
		const path: DeskStep[] = [
			{ action: 'acknowledge', note: '我来看' },
			{ action: 'investigate', note: '' },
			{ action: 'close', reason: 'confirmed', note: '' }
		];
		for (const asked of path) {
			if (asked.action === 'close') await dispose(db, monitor, w.id);
			expect(await step(monitor, w.id, asked)).toMatchObject({ ok: true });
		}
		expect(await latest(db)).toMatchObject({ work: 'closed', owner_id: monitor.id, close_reason: 'confirmed' });
		const events = await db.selectFrom('warning_event').select(['action', 'note', 'actor_name']).where('warning_id', '=', w.id).orderBy('seq').execute();
		expect(events.map((e) => e.action)).toEqual(['raise', 'acknowledge', 'investigate', 'dispose', 'close']);
		expect(events[1]).toMatchObject({ note: '我来看', actor_name: '王敏' });
		expect((await newsAfter(db, monitor, head)).entries.map((e) => e.what)).toEqual(['acknowledge', 'investigate', 'dispose', 'close']);
		expect(await verifyAudit(db)).toMatchObject({ valid: true });
		await expectFold(db, w.id);
	});

	test('two at once: one acts, the other is told who was quicker', async () => {
		const w = await open();
		const both = await Promise.all([
			act(db, monitor, w.seen, { action: 'acknowledge', note: 'a' }),
			act(db, colleague, w.seen, { action: 'acknowledge', note: 'b' })
		]);
		expect(both.filter((result) => result.ok)).toHaveLength(1);
		expect(both.find((result) => !result.ok)).toMatchObject({ reason: 'conflict', action: 'acknowledge', at: expect.any(Date) });
	});

	test('are not stopped by a refresh of the machine that came in between', async () => {
		const w = await open();
		await run(db, '2026-06-09', [evaluation({ observed: 55 })]);
		expect(await act(db, monitor, w.seen, { action: 'acknowledge', note: '' })).toMatchObject({ ok: true });
		expect(await latest(db)).toMatchObject({ observed: 55, work: 'acknowledged' });
		await expectFold(db, w.id);
	});

	test('and the machine at once lose nothing', async () => {
		const w = await open();
		await Promise.all([
			run(db, '2026-06-09', [evaluation({ observed: 70, level: 'red' })]),
			act(db, monitor, w.seen, { action: 'acknowledge', note: '' }),
			act(db, colleague, w.seen, { action: 'note', note: '电话核实过' })
		]);
		expect(await latest(db)).toMatchObject({ observed: 70, level: 'red', work: 'acknowledged', owner_id: monitor.id });
		await expectFold(db, w.id);
	});

	test('outside the jurisdiction find nothing: not in the list, the detail, the verbs or the live feed', async () => {
		const head = await feedHead(db);
		const w = await open();
		const everywhere = filter('door=all');
		expect((await listWarnings(db, outsider, everywhere)).rows).toEqual([]);
		expect(await countDoors(db, outsider, everywhere)).toMatchObject({ all: 0, new: 0 });
		expect(await warningDetail(db, outsider, w.id)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await act(db, outsider, w.seen, { action: 'acknowledge', note: '' })).toMatchObject({ reason: 'not-found' });
		expect(await snooze(db, outsider, w.id, '2030-01-01', 'x')).toMatchObject({ reason: 'not-found' });
		expect((await newsAfter(db, outsider, head)).entries).toEqual([]);
		expect((await newsAfter(db, monitor, head)).entries).toMatchObject([{ warningId: w.id, what: 'raise', mine: true }]);
		// A professional desk sees its industries only.
		expect((await listWarnings(db, catering, everywhere)).rows).toEqual([]);
	});

	test.each([
		['a planner', { ...monitor, role: 'planner' as const }], ['an inspector', { ...monitor, role: 'inspector' as const }],
		['a leader', leader], ['a monitor of another department', { ...monitor, departmentId: 'other' }],
		['a system administrator', { ...monitor, role: 'sysadmin' as const }]
	])('%s may not work on it', async (_who, actor) => {
		const w = await open();
		expect(await act(db, actor, w.seen, { action: 'acknowledge', note: '' })).toMatchObject({ ok: false });
		expect(await latest(db)).toMatchObject({ work: 'new', owner_id: null });
	});

	test('a leader reassigns; work goes only to somebody who can see it', async () => {
		const w = await open({ industryKey: 'F' });
		expect(await step(leader, w.id, { action: 'assign', ownerId: colleague.id, note: '' })).toMatchObject({ ok: true });
		expect(await latest(db)).toMatchObject({ owner_id: colleague.id, work: 'new' });
		expect(await step(leader, w.id, { action: 'assign', ownerId: outsider.id, note: '' })).toMatchObject({ reason: 'unknown-person' });
		expect(await step(monitor, w.id, { action: 'hand-over', departmentId: 'other', note: 'x' })).toMatchObject({ reason: 'unknown-department' });
		expect(await step(monitor, w.id, { action: 'hand-over', departmentId: 'catering', note: 'x' })).toMatchObject({ reason: 'unknown-department' });
	});

	test('handing over asks: the work stays until the other department accepts, and starts anew there', async () => {
		const w = await open({ industryKey: 'H62' });
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		const head = await feedHead(db);
		expect(await step(monitor, w.id, { action: 'hand-over', departmentId: 'catering', note: '属餐饮处职责' })).toMatchObject({ ok: true });
		expect(await latest(db, w.series_key)).toMatchObject({ work: 'acknowledged', department_id: 'city', owner_id: monitor.id, hand_over_to: 'catering' });
		const news = (await newsAfter(db, catering, head)).entries;
		expect(news).toEqual([{ warningId: w.id, what: 'hand-over', mine: false }, { warningId: w.id, what: 'arrive', mine: true }]);
		expect(await step(monitor, w.id, { action: 'hand-over', departmentId: 'catering', note: 'x' })).toMatchObject({ reason: 'already-offered' });
		expect(await step(monitor, w.id, { action: 'accept', note: '' })).toMatchObject({ reason: 'not-allowed' });
		expect((await listWarnings(db, catering, filter('door=new'))).rows.map((row) => row.id)).toEqual([w.id]);
		expect(await step(catering, w.id, { action: 'accept', note: '' })).toMatchObject({ ok: true });
		expect(await latest(db, w.series_key)).toMatchObject({ work: 'new', department_id: 'catering', owner_id: null, acknowledged_at: null, hand_over_to: null });
		expect(await step(monitor, w.id, { action: 'acknowledge', note: '' })).toMatchObject({ reason: 'not-allowed' });
		expect(await step(catering, w.id, { action: 'acknowledge', note: '' })).toMatchObject({ ok: true });
		await expectFold(db, w.id);
		expect(await told(catering)).toEqual(['hand-over-offered']);
		expect(await told(monitor)).toEqual(['hand-over-accepted']);
	});

	test('a hand-over that is declined comes back with the reason', async () => {
		const w = await open({ industryKey: 'H62' });
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		await step(monitor, w.id, { action: 'hand-over', departmentId: 'catering', note: '属餐饮处职责' });
		expect(await step(catering, w.id, { action: 'decline', note: '' })).toMatchObject({ reason: 'note-missing' });
		expect(await step(catering, w.id, { action: 'decline', note: '涉及学校食堂，属食品处' })).toMatchObject({ ok: true });
		expect(await latest(db, w.series_key)).toMatchObject({ work: 'acknowledged', department_id: 'city', owner_id: monitor.id, hand_over_to: null });
		const detail = await warningDetail(db, monitor, w.id);
		expect(detail.ok && detail.history.at(-1)).toMatchObject({ action: 'decline', note: '涉及学校食堂，属食品处', actorName: catering.displayName });
		expect(await told(monitor)).toEqual(['hand-over-declined']);
		expect(await step(monitor, w.id, { action: 'decline', note: 'x' })).toMatchObject({ reason: 'not-offered' });
	});

	test('a leader reassigns at once, and only a leader', async () => {
		const w = await open({ industryKey: 'H62' });
		expect(await step(monitor, w.id, { action: 'reassign', departmentId: 'catering', note: 'x' })).toMatchObject({ reason: 'not-allowed' });
		expect(await step(leader, w.id, { action: 'reassign', departmentId: 'catering', note: '请餐饮处办理' })).toMatchObject({ ok: true });
		expect(await latest(db, w.series_key)).toMatchObject({ work: 'new', department_id: 'catering' });
		expect(await told(catering)).toEqual(['assigned']);
	});

	test('work goes to no department where nobody could do it', async () => {
		await db.insertInto('department').values({ id: 'empty', name: '常州市局新处', region_code: '320400', industries: null }).execute();
		const w = await open({ industryKey: 'H62' });
		expect(await step(monitor, w.id, { action: 'hand-over', departmentId: 'empty', note: 'x' })).toMatchObject({ reason: 'unknown-department' });
		expect(await step(leader, w.id, { action: 'reassign', departmentId: 'empty', note: 'x' })).toMatchObject({ reason: 'unknown-department' });
		await db.insertInto('app_user').values({ id: 'u-empty', name: 'empty', display_name: '新人', password_hash: 'none', role: 'monitor', department_id: 'empty', region_code: '320400' }).execute();
		expect(await step(monitor, w.id, { action: 'hand-over', departmentId: 'empty', note: 'x' })).toMatchObject({ ok: true });
	});

	test('one takes the last step back, unless somebody acted since', async () => {
		const w = await open();
		await step(monitor, w.id, { action: 'acknowledge', note: '我来' });
		expect(await undo(db, colleague, w.id)).toMatchObject({ reason: 'nothing-to-undo' });
		expect(await undo(db, monitor, w.id)).toMatchObject({ ok: true });
		expect(await latest(db)).toMatchObject({ work: 'new', owner_id: null, acknowledged_at: null });
		expect(await undo(db, monitor, w.id)).toMatchObject({ reason: 'nothing-to-undo' });
		await expectFold(db, w.id);
		await step(monitor, w.id, { action: 'acknowledge', note: '' });
		await step(monitor, w.id, { action: 'close', reason: 'data-wrong', note: '重复导入' });
		await run(db, '2026-06-09', [evaluation({ level: 'red' })]);
		expect(await undo(db, monitor, w.id)).toMatchObject({ reason: 'newer-episode' });
	});

	test('two people at once: one is told what the other did, and nothing is lost', async () => {
		const w = await open();
		const at = [monitor, colleague].map((actor, i) => act(db, actor, w.seen, { action: 'acknowledge', note: `第${i + 1}人` }));
		const results = await Promise.all(at);
		expect(results.filter((result) => result.ok)).toHaveLength(1);
		const refused = results.find((result) => !result.ok)!;
		const winner = (await latest(db)).owner_id === monitor.id ? monitor : colleague;
		expect(refused).toMatchObject({ reason: 'conflict', by: winner.displayName, action: 'acknowledge' });
		const notes = await Promise.all([1, 2, 3, 4].map((n) => act(db, n % 2 ? monitor : colleague, w.seen, { action: 'note', note: `记录${n}` })));
		expect(notes.every((note) => note.ok)).toBe(true);
		const events = await db.selectFrom('warning_event').select('note').where('warning_id', '=', w.id).where('action', '=', 'note').execute();
		expect(events.map((event) => event.note).sort()).toEqual(['记录1', '记录2', '记录3', '记录4']);
		await expectFold(db, w.id);
	});

	test('many at once: one refusal stops nobody else', async () => {
		const a = await open();
		const b = await open({ industryKey: 'H62' });
		await step(colleague, b.id, { action: 'acknowledge', note: '' });
		const form = new FormData();
		form.set('action', 'acknowledge');
		form.set('note', '一并签收');
		for (const { id, version } of [a.seen, b.seen]) form.append('pick', `${id}:${version}`);
		const { number } = await db.selectFrom('warning').select('number').where('id', '=', b.id).executeTakeFirstOrThrow();
		expect(await bulk(db, monitor, form)).toMatchObject({ done: 1, undo: [{ id: a.id }], refused: [{ number, text: expect.stringContaining(colleague.displayName) }] });
	});
});

describe('the list', () => {
	test('counts agree with the rows behind each door, whatever the filter', async () => {
		const later = (n: number) => `2026-06-${String(8 + n).padStart(2, '0')}`;
		const opened = [await open(), await open({ industryKey: 'H62', level: 'red' }), await open({ regionCode: '320400', industryKey: '*', level: 'blue' })];
		await step(monitor, opened[1]!.id, { action: 'acknowledge', note: '' });
		await run(db, later(1), [evaluation({ verdict: 'held' })]);
		await snooze(db, monitor, opened[2]!.id, null, '');
		for (const actor of [monitor, leader, catering, outsider]) {
			for (const query of ['', 'level=red', 'region=320412', 'industry=H', 'evaluation=held', 'work=acknowledged', 'snoozed=all']) {
				const counts = await countDoors(db, actor, filter(query));
				for (const door of doors) {
					const { rows } = await listWarnings(db, actor, filter(`${query}&door=${door}`));
					expect(rows.length, `${actor.name} ${query} ${door}`).toBe(counts[door]);
				}
			}
		}
	});

	test('puts the oldest obligation first and pages without losing or repeating a row', async () => {
		const many = Array.from({ length: 120 }, (_, i) =>
			evaluation({ seriesKey: `complaint-surge|cell|${i}`, level: (['red', 'orange', 'yellow', 'blue'] as const)[i % 4] })
		);
		await run(db, '2026-06-08', many);
		const everything = filter('door=all');
		const ids: string[] = [];
		let due = '';
		for (let after: string | null = null; ; ) {
			const cursor: Cursor | null = parseCursor(after);
			const page = await listWarnings(db, monitor, everything, cursor);
			for (const row of page.rows) {
				expect(row.due! >= due).toBe(true);
				due = row.due!;
				ids.push(row.id);
			}
			if (page.next === null) break;
			after = page.next;
		}
		expect(ids).toHaveLength(120);
		expect(new Set(ids).size).toBe(120);
	});

	test('a snooze hides the series, says how many it hides, and ends by itself; what is overdue it never hides', async () => {
		const w = await open();
		await database.owner.updateTable('warning').set({ acknowledge_due: await today(30) }).where('id', '=', w.id).execute();
		expect(await snooze(db, monitor, w.id, '2026-02-01', '过去')).toMatchObject({ reason: 'bad-until' });
		expect(await snooze(db, monitor, w.id, await today(7), '')).toMatchObject({ reason: 'note-missing' });
		expect(await snooze(db, monitor, w.id, await today(7), '大型展会期间')).toMatchObject({ ok: true });
		expect(await countDoors(db, monitor, filter('door=new'))).toMatchObject({ new: 0, all: 0, snoozed: 1 });
		expect((await listWarnings(db, monitor, filter('door=new&snoozed=only'))).rows).toHaveLength(1);
		await database.owner.updateTable('warning').set({ acknowledge_due: await today(-1) }).where('id', '=', w.id).execute();
		expect(await countDoors(db, monitor, filter('door=overdue'))).toMatchObject({ new: 1, overdue: 1, snoozed: 0 });
		expect((await listWarnings(db, monitor, filter('door=overdue'))).rows).toMatchObject([{ snoozeReason: '大型展会期间' }]);
		await database.owner.updateTable('warning').set({ acknowledge_due: await today(30) }).where('id', '=', w.id).execute();
		await database.owner.updateTable('warning_series').set({ snoozed_until: new Date(Date.now() - 1_000) }).execute();
		expect(await countDoors(db, monitor, filter('door=new'))).toMatchObject({ new: 1, snoozed: 0 });
		await database.owner.updateTable('warning').set({ acknowledge_due: w.acknowledge_due }).where('id', '=', w.id).execute();
		await expectFold(db, w.id);
	});

	test('a person behind a warning cannot be found by searching the name', async () => {
		await open({ seriesKey: 'p', scopeKind: 'person', subjectLabel: '张伟' });
		await open({ seriesKey: 'a', scopeKind: 'address', subjectLabel: '人民路 1 号' });
		expect((await listWarnings(db, monitor, filter('door=all&q=张伟'))).rows).toEqual([]);
		expect((await listWarnings(db, monitor, filter('door=all&q=人民路'))).rows).toHaveLength(1);
		const person = await db.selectFrom('warning').select('id').where('series_key', '=', 'p').executeTakeFirstOrThrow();
		const detail = await warningDetail(db, monitor, person.id);
		expect(detail.ok && detail.label).toBe('张*');
	});
});

test('open pages are woken when something is raised', async () => {
	await new Promise<void>((resolve, reject) => {
		const late = setTimeout(() => reject(new Error('nobody was woken')), 10_000);
		let first = true;
		const stop = onFeed(db, () => {
			// The first call only says that we listen now.
			if (first) {
				first = false;
				void run(db, '2026-06-08', [evaluation()]);
				return;
			}
			clearTimeout(late);
			stop();
			resolve();
		});
	});
});

async function today(plus: number): Promise<string> {
	return new Date(Date.now() + (8 + plus * 24) * 3_600_000).toISOString().slice(0, 10);
}

import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { commit, draw } from '#lib/sampling/draw.server.ts';
import { poolPage } from '#lib/sampling/pool-page.server.ts';
import { buildPool, newerClassMonth } from '#lib/sampling/pool.server.ts';
import { createTask } from '#lib/sampling/tasks.server.ts';
import type { TaskScope } from '#lib/sampling/task-scope.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, classify, seedEnterprises, seedWorld, uscc } from './support.ts';

const planner = actorOf();
const scope: TaskScope = { cells: [{ region: '320412', industry: 'H62' }], memberWarnings: [], classes: null, establishedFrom: null, establishedTo: null };
const two = { mode: 'number', number: 2 } as const;
const many = Array.from({ length: 16 }, (_, i) => i + 1);

/** Sixteen enterprises of 常州 (four A, eight B, four C), classified last month; one of 苏州. */
async function world(t: TestDatabase): Promise<void> {
	await seedWorld(t.owner);
	await seedEnterprises(t.owner, [...many.map((n) => ({ n })), { n: 100, region: '320500' }]);
	await classify(t.owner, many.map((n) => [n, n <= 4 ? 'A' : n <= 12 ? 'B' : 'C'] as const), 1);
}

async function pooled(t: TestDatabase, change: Partial<TaskScope> = {}) {
	const made = await createTask(t.db, planner, {
		warningIds: [], scope: { ...scope, ...change }, itemId: 'registration', dueOn: '2098-12-31', joint: false, spareOnSite: true
	});
	if (!made.ok) throw new Error(made.reason);
	const pool = await buildPool(t.db, planner, made.id);
	if (!pool.ok) throw new Error(pool.reason);
	return { id: made.id, ...pool };
}

async function committed(t: TestDatabase, change: Partial<TaskScope> = {}) {
	const task = await pooled(t, change);
	expect(await commit(t.db, planner, task.id, two)).toMatchObject({ ok: true });
	return task;
}

async function reasonsOf(t: TestDatabase, id: string) {
	const page = await poolPage(t.db, planner, id, { page: 0 });
	if (!page.ok) throw new Error(page.reason);
	return Object.fromEntries(page.reasons.map((r) => [r.reason, r.n]));
}

const dayBefore = async (t: TestDatabase) =>
	(await sql<{ day: string }>`select ((now() at time zone 'Asia/Shanghai')::date - 1)::text as day`.execute(t.db)).rows[0]!.day;

describe('what happened to the frozen pool before its draw', () => {
	let t: TestDatabase;
	beforeEach(async () => {
		t = await testDatabase();
		await world(t);
		return () => t[Symbol.asyncDispose]();
	});

	/** As an import writes it: `stated_at` is the day of the statement, long before it was taken in. */
	const cancel = (usccs: readonly string[]) =>
		t.owner.updateTable('enterprise').set({ status: 'cancelled', stated_at: new Date('2020-05-01') }).where('uscc', 'in', [...usccs]).execute();

	test('enterprises that an import cancelled meanwhile are not drawn', async () => {
		const task = await committed(t);
		await cancel(many.map(uscc));
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'pool-changed', changed: task.eligible });
		expect(await t.db.selectFrom('sampling_object').select('uscc').execute()).toEqual([]);
	});

	test('nor committed to', async () => {
		const task = await pooled(t);
		await cancel([uscc(5), uscc(6)]);
		expect(await commit(t.db, planner, task.id, two)).toEqual({ ok: false, reason: 'pool-changed', changed: 2 });
		expect(await buildPool(t.db, planner, task.id)).toMatchObject({ ok: true, eligible: task.eligible - 2 });
		expect(await commit(t.db, planner, task.id, two)).toMatchObject({ ok: true });
	});

	test('who moved out of the scope is not drawn', async () => {
		const task = await committed(t);
		await t.owner.updateTable('enterprise').set({ region_code: '320500' }).where('uscc', '=', uscc(7)).execute();
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'pool-changed', changed: 1 });
	});

	test.each([
		['of one in the pool', 5, 'A'],
		['of one left out', 1, 'D']
	])('a corrected class of the same month, %s, is looked at', async (_what, n, corrected) => {
		const task = await committed(t);
		await classify(t.owner, [[n, corrected]], 1, 2);
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'pool-changed', changed: 1 });
		expect(await buildPool(t.db, planner, task.id)).toMatchObject({ ok: true });
		expect(await commit(t.db, planner, task.id, two)).toMatchObject({ ok: true });
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true });
	});

	test('a correction that says the same again changes nothing', async () => {
		const task = await committed(t);
		await classify(t.owner, [[5, 'B']], 1, 2);
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: true, drawn: 1 });
	});

	test('imported visits count as random ones: for the pool, and for the draw when they come late', async () => {
		const visit = { id: 'import-1', visited_on: await dayBefore(t), department_id: 'market', path: 'imported', planned: true, result: 'no-problem' };
		await t.owner.insertInto('inspection_visit').values({ ...visit, uscc: uscc(5) }).execute();
		const task = await committed(t);
		expect(await reasonsOf(t, task.id)).toEqual({ 'no-evidence': 4, 'yearly-cap': 1, 'class-rule': 11 });
		// C may be visited twice a year: one imported visit leaves it in, a second does not.
		await t.owner.insertInto('inspection_visit').values([{ ...visit, uscc: uscc(6) }, { ...visit, uscc: uscc(13) }]).execute();
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'pool-changed', changed: 1 });
		await t.owner.insertInto('inspection_visit').values({ ...visit, uscc: uscc(13), id: 'import-2' }).execute();
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'pool-changed', changed: 2 });
	});

	describe('and to its inspectors', () => {
		test.each([
			['goes on leave', { state: 'leave' }],
			['declares an interest', { recused_uscc: [uscc(5)] }],
			['has a certificate that ends before the task', { certificate_until: '2098-12-30' }],
			['is confined to other items', { item_ids: ['prepaid'] }]
		])('the draw is refused when one %s; a new commitment takes it into account', async (_what, change) => {
			const task = await committed(t);
			await t.owner.updateTable('inspector').set(change).where('id', '=', 'i1').execute();
			expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'inspectors-changed' });
			expect(await buildPool(t.db, planner, task.id)).toMatchObject({ ok: true });
			expect(await commit(t.db, planner, task.id, two)).toMatchObject({ ok: true });
			expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true });
			const seats = await t.db.selectFrom('task_inspector').select(['inspector_id', 'uscc']).execute();
			if (!('recused_uscc' in change)) expect(seats.map((s) => s.inspector_id)).not.toContain('i1');
			else expect(seats).not.toContainEqual({ inspector_id: 'i1', uscc: uscc(5) });
		});

		test('a change of the register that concerns no draw is none', async () => {
			const task = await committed(t);
			await t.owner.updateTable('inspector').set({ unit: '二大队', certificate_until: '2099-06-30' }).where('id', '=', 'i1').execute();
			await t.owner.updateTable('inspector').set({ state: 'leave' }).where('id', '=', 'k1').execute();
			expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true });
		});

		test('a certificate must hold on the day of a late draw as well', async () => {
			const task = await committed(t);
			await t.owner.updateTable('sampling_task').set({ due_on: '2020-01-31' }).where('id', '=', task.id).execute();
			await t.owner.updateTable('inspector').set({ certificate_until: '2020-12-31' }).where('id', '=', 'i1').execute();
			expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'inspectors-changed' });
		});
	});

	test('an imported visit that had a cause does not count', async () => {
		const visit = { id: 'import-1', visited_on: await dayBefore(t), department_id: 'market', path: 'imported', planned: false, result: 'no-problem' };
		await t.owner.insertInto('inspection_visit').values({ ...visit, uscc: uscc(5) }).execute();
		expect(await reasonsOf(t, (await pooled(t)).id)).toEqual({ 'no-evidence': 4, 'class-rule': 12 });
	});

	test('imported visits stand for random checks where a notice limits those', async () => {
		const nation = actorOf({ regionCode: '000000' });
		await seedEnterprises(t.owner, [1, 2, 3].map((i) => ({ n: 200 + i, region: '320803', class: 'B' })));
		const visit = { visited_on: await dayBefore(t), planned: true, result: 'no-problem', department_id: 'culture' };
		await t.owner
			.insertInto('inspection_visit')
			.values([{ ...visit, uscc: uscc(201), id: 'import-1', path: 'imported' }, { ...visit, uscc: uscc(202), id: 'own', path: 'campaign' }])
			.execute();
		const made = await createTask(t.db, nation, {
			warningIds: [], scope: { ...scope, cells: [{ region: '320803', industry: '*' }] }, itemId: 'registration', dueOn: '2098-12-31', joint: false, spareOnSite: true
		});
		if (!made.ok) throw new Error(made.reason);
		await buildPool(t.db, nation, made.id);
		const page = await poolPage(t.db, nation, made.id, { page: 0 });
		expect(page.ok && page.rows.map((r) => [r.uscc, r.reason])).toEqual([
			[uscc(202), 'class-rule'], [uscc(203), 'class-rule'], [uscc(201), 'frequency']
		]);
	});
});

describe('the months of the classes', () => {
	const classed = { 'no-evidence': 4, 'class-rule': 12 };

	test("another city's new month declassifies nobody and sends nobody back", async () => {
		await using t = await testDatabase();
		await world(t);
		const before = await committed(t);
		await classify(t.owner, [[100, 'B']]);
		expect(await newerClassMonth(t.db, before.id)).toBeNull();
		expect(await draw(t.db, planner, before.id)).toEqual({ ok: true, drawn: 1 });
		const after = await pooled(t);
		expect(await reasonsOf(t, after.id)).toEqual({ ...classed, 'class-rule': 11, 'open-task': 1 });
	});

	test("a new month of the pool's own sends a committed task back, with the month; the pool made then says which months it used", async () => {
		await using t = await testDatabase();
		await world(t);
		const task = await committed(t);
		await classify(t.owner, many.filter((n) => n !== 16).map((n) => [n, n <= 4 ? 'A' : 'B'] as const));
		const month = (await sql<{ m: string }>`select date_trunc('month', now() at time zone 'Asia/Shanghai')::date::text as m`.execute(t.db)).rows[0]!.m;
		expect(await newerClassMonth(t.db, task.id)).toBe(month);
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'new-class-month', month });
		expect(await buildPool(t.db, planner, task.id)).toMatchObject({ ok: true });
		expect(await newerClassMonth(t.db, task.id)).toBeNull();
		const page = await poolPage(t.db, planner, task.id, { page: 0 });
		if (!page.ok) throw new Error(page.reason);
		// Sixteen was left out of the delivery: its class of last month is the newest there is.
		expect(page.rows.find((r) => r.uscc === uscc(16))?.class).toBe('C');
		expect(page.task.class_month).toBe(month);
		expect(page.task.frozen?.oldestMonth).toMatch(/^\d{4}-\d\d-01$/);
		expect(page.task.frozen!.oldestMonth! < month).toBe(true);
	});

	test('a new month that says the same of everybody is used nevertheless', async () => {
		await using t = await testDatabase();
		await world(t);
		const task = await committed(t);
		await classify(t.owner, [[9, 'B']]);
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: false, reason: 'new-class-month' });
	});

	test('a class older than a year is none', async () => {
		await using t = await testDatabase();
		await seedWorld(t.owner);
		await seedEnterprises(t.owner, many.map((n) => ({ n })));
		await classify(t.owner, many.slice(0, 8).map((n) => [n, 'C'] as const), 12);
		await classify(t.owner, many.slice(8).map((n) => [n, 'A'] as const), 13);
		expect(await reasonsOf(t, (await pooled(t)).id)).toEqual({ 'class-rule': 8, unclassified: 8 });
	});

	test('a month that has not begun is not looked at', async () => {
		await using t = await testDatabase();
		await world(t);
		await classify(t.owner, many.map((n) => [n, 'D'] as const), -1);
		expect(await reasonsOf(t, (await pooled(t)).id)).toEqual(classed);
	});
});

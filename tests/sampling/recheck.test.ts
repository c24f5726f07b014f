import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { exportCertificate, verifyInside } from '#lib/sampling/draw/certificate.server.ts';
import { verifyOuter } from '#lib/sampling/draw/certificate.ts';
import { commit, reopenTask } from '#lib/sampling/draw/commit.server.ts';
import { drawHistory } from '#lib/sampling/draw/history.server.ts';
import { currentDraw } from '#lib/sampling/draw/record.server.ts';
import { draw } from '#lib/sampling/draw/draw.server.ts';
import { nameObjects } from '#lib/sampling/draw/named-objects.server.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';
import { poolOf, poolPage } from '#lib/sampling/pool/page.server.ts';
import { newerClassMonth, recheckTasks, seenRecheck } from '#lib/sampling/draw/recheck.server.ts';
import { databaseToday, findTask } from '#lib/sampling/tasks/access.server.ts';
import { createTask } from '#lib/sampling/tasks/tasks.server.ts';
import type { TaskScope } from '#lib/sampling/tasks/scope.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, classify, seedEnterprises, seedWorld, uscc } from './support.ts';

const planner = actorOf();
const scope: TaskScope = { cells: [{ region: '320412', industry: 'H62' }], memberWarnings: [], classes: null, tags: null, establishedFrom: null, establishedTo: null };
const two = { settings: { wish: { mode: 'number', number: 2 } } } as const;
const many = Array.from({ length: 16 }, (_, i) => i + 1);

/** Sixteen enterprises of 常州 (four A, eight B, four C), classified last month; one of 苏州. */
async function world(t: TestDatabase): Promise<void> {
	await seedWorld(t.owner);
	await seedEnterprises(t.owner, [...many.map((n) => ({ n })), { n: 100, region: '320500' }]);
	await classify(t.owner, many.map((n) => [n, n <= 4 ? 'A' : n <= 12 ? 'B' : 'C'] as const), 1);
}

async function pooled(t: TestDatabase, change: Partial<TaskScope> = {}) {
	const made = await createTask(t.db, planner, {
		warningIds: [], scope: { ...scope, ...change }, itemId: 'registration', dueOn: '2098-12-31', spareOnSite: true
	});
	if (!made.ok) throw new Error(made.reason);
	return { id: made.id, eligible: (await poolNow(t, made.id)).eligible };
}

async function taskOf(t: TestDatabase, id: string) {
	const found = await findTask(t.db, planner, id);
	if (!found.ok) throw new Error(found.reason);
	return found.task;
}
const poolNow = async (t: TestDatabase, id: string) => poolOf(t.db, planner, await taskOf(t, id));
const monthNewer = async (t: TestDatabase, id: string) => newerClassMonth(t.db, await taskOf(t, id));
/** Back to the settings, committed to again, drawn. */
async function again(t: TestDatabase, id: string) {
	expect(await reopenTask(t.db, planner, id, '名单已变化')).toEqual({ ok: true });
	expect(await commit(t.db, planner, id, two)).toMatchObject({ ok: true });
	return draw(t.db, planner, id);
}
const drawnOf = async (t: TestDatabase, id: string) =>
	(await t.db.selectFrom('sampling_object').select('uscc').where('task_id', '=', id).execute()).map((o) => o.uscc);
const passedOf = async (t: TestDatabase, id: string) =>
	t.db.selectFrom('sampling_passed').select(['uscc', 'reason']).where('task_id', '=', id).execute();
/** Whom the seed names first in each stratum that gives somebody: they are as good as drawn. */
async function namedFirst(t: TestDatabase, id: string): Promise<string[]> {
	const record = await currentDraw(t.db, await taskOf(t, id));
	return t.db.transaction().execute(async (trx) => {
		const named = await nameObjects(trx, planner, await taskOf(t, id), record!, null);
		if (!named.ok) throw new Error('nobody is named');
		return named.taken.map((o) => o.uscc);
	});
}

async function committed(t: TestDatabase, change: Partial<TaskScope> = {}) {
	const task = await pooled(t, change);
	expect(await commit(t.db, planner, task.id, two)).toMatchObject({ ok: true });
	return task;
}

async function reasonsOf(t: TestDatabase, id: string) {
	const page = await poolPage(t.db, planner, id, { page: 0 });
	if (!page.ok) throw new Error(page.reason);
	return Object.fromEntries(page.pool.reasons.map((r) => [r.reason, r.n]));
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
	const cancel = async (usccs: readonly string[]) => {
		await t.owner.updateTable('enterprise').set({ status: 'cancelled', stated_at: new Date('2020-05-01') }).where('uscc', 'in', [...usccs]).execute();
		await keepObjects(t.owner, null);
	};

	test('nobody can be drawn any more: refused, nothing is written', async () => {
		const task = await committed(t);
		await cancel(many.map(uscc));
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'pool-changed' });
		expect(await drawnOf(t, task.id)).toEqual([]);
		expect(await drawHistory(t.db, task)).toMatchObject([{ state: 'committed' }]);
	});

	test('before the commitment the pool is live', async () => {
		const task = await pooled(t);
		await cancel([uscc(5), uscc(6)]);
		expect((await poolNow(t, task.id)).eligible).toBe(task.eligible - 2);
		expect(await commit(t.db, planner, task.id, two)).toMatchObject({ ok: true });
	});

	const happenings: readonly (readonly [what: string, reason: string, happens: (one: string) => Promise<unknown>])[] = [
		['was cancelled', 'gone', (one) => cancel([one])],
		['moved away', 'gone', async (one) => {
			await t.owner.updateTable('enterprise').set({ region_code: '320500' }).where('uscc', '=', one).execute();
			await keepObjects(t.owner, null);
		}],
		['has a valid result of another authority', 'valid-result', async (one) => {
			await t.owner.insertInto('inspection_visit').values({
				uscc: one, id: 'late', visited_on: await dayBefore(t), department_id: 'culture', path: 'campaign', planned: true, result: 'no-problem', item_id: 'registration'
			}).execute();
			await keepObjects(t.owner, null);
		}],
		['has another class by a correction', 'reclassified', (one) => classify(t.owner, [[Number(one.slice(-4)), 'D']], 1, 2)]
	];
	test.each(happenings)('who %s meanwhile is passed over with the reason (%s), and another takes the place', async (_what, reason, happens) => {
		const task = await committed(t);
		const [first] = await namedFirst(t, task.id);
		await happens(first!);
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true, passed: 1 });
		expect(await passedOf(t, task.id)).toEqual([{ uscc: first, reason }]);
		expect(await drawnOf(t, task.id)).not.toContain(first);
		expect(await verifyInside(t.db, planner, task.id)).toEqual({ ok: true, valid: true, reason: 'valid' });
		const out = await exportCertificate(t.db, planner, task.id);
		expect(out.ok && [out.certificate.passed.length, verifyOuter(out.certificate).valid]).toEqual([1, true]);
	});

	test('what happened to others changes nothing', async () => {
		const task = await committed(t);
		const named = await namedFirst(t, task.id);
		const other = many.map(uscc).find((one) => !named.includes(one))!;
		await cancel([other]);
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true, passed: 0 });
		expect((await drawnOf(t, task.id)).sort()).toEqual([...named].sort());
	});

	test('a correction that says the same again changes nothing', async () => {
		const task = await committed(t);
		await classify(t.owner, [[5, 'B']], 1, 2);
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true, drawn: 1, passed: 0 });
	});

	test('imported visits count as random ones: for the pool, and for the draw when they come late', async () => {
		const visit = { id: 'import-1', visited_on: await dayBefore(t), department_id: 'market', path: 'imported', planned: true, result: 'no-problem' };
		await t.owner.insertInto('inspection_visit').values({ ...visit, uscc: uscc(5) }).execute();
		await keepObjects(t.owner, null);
		const task = await committed(t);
		expect(await reasonsOf(t, task.id)).toEqual({ 'no-evidence': 4, 'yearly-cap': 1, 'class-rule': 11 });
		// C may be visited twice a year: one imported visit leaves it in, a second does not.
		await t.owner.insertInto('inspection_visit').values([{ ...visit, uscc: uscc(13) }]).execute();
		await keepObjects(t.owner, null);
		expect(await reasonsOf(t, (await pooled(t)).id)).toMatchObject({ 'class-rule': 11 });
		await t.owner.insertInto('inspection_visit').values({ ...visit, uscc: uscc(13), id: 'import-2' }).execute();
		await keepObjects(t.owner, null);
		expect(await reasonsOf(t, (await pooled(t)).id)).toMatchObject({ 'class-rule': 10, 'yearly-cap': 2 });
	});

	test('a cap that is used up is told with the visit that used it, not with whichever was last', async () => {
		const today = await databaseToday(t.db);
		const first = `${today.slice(0, 4)}-01-01`;
		const visit = { uscc: uscc(6), path: 'random', planned: true, result: 'no-problem' };
		await t.owner
			.insertInto('inspection_visit')
			.values([{ ...visit, id: 'own', visited_on: first, department_id: 'market' }, { ...visit, id: 'other', visited_on: today, department_id: 'culture' }])
			.execute();
		await keepObjects(t.owner, null);
		const { id } = await pooled(t);
		const told = async () => {
			const page = await poolPage(t.db, planner, id, { page: 0, reason: 'yearly-cap' });
			if (!page.ok) throw new Error(page.reason);
			return page.rows.filter((row) => row.uscc === uscc(6)).map((row) => row.data);
		};
		expect(await told()).toEqual([expect.objectContaining({ by: '常州市市场监督管理局', on: first })]);
		expect(await commit(t.db, planner, id, two)).toMatchObject({ ok: true });
		expect(await told()).toEqual([expect.objectContaining({ by: '常州市市场监督管理局', on: first })]);
	});

	test('planned visits that come late use up the yearly ratio of the class, not only the cap of those visited', async () => {
		const task = await committed(t);
		const [stratum] = await t.db.selectFrom('sampling_pool_part').select('stratum').where('task_id', '=', task.id).where('stratum', '<>', '').limit(1).execute();
		expect(stratum).toBeDefined();
		const visit = { visited_on: await dayBefore(t), department_id: 'market', path: 'imported', planned: true, result: 'no-problem' };
		await t.owner.insertInto('inspection_visit').values(many.slice(4, 15).map((n) => ({ ...visit, uscc: uscc(n), id: 'late' }))).execute();
		await keepObjects(t.owner, null);
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'pool-changed' });
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
			expect(await again(t, task.id)).toMatchObject({ ok: true });
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
		await keepObjects(t.owner, null);
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
			warningIds: [], scope: { ...scope, cells: [{ region: '320803', industry: '*' }] }, itemId: 'registration', dueOn: '2098-12-31', spareOnSite: true
		});
		if (!made.ok) throw new Error(made.reason);
		await keepObjects(t.owner, null);
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
		expect(await monthNewer(t, before.id)).toBeNull();
		expect(await draw(t.db, planner, before.id)).toMatchObject({ ok: true, drawn: 1 });
		const after = await pooled(t);
		expect(await reasonsOf(t, after.id)).toEqual({ ...classed, 'class-rule': 11, 'open-task': 1 });
	});

	test("a new month of the pool's own sends a committed task back, with the month; the pool made then says which months it used", async () => {
		await using t = await testDatabase();
		await world(t);
		const task = await committed(t);
		await classify(t.owner, many.filter((n) => n !== 16).map((n) => [n, n <= 4 ? 'A' : 'B'] as const));
		const month = (await sql<{ m: string }>`select date_trunc('month', now() at time zone 'Asia/Shanghai')::date::text as m`.execute(t.db)).rows[0]!.m;
		expect(await monthNewer(t, task.id)).toBe(month);
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'new-class-month', month });
		expect(await reopenTask(t.db, planner, task.id, '新月份分类')).toEqual({ ok: true });
		expect(await commit(t.db, planner, task.id, two)).toMatchObject({ ok: true });
		expect(await monthNewer(t, task.id)).toBeNull();
		const page = await poolPage(t.db, planner, task.id, { page: 0 });
		if (!page.ok) throw new Error(page.reason);
		// Sixteen was left out of the delivery: its class of last month is the newest there is.
		expect(page.rows.find((r) => r.uscc === uscc(16))?.class).toBe('C');
		expect(page.task.class_month).toBe(month);
		const { oldestMonth } = await poolNow(t, task.id);
		expect(oldestMonth).toMatch(/^\d{4}-\d\d-01$/);
		expect(oldestMonth! < month).toBe(true);
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

describe('a new month of classes', () => {
	const stateOf = async (t: TestDatabase, id: string) => {
		const { recheck, class_month } = await taskOf(t, id);
		return { recheck, month: class_month?.slice(0, 7) ?? null };
	};

	test('makes undrawn tasks be looked at again, once; drawn ones are left as they are', async () => {
		await using t = await testDatabase();
		await world(t);
		const draft = await pooled(t);
		const locked = await committed(t);
		const drawn = await committed(t);
		await draw(t.db, planner, drawn.id);
		expect(await recheckTasks(t.db)).toEqual({ begun: 0, rechecked: 0 });
		// Everybody is class A now: nobody may be visited without evidence.
		await classify(t.owner, many.map((n) => [n, 'A'] as const));
		expect(await recheckTasks(t.db)).toEqual({ begun: 0, rechecked: 2 });
		expect(await recheckTasks(t.db)).toEqual({ begun: 0, rechecked: 0 });
		expect((await stateOf(t, locked.id)).recheck).toMatchObject({ before: 12, now: 0 });
		expect((await stateOf(t, draft.id)).recheck).toMatchObject({ before: null, now: 0 });
		expect((await stateOf(t, drawn.id)).recheck).toBeNull();
		expect(await seenRecheck(t.db, planner, locked.id)).toMatchObject({ reason: 'wrong-state' });
		expect(await seenRecheck(t.db, actorOf({ departmentId: 'culture' }), draft.id)).toMatchObject({ reason: 'not-allowed' });
		expect(await seenRecheck(t.db, planner, draft.id)).toEqual({ ok: true });
		expect((await stateOf(t, draft.id)).recheck).toBeNull();
	});

	test('a task that is decided while its pool is judged is neither changed nor counted', async () => {
		await using t = await testDatabase();
		await world(t);
		const task = await committed(t);
		await classify(t.owner, many.map((n) => [n, 'A'] as const));
		let looked: ReturnType<typeof recheckTasks> | undefined;
		await t.owner.transaction().execute(async (trx) => {
			await trx.updateTable('sampling_task').set({ state: 'drawn' }).where('id', '=', task.id).execute();
			looked = recheckTasks(t.db);
			const held = async () => (await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(t.owner)).rows.length > 0;
			while (!(await held())) await new Promise((resolve) => setTimeout(resolve, 20));
		});
		expect(await looked).toEqual({ begun: 0, rechecked: 0 });
		expect((await stateOf(t, task.id)).recheck).toBeNull();
	});

	test('that was delivered before it began counts from its first day', async () => {
		await using t = await testDatabase();
		await world(t);
		await classify(t.owner, [[1, 'D']], -1);
		const objectOf = async () => t.owner.selectFrom('inspection_object').select(['class']).where('uscc', '=', uscc(1)).executeTakeFirstOrThrow();
		expect(await objectOf()).toEqual({ class: 'A' });
		// A month later.
		await sql`update enterprise_class set month = month - interval '1 month'`.execute(t.owner);
		expect(await recheckTasks(t.db)).toMatchObject({ begun: 1 });
		expect(await objectOf()).toEqual({ class: 'D' });
	});
});

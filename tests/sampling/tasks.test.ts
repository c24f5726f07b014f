import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyOuter } from '#lib/sampling/draw/certificate.ts';
import { exportCertificate, verifyInside } from '#lib/sampling/draw/certificate.server.ts';
import { commit, reopenTask, saveSettings } from '#lib/sampling/draw/commit.server.ts';
import { drawHistory } from '#lib/sampling/draw/history.server.ts';
import { cancelTask, draw, redraw } from '#lib/sampling/draw/draw.server.ts';
import { cancelLeadCheck, createLeadCheck, findLeadCheck, leadChecksOfWarning, listLeadChecks, openLeadChecks } from '#lib/sampling/leads/checks.server.ts';
import { enterLeadResult, reviewLeadResult } from '#lib/sampling/leads/results.server.ts';
import { exportList } from '#lib/sampling/tasks/list-export.server.ts';
import { poolOf, poolPage } from '#lib/sampling/pool/page.server.ts';
import { findTask } from '#lib/sampling/tasks/access.server.ts';
import { ownItems } from '#lib/sampling/registers/items.server.ts';
import { drawnObjects, enterResult, myTask, myTasks, reviewResults } from '#lib/sampling/tasks/results.server.ts';
import { pageOfTasks } from '#lib/sampling/tasks/list.server.ts';
import { parseTaskFilter } from '#lib/sampling/tasks/list.ts';
import { createTask, suggestScope, taskDetail, tasksOfWarnings, warningScopes } from '#lib/sampling/tasks/tasks.server.ts';
import type { TaskScope, Wish } from '#lib/sampling/tasks/scope.ts';
import { readSheet } from 'read-excel-file/node';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, seedEnterprises, seedWarning, seedWorld, uscc } from './support.ts';

const planner = actorOf();
const dueOn = '2098-12-31';
const scopeOf = (change: Partial<TaskScope> = {}): TaskScope => ({
	cells: [{ region: '320412', industry: 'H62' }], memberWarnings: [], classes: null, tags: null, establishedFrom: null, establishedTo: null, ...change
});
const wish = (number: number): { readonly settings: { readonly wish: Wish } } => ({ settings: { wish: { mode: 'number', number } } });

async function pooled(t: TestDatabase, actor = planner, scope = scopeOf(), warningIds: string[] = [], terms = {}) {
	const made = await createTask(t.db, actor, { warningIds, scope, itemId: 'registration', dueOn, spareOnSite: true, ...terms });
	if (!made.ok) throw new Error(made.reason);
	const found = await findTask(t.db, actor, made.id);
	if (!found.ok) throw new Error(found.reason);
	const { eligible, excluded } = await poolOf(t.db, actor, found.task);
	return { id: made.id, eligible, excluded };
}

async function drawn(t: TestDatabase, number = 4, actor = planner) {
	const task = await pooled(t, actor);
	const committed = await commit(t.db, actor, task.id, wish(number));
	if (!committed.ok) throw new Error(committed.reason);
	const result = await draw(t.db, actor, task.id);
	if (!result.ok) throw new Error(result.reason);
	return task.id;
}

/** Forty enterprises: 10 A, 20 B, 6 C, 4 D; ten more outside the jurisdiction. */
async function seedRegister(t: TestDatabase): Promise<void> {
	await seedWorld(t.owner);
	const classes = [...Array(10).fill('A'), ...Array(20).fill('B'), ...Array(6).fill('C'), ...Array(4).fill('D')];
	await seedEnterprises(t.owner, classes.map((c, i) => ({ n: i + 1, class: c })));
	await seedEnterprises(t.owner, Array.from({ length: 10 }, (_, i) => ({ n: 100 + i, region: '320500', class: 'B' })));
}

describe('from a scope to a verified draw', () => {
	let t: TestDatabase;
	let id: string;
	beforeAll(async () => {
		t = await testDatabase();
		await seedRegister(t);
		await seedWarning(t.owner, { id: 'w-cell', scopeKind: 'cell', members: [uscc(1)], role: 'contributor' });
		await seedWarning(t.owner, { id: 'w-address', scopeKind: 'address', members: [uscc(2), uscc(3), uscc(12), uscc(13)] });
	});
	afterAll(() => t[Symbol.asyncDispose]());

	test('warnings suggest cells and members; the pool says who is in and who is out and why', async () => {
		const warnings = await warningScopes(t.db, planner, ['w-cell', 'w-address']);
		const scope = suggestScope(planner, warnings, []);
		expect(scope.cells).toEqual([{ region: '320412', industry: 'H62' }]);
		expect(scope.memberWarnings).toEqual(['w-address']);
		const task = await pooled(t, planner, scope, ['w-cell', 'w-address']);
		id = task.id;
		const page = await poolPage(t.db, planner, id, { page: 0 });
		if (!page.ok) throw new Error(page.reason);
		const reasonOf = (n: number) => page.rows.find((r) => r.uscc === uscc(n))?.reason;
		// Beyond the end there is the last page, found by text or not.
		for (const text of ['', uscc(1)]) {
			const beyond = await poolPage(t.db, planner, id, { page: 99_999, text });
			expect(beyond).toMatchObject({ ok: true, skip: 0, rows: text === '' ? page.rows : [{ uscc: uscc(1) }] });
		}
		// The hot cell that 1 contributes to names nobody; the address cluster names 2.
		expect(reasonOf(1)).toBe('no-evidence');
		expect(reasonOf(2)).toBe('evidence');
		expect(reasonOf(12)).toBe('class-rule');
		expect(task).toMatchObject({ eligible: 32, excluded: 8 });
		expect(page.rows.every((r) => r.region === '武进区')).toBe(true);
	});

	test('the seed is committed before the draw and told only after it', async () => {
		const committed = await commit(t.db, planner, id, wish(6));
		expect(committed).toMatchObject({ ok: true, total: 6 });
		if (!committed.ok) throw new Error(committed.reason);
		const { seed } = await t.db.selectFrom('sampling_draw').select('seed').where('task_id', '=', id).executeTakeFirstOrThrow();
		const shown = async () => JSON.stringify([await taskDetail(t.db, planner, id), await drawHistory(t.db, { id })]);
		expect(await shown()).toContain(committed.commitment);
		expect(await shown()).not.toContain(seed);
		expect(await draw(t.db, planner, id)).toEqual({ ok: true, drawn: 6, passed: 0 });
		expect(await shown()).toContain(seed);
		expect(await draw(t.db, planner, id)).toMatchObject({ ok: false, reason: 'wrong-state' });
	});

	test('two certified inspectors for each object, none with an expired certificate', async () => {
		const list = await drawnObjects(t.db, planner, id);
		if (!list.ok) throw new Error(list.reason);
		expect(list.objects).toHaveLength(6);
		for (const o of list.objects) {
			expect(new Set(o.inspectors.map((i) => i.id)).size).toBe(2);
			expect(o.inspectors.map((i) => i.id)).not.toContain('old');
		}
	});

	test('the draw verifies inside with its inspectors, and outside from the certificate alone', async () => {
		expect(await verifyInside(t.db, planner, id)).toEqual({ ok: true, valid: true, reason: 'valid' });
		const out = await exportCertificate(t.db, planner, id);
		if (!out.ok) throw new Error(out.reason);
		expect(verifyOuter(JSON.parse(JSON.stringify(out.certificate)))).toEqual({ valid: true, reason: 'valid' });
	});

	test('a changed seat or object no longer verifies inside', async () => {
		const seat = await t.db.selectFrom('task_inspector').selectAll().where('task_id', '=', id).limit(1).executeTakeFirstOrThrow();
		const team = await t.db.selectFrom('task_inspector').select('inspector_id').where('task_id', '=', id).where('uscc', '=', seat.uscc).execute();
		const other = ['i1', 'i2', 'i3', 'i4'].find((i) => !team.some((x) => x.inspector_id === i))!;
		const swap = (from: string, to: string) => t.db.updateTable('task_inspector').set({ inspector_id: to }).where('task_id', '=', id).where('uscc', '=', seat.uscc).where('inspector_id', '=', from).execute();
		await swap(seat.inspector_id, other);
		expect(await verifyInside(t.db, planner, id)).toMatchObject({ valid: false, reason: 'inspectors-differ' });
		await swap(other, seat.inspector_id);
		expect(await verifyInside(t.db, planner, id)).toMatchObject({ valid: true });
	});

	test('nothing that leaves implies a class, a warning or a reason', async () => {
		const out = await exportCertificate(t.db, planner, id);
		const list = await exportList(t.db, planner, id);
		if (!out.ok || !list.ok) throw new Error('not exported');
		const certificate = JSON.stringify(out.certificate);
		expect(Object.keys(out.certificate)).toEqual([
			'format', 'task', 'draw', 'previous', 'committedAt', 'drawnAt', 'poolHash', 'insideHash', 'commitment', 'seed', 'entropy', 'strata', 'passed', 'drawn'
		]);
		const rows = (await readSheet(list.file)) as unknown[][];
		const sheet = JSON.stringify(rows);
		const { salt } = await t.db.selectFrom('sampling_draw').select('salt').where('task_id', '=', id).executeTakeFirstOrThrow();
		for (const text of [certificate, sheet]) {
			for (const word of ['分类', '预警', '风险', '线索', '投诉', 'class', 'warning', 'evidence', 'N-w', 'w-cell', 'w-address', '定向', salt]) expect(text).not.toContain(word);
		}
		expect(certificate).not.toMatch(/91320400|320412|G-|K-/);
		for (const object of out.certificate.drawn) expect(sheet).not.toContain(object);
		// Not the drawn order either: position would lead from an enterprise to its stratum.
		const codes = rows.flatMap((r) => r.filter((c): c is string => typeof c === 'string' && /^91320400\d{10}$/.test(c)));
		expect(codes).toEqual([...codes].sort());
		expect(codes).toHaveLength(6);
		const audited = await t.db.selectFrom('audit_entry').select('action').where('object_id', '=', id).execute();
		expect(audited.map((a) => a.action)).toEqual(expect.arrayContaining(['task.create', 'task.commit', 'task.draw', 'task.export-list', 'task.export-certificate']));
	});

	test("a task's page shows only warnings its reader may see", async () => {
		const numbers = async (change: Parameters<typeof actorOf>[0]) => {
			const detail = await taskDetail(t.db, actorOf(change), id);
			return detail.ok && detail.warnings.map((w) => w.number);
		};
		expect(await numbers({})).toEqual(['N-w-address', 'N-w-cell']);
		expect(await numbers({ industries: ['C13'] })).toEqual([]);
	});

	test('the warning knows its task, for those who may see both', async () => {
		const [found] = await tasksOfWarnings(t.db, planner, ['w-cell']);
		expect(found).toMatchObject({ id, state: 'drawn', dueOn });
		// Both its warnings led to it, which makes it one task.
		expect(await tasksOfWarnings(t.db, planner, ['w-cell', 'w-address'])).toEqual([found]);
		expect(await tasksOfWarnings(t.db, actorOf({ regionCode: '320500' }), ['w-cell'])).toEqual([]);
		// A department of one industry sees the tasks of its own desk only, and no warning of another industry.
		expect(await tasksOfWarnings(t.db, actorOf({ industries: ['H62'], departmentId: 'culture' }), ['w-cell'])).toEqual([]);
		expect(await tasksOfWarnings(t.db, actorOf({ industries: ['C13'] }), ['w-cell'])).toEqual([]);
		for (const role of ['inspector', 'sysadmin'] as const) expect(await tasksOfWarnings(t.db, actorOf({ role }), ['w-cell'])).toEqual([]);
	});

	test('the inspector sees and enters only their own, the planner reviews, the visit is written', async () => {
		const list = await drawnObjects(t.db, planner, id);
		if (!list.ok) throw new Error(list.reason);
		const today = (await sql<{ d: string }>`select ((now() at time zone 'Asia/Shanghai')::date)::text as d`.execute(t.db)).rows[0]!.d;
		const entry = { result: 'no-problem', note: '', visitedOn: today };
		for (const object of list.objects) {
			const inspector = actorOf({ id: 'acc', role: 'inspector', inspectorId: object.inspectors[0]!.id });
			const stranger = actorOf({ id: 'acc2', role: 'inspector', inspectorId: 'old' });
			expect(await enterResult(t.db, stranger, id, object.uscc, entry)).toMatchObject({ ok: false, reason: 'not-found' });
			expect(await enterResult(t.db, inspector, id, object.uscc, { ...entry, result: 'fine' })).toMatchObject({ reason: 'result-unknown' });
			expect(await enterResult(t.db, inspector, id, object.uscc, { ...entry, visitedOn: '2020-01-01' })).toMatchObject({ reason: 'before-the-draw' });
			expect(await enterResult(t.db, inspector, id, object.uscc, entry)).toEqual({ ok: true });
		}
		const one = actorOf({ id: 'acc', role: 'inspector', inspectorId: list.objects[0]!.inspectors[0]!.id });
		expect((await myTasks(t.db, one)).map((x) => x.open)).toEqual([0]);
		const mine = await myTask(t.db, one, id);
		if (!mine.ok) throw new Error(mine.reason);
		expect(JSON.stringify(mine)).not.toMatch(/"class"|warning|reason_data/);
		expect(await myTask(t.db, actorOf({ role: 'inspector', inspectorId: 'old' }), id)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await reviewResults(t.db, one, id, null)).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await reviewResults(t.db, planner, id, null)).toEqual({ ok: true, reviewed: 6, done: true });
		const visits = await t.db.selectFrom('inspection_visit').selectAll().where('task_id', '=', id).execute();
		expect(visits).toHaveLength(6);
		expect(visits.every((x) => x.planned && x.path === 'random' && x.class !== null)).toBe(true);
	});

	test('who was visited is out of the next pool, with when and by whom', async () => {
		const next = await pooled(t);
		const page = await poolPage(t.db, planner, next.id, { page: 0, reason: 'yearly-cap' });
		if (!page.ok) throw new Error(page.reason);
		expect(page.rows.length).toBeGreaterThan(0);
		for (const row of page.rows) expect(row.data).toMatchObject({ by: '常州市市场监督管理局', on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
	});
});

describe('refusals', () => {
	let t: TestDatabase;
	beforeAll(async () => {
		t = await testDatabase();
		await seedRegister(t);
		await seedWarning(t.owner, { id: 'w-one', scopeKind: 'enterprise', uscc: uscc(1) });
		await seedWarning(t.owner, { id: 'w-cell', scopeKind: 'cell', members: [uscc(1)], role: 'contributor' });
		await t.owner.insertInto('inspection_item').values({ id: 'culture-venue', number: 'W1', name: '娱乐场所检查', legal_basis: '《娱乐场所管理条例》', department_id: 'culture', method: 'on-site' }).execute();
		await seedWarning(t.owner, { id: 'w-far', scopeKind: 'cell', region: '320500' });
	});
	afterAll(() => t[Symbol.asyncDispose]());
	const wanted = { warningIds: [], scope: scopeOf(), itemId: 'registration', dueOn, spareOnSite: true };

	test.each(['leader', 'monitor', 'inspector', 'sysadmin', 'secadmin', 'auditor'] as const)('a %s makes no task', async (role) => {
		expect(await createTask(t.db, actorOf({ role }), wanted)).toMatchObject({ ok: false, reason: 'not-allowed' });
	});

	test.each([
		[{ dueOn: '2099-02-30' }, 'not-a-day'],
		[{ dueOn: '2020-01-01' }, 'due-in-the-past'],
		[{ scope: scopeOf({ establishedFrom: '2019-02-30' }) }, 'input-invalid'],
		[{ scope: scopeOf({ cells: [] }) }, 'scope-empty'],
		[{ itemId: 'none' }, 'item-unknown'],
		[{ itemId: 'culture-venue' }, 'item-unknown']
	])('%j is refused', async (change, reason) => {
		expect(await createTask(t.db, planner, { ...wanted, ...change })).toMatchObject({ ok: false, reason });
	});

	test('an item of another department is refused for a task and for a lead check, and not offered', async () => {
		const culture = actorOf({ id: 'c1', departmentId: 'culture' });
		expect(await createTask(t.db, culture, wanted)).toMatchObject({ reason: 'item-unknown' });
		expect(await createTask(t.db, culture, { ...wanted, itemId: 'culture-venue' })).toMatchObject({ ok: true });
		const lead = { uscc: uscc(1), warningId: null, ground: 'complaint', evidence: `举报称 ${uscc(1)} 停业后拒不退费`, dueOn };
		expect(await createLeadCheck(t.db, culture, { ...lead, itemId: 'prepaid', inspectorIds: ['k1', 'k2'] })).toMatchObject({ reason: 'item-unknown' });
		expect(await createLeadCheck(t.db, culture, { ...lead, itemId: 'culture-venue', inspectorIds: ['k1', 'k2'] })).toMatchObject({ ok: true });
		expect((await ownItems(t.db, culture)).map((i) => i.id)).toEqual(['culture-venue']);
		expect((await ownItems(t.db, planner)).map((i) => i.id)).not.toContain('culture-venue');
	});

	test('a warning that names one enterprise is a lead check', async () => {
		expect(await createTask(t.db, planner, { ...wanted, warningIds: ['w-one'] })).toMatchObject({ reason: 'named-enterprise', uscc: uscc(1) });
	});

	test('outside the jurisdiction does not exist', async () => {
		expect(await createTask(t.db, planner, { ...wanted, warningIds: ['w-far'] })).toMatchObject({ reason: 'not-found' });
		expect(await createTask(t.db, planner, { ...wanted, scope: scopeOf({ cells: [{ region: '320500', industry: '*' }] }) })).toMatchObject({ reason: 'not-found' });
		expect(await createTask(t.db, planner, { ...wanted, scope: scopeOf({ cells: [{ region: '320000', industry: '*' }] }) })).toMatchObject({ reason: 'not-found' });
		const task = await pooled(t);
		const far = actorOf({ id: 'far', regionCode: '320500' });
		expect(await taskDetail(t.db, far, task.id)).toMatchObject({ reason: 'not-found' });
		expect(await commit(t.db, far, task.id, wish(2))).toMatchObject({ reason: 'not-found' });
		expect(await exportCertificate(t.db, far, task.id)).toMatchObject({ reason: 'not-found' });
		expect(await poolPage(t.db, far, task.id, { page: 0 })).toMatchObject({ reason: 'not-found' });
		expect(await pageOfTasks(t.db, far, parseTaskFilter(new URLSearchParams()))).toEqual({ rows: [], total: 0, skip: 0 });
		expect(await pageOfTasks(t.db, actorOf({ role: 'sysadmin' }), parseTaskFilter(new URLSearchParams()))).toEqual({ rows: [], total: 0, skip: 0 });
		expect(await commit(t.db, actorOf({ departmentId: 'culture' }), task.id, wish(2))).toMatchObject({ reason: 'not-allowed' });
	});

	test('a pool not larger than the sample is no draw', async () => {
		const task = await pooled(t, planner, scopeOf({ classes: ['D'] }));
		expect(task.eligible).toBe(4);
		expect(await commit(t.db, planner, task.id, wish(4))).toEqual({ ok: false, reason: 'pool-not-larger' });
		expect(await draw(t.db, planner, task.id)).toMatchObject({ reason: 'wrong-state' });
	});

	test('too few certified inspectors', async () => {
		await t.owner.updateTable('inspector').set({ state: 'leave' }).where('id', 'in', ['i2', 'i3', 'i4']).execute();
		const task = await pooled(t);
		expect(await commit(t.db, planner, task.id, wish(2))).toEqual({ ok: false, reason: 'too-few-inspectors', available: 1 });
		await t.owner.updateTable('inspector').set({ state: 'active' }).execute();
	});

	test.each([
		['one object is put in the place of another', sql`update sampling_pool_part set objects = overlay(objects placing '\\xffffffffffffffffffffffffffffffff'::bytea from 1)`],
		['a part is taken out', sql`delete from sampling_pool_part`]
	])('a frozen pool is not drawn from where %s', async (_, tamper) => {
		const task = await pooled(t);
		await commit(t.db, planner, task.id, wish(2));
		await sql`${tamper} where task_id = ${task.id} and stratum <> ''`.execute(t.owner);
		expect(await draw(t.db, planner, task.id)).toEqual({ ok: false, reason: 'pool-tampered' });
	});

	test('who will be refused the draw sets no hashing of the pool going', async () => {
		const task = await pooled(t);
		await commit(t.db, planner, task.id, wish(2));
		let hashed = 0;
		const watched = t.db.withPlugin({
			transformQuery: ({ node }) => {
				if (JSON.stringify(node).includes('sampling_pool_part')) hashed++;
				return node;
			},
			transformResult: async ({ result }) => result
		});
		for (const other of [actorOf({ id: 'head', role: 'leader', grants: ['approver'] }), actorOf({ id: 'culture', departmentId: 'culture' })]) {
			expect(await draw(watched, other, task.id)).toMatchObject({ reason: 'not-allowed' });
		}
		expect(hashed).toBe(0);
		expect(await draw(watched, planner, task.id)).toMatchObject({ ok: true });
		expect(hashed).toBeGreaterThan(0);
	});

	test('a list that is drawn again has no progress until it is drawn', async () => {
		const id = await drawn(t, 2);
		const progress = async () => (await pageOfTasks(t.db, planner, parseTaskFilter(new URLSearchParams()))).rows.find((row) => row.id === id)?.drawn;
		expect(await progress()).toBe(2);
		expect(await redraw(t.db, planner, id, '名单范围有误需重抽')).toEqual({ ok: true });
		expect(await progress()).toBe(0);
	});

	test('cancelling needs a reason, and a drawn list is carried out', async () => {
		const task = await pooled(t);
		expect(await cancelTask(t.db, planner, task.id, ' 重复 ')).toMatchObject({ reason: 'reason-missing' });
		expect(await cancelTask(t.db, planner, task.id, '重复建单')).toEqual({ ok: true });
		const done = await drawn(t, 2);
		expect(await cancelTask(t.db, planner, done, '不想查了')).toMatchObject({ reason: 'wrong-state' });
	});

	test('淮安 and 林甸 bind the tasks of their regions', async () => {
		await seedEnterprises(t.owner, ['A', 'B', 'C', 'D', 'D'].map((c, i) => ({ n: 200 + i, region: '320803', class: c })));
		const nation = actorOf({ regionCode: '000000' });
		const task = await pooled(t, nation, scopeOf({ cells: [{ region: '320803', industry: '*' }] }));
		const page = await poolPage(t.db, nation, task.id, { page: 0 });
		if (!page.ok) throw new Error(page.reason);
		expect(page.pool.reasons).toEqual(
			expect.arrayContaining([
				{ eligible: false, reason: 'class-out', n: 1 },
				{ eligible: false, reason: 'joint-only', n: 1 },
				{ eligible: true, reason: 'class-rule', n: 3 }
			])
		);
	});
});

describe('lead checks', () => {
	let t: TestDatabase;
	beforeAll(async () => {
		t = await testDatabase();
		await seedRegister(t);
		await seedWarning(t.owner, { id: 'w-one', scopeKind: 'enterprise', uscc: uscc(1) });
		await seedWarning(t.owner, { id: 'w-cell', scopeKind: 'cell', members: [uscc(1)], role: 'contributor' });
	});
	afterAll(() => t[Symbol.asyncDispose]());
	const wanted = {
		uscc: uscc(1), warningId: 'w-one', ground: 'monitoring-finding', evidence: `预警指名 ${uscc(1)}：一周内投诉 31 件`, itemId: 'prepaid', inspectorIds: ['i1', 'i2'], dueOn
	};

	test.each([
		['evidence that names nobody', { evidence: '该区域投诉上升明显，需要现场核查' }, 'evidence-not-naming'],
		['evidence that only names', { evidence: uscc(1) }, 'evidence-too-short'],
		['a heading without a clue', { evidence: `预警 2026-000036 指名该企业（${uscc(1)}）：` }, 'evidence-too-short'],
		['a hot region as evidence', { warningId: 'w-cell' }, 'warning-does-not-name'],
		['an unknown ground', { ground: 'hunch' }, 'ground-unknown'],
		['one inspector', { inspectorIds: ['i1', 'i1'] }, 'too-few-inspectors'],
		['an expired certificate', { inspectorIds: ['i1', 'old'] }, 'inspector-not-allowed'],
		['an enterprise elsewhere', { uscc: uscc(100), warningId: null, evidence: `线索指名 ${uscc(100)} 无照经营` }, 'not-found']
	])('%s is refused', async (_what, change, reason) => {
		expect(await createLeadCheck(t.db, planner, { ...wanted, ...change })).toMatchObject({ ok: false, reason });
	});

	/** Who may not review or cancel a lead check of the market department that `acc` has entered. */
	const reviewers = [
		[{ role: 'monitor' }, 'not-allowed'],
		[{ role: 'inspector', inspectorId: 'i2' }, 'not-allowed'],
		[{ departmentId: 'culture' }, 'not-allowed'],
		[{ regionCode: '320500' }, 'not-found']
	] as const;

	test('a double click makes one', async () => {
		const twice = { ...wanted, id: randomUUID(), uscc: uscc(9), warningId: null, evidence: `举报称 ${uscc(9)} 停业后拒不退费` };
		const clicks = await Promise.all([createLeadCheck(t.db, planner, twice), createLeadCheck(t.db, planner, twice)]);
		expect(clicks).toEqual([{ ok: true, id: twice.id }, { ok: true, id: twice.id }]);
		expect(await openLeadChecks(t.db, planner, uscc(9))).toHaveLength(1);
		await t.owner.deleteFrom('lead_check').where('id', '=', twice.id).execute();
	});

	test('nobody reviews what they entered themselves, whatever role they have come to', async () => {
		const made = await createLeadCheck(t.db, planner, { ...wanted, uscc: uscc(5), warningId: null, evidence: `举报称 ${uscc(5)} 停业后拒不退费` });
		if (!made.ok) throw new Error(made.reason);
		const today = (await sql<{ d: string }>`select ((now() at time zone 'Asia/Shanghai')::date)::text as d`.execute(t.db)).rows[0]!.d;
		await enterLeadResult(t.db, actorOf({ id: 'acc', role: 'inspector', inspectorId: 'i1' }), made.id, { result: 'no-problem', note: '', visitedOn: today });
		expect(await reviewLeadResult(t.db, actorOf({ id: 'acc' }), made.id)).toMatchObject({ ok: false, reason: 'own-work' });
		await t.db.deleteFrom('inspection_visit').where('lead_check_id', '=', made.id).execute();
		await t.owner.deleteFrom('lead_check').where('id', '=', made.id).execute();
	});

	test('cancelled with a reason, by its own department, it is over', async () => {
		const made = await createLeadCheck(t.db, planner, { ...wanted, uscc: uscc(6), warningId: null, evidence: `举报称 ${uscc(6)} 停业后拒不退费` });
		if (!made.ok) throw new Error(made.reason);
		for (const [change, reason] of reviewers) expect(await cancelLeadCheck(t.db, actorOf(change), made.id, '举报人撤回')).toMatchObject({ ok: false, reason });
		expect(await cancelLeadCheck(t.db, planner, made.id, ' 撤回了 ')).toMatchObject({ ok: false, reason: 'reason-missing' });
		expect(await cancelLeadCheck(t.db, planner, made.id, ' 举报人撤回 ')).toEqual({ ok: true });
		const found = await findLeadCheck(t.db, planner, made.id);
		expect(found.ok && [found.check.state, found.check.cancel_reason]).toEqual(['cancelled', '举报人撤回']);
		const audited = await t.db.selectFrom('audit_entry').selectAll().where('object_id', '=', made.id).orderBy('seq', 'desc').executeTakeFirstOrThrow();
		expect(audited).toMatchObject({ object_kind: 'lead_check', actor_id: planner.id, detail: { reason: '举报人撤回' } });
		const inspector = actorOf({ id: 'acc', role: 'inspector', inspectorId: 'i1' });
		expect(await enterLeadResult(t.db, inspector, made.id, { result: 'no-problem', note: '', visitedOn: '2026-01-01' })).toMatchObject({ reason: 'wrong-state' });
		expect(await reviewLeadResult(t.db, planner, made.id)).toMatchObject({ reason: 'wrong-state' });
		expect(await cancelLeadCheck(t.db, planner, made.id, '再来一次')).toMatchObject({ reason: 'wrong-state' });
		await t.owner.deleteFrom('lead_check').where('id', '=', made.id).execute();
	});

	test('a class A enterprise that evidence names is visited, outside every planned cap, by two inspectors', async () => {
		const made = await createLeadCheck(t.db, planner, wanted);
		if (!made.ok) throw new Error(made.reason);
		const inspector = actorOf({ id: 'acc', role: 'inspector', inspectorId: 'i2' });
		const seen = await findLeadCheck(t.db, inspector, made.id);
		expect(seen.ok && [seen.mine, seen.check.warning_number, seen.check.evidence]).toEqual([true, null, '']);
		expect(await findLeadCheck(t.db, actorOf({ role: 'inspector', inspectorId: 'i3' }), made.id)).toMatchObject({ reason: 'not-found' });
		const today = (await sql<{ d: string }>`select ((now() at time zone 'Asia/Shanghai')::date)::text as d`.execute(t.db)).rows[0]!.d;
		const entry = { result: 'ordered-to-correct', note: '已下达责令改正通知书', visitedOn: today };
		expect(await enterLeadResult(t.db, actorOf({ role: 'inspector', inspectorId: 'i3' }), made.id, entry)).toMatchObject({ reason: 'not-found' });
		expect(await reviewLeadResult(t.db, planner, made.id)).toMatchObject({ ok: false, reason: 'not-entered' });
		expect(await enterLeadResult(t.db, inspector, made.id, { ...entry, result: 'no-problem', note: '' })).toEqual({ ok: true });
		expect(await enterLeadResult(t.db, inspector, made.id, entry)).toEqual({ ok: true });
		for (const [change, reason] of reviewers) expect(await reviewLeadResult(t.db, actorOf(change), made.id)).toMatchObject({ ok: false, reason });
		expect(await cancelLeadCheck(t.db, planner, made.id, '不想查了')).toMatchObject({ ok: false, reason: 'wrong-state' });
		expect(await reviewLeadResult(t.db, planner, made.id)).toEqual({ ok: true });
		expect(await reviewLeadResult(t.db, planner, made.id)).toMatchObject({ ok: false, reason: 'wrong-state' });
		expect(await enterLeadResult(t.db, inspector, made.id, { ...entry, result: 'no-problem' })).toMatchObject({ ok: false, reason: 'already-reviewed' });
		const reviewed = await findLeadCheck(t.db, planner, made.id);
		expect(reviewed.ok && [reviewed.check.state, reviewed.check.reviewed_by, reviewed.check.reviewed_at]).toEqual(['done', planner.id, expect.any(Date)]);
		const audited = await t.db.selectFrom('audit_entry').select('action').where('object_id', '=', made.id).orderBy('seq').execute();
		expect(audited.map((a) => a.action)).toEqual(['lead-check.create', 'result.enter', 'result.enter', 'result.review']);
		expect((await listLeadChecks(t.db, planner)).map((l) => l.id)).toEqual([made.id]);
		expect(await leadChecksOfWarning(t.db, planner, 'w-one')).toMatchObject([{ id: made.id, uscc: uscc(1), state: 'done', result: 'ordered-to-correct', dueOn }]);
		expect(await leadChecksOfWarning(t.db, planner, 'w-cell')).toEqual([]);
		for (const stranger of [{ regionCode: '320500' }, { industries: ['C13'] }, { role: 'inspector', inspectorId: 'i2' }] as const) {
			expect(await leadChecksOfWarning(t.db, actorOf(stranger), 'w-one')).toEqual([]);
		}
		const visit = await t.db.selectFrom('inspection_visit').selectAll().where('uscc', '=', uscc(1)).executeTakeFirstOrThrow();
		expect(visit).toMatchObject({ planned: false, path: 'lead-check', result: 'ordered-to-correct' });
		// It does not count: with the discretion unused, the enterprise may still be in a planned pool.
		const task = await pooled(t, planner, scopeOf(), [], { spareOnSite: false });
		const page = await poolPage(t.db, planner, task.id, { page: 0, text: uscc(1) });
		expect(page.ok && page.rows[0]?.reason).toBe('class-rule');
	});
});

describe('draws at the same time', () => {
	test('two planners with overlapping pools cannot exceed a cap, nor the yearly ratio of a class, and nobody is on two lists', async () => {
		await using t = await testDatabase();
		await seedRegister(t);
		// The preset's yearly ratios let eight of the forty be drawn: two rounds of two draws of two.
		for (let round = 0; round < 2; round++) {
			const actors = [actorOf({ id: 'p1' }), actorOf({ id: 'p2' })];
			const tasks = await Promise.all(actors.map((a) => pooled(t, a)));
			await Promise.all(tasks.map((task, i) => commit(t.db, actors[i]!, task.id, wish(2))));
			await Promise.all(tasks.map((task, i) => draw(t.db, actors[i]!, task.id)));
			// Whoever was second and found the year used up begins again from the settings.
			for (const [i, task] of tasks.entries()) {
				const found = await findTask(t.db, actors[i]!, task.id);
				if (!found.ok || found.task.state === 'drawn') continue;
				expect(await reopenTask(t.db, actors[i]!, task.id, '名单已变化')).toEqual({ ok: true });
				await commit(t.db, actors[i]!, task.id, wish(2));
				expect(await draw(t.db, actors[i]!, task.id)).toMatchObject({ ok: true, drawn: 2 });
			}
		}
		const drawnOf = await t.db.selectFrom('sampling_object').select(['uscc', 'stratum']).execute();
		expect(drawnOf).toHaveLength(8);
		expect(new Set(drawnOf.map((o) => o.uscc)).size).toBe(8);
		// A fifth would exceed the yearly ratios, whoever asks.
		const fifth = await pooled(t);
		expect(await commit(t.db, planner, fifth.id, wish(2))).toMatchObject({ reason: 'limits-leave-none' });
	});

	test('many at once: the cap of each enterprise and the ratio of each class hold, whatever the order', async () => {
		await using t = await testDatabase();
		await seedRegister(t);
		const actors = Array.from({ length: 6 }, (_, i) => actorOf({ id: `p${i}` }));
		const tasks = await Promise.all(actors.map((a) => pooled(t, a)));
		await Promise.all(tasks.map((task, i) => commit(t.db, actors[i]!, task.id, wish(3))));
		const results = await Promise.all(tasks.map((task, i) => draw(t.db, actors[i]!, task.id)));
		expect(results.some((r) => r.ok)).toBe(true);
		for (const r of results) if (!r.ok) expect(r.reason).toBe('pool-changed');
		const rows = await t.db.selectFrom('sampling_object').select(['uscc', 'class']).execute();
		expect(new Set(rows.map((r) => r.uscc)).size).toBe(rows.length);
		// National: of twenty B at most a tenth, of six C four tenths, of four D all.
		const most: Record<string, number> = { A: 0, B: 2, C: 2, D: 4 };
		for (const [k, n] of Object.entries(most)) expect(rows.filter((r) => r.class === k).length).toBeLessThanOrEqual(n);
	});

	test('one task drawn twice at once is drawn once', async () => {
		await using t = await testDatabase();
		await seedRegister(t);
		const task = await pooled(t);
		await commit(t.db, planner, task.id, wish(3));
		const results = await Promise.all([draw(t.db, planner, task.id), draw(t.db, planner, task.id)]);
		expect(results.map((r) => r.ok).sort()).toEqual([false, true]);
	});
});

describe('drawing again', () => {
	test('only for a reason, only while nobody has entered a result; both draws are kept and verify', async () => {
		await using t = await testDatabase();
		await seedRegister(t);
		const id = await drawn(t, 3);
		expect(await redraw(t.db, planner, id, ' 重新抽一次 ')).toMatchObject({ reason: 'redraw-reason-missing' });
		expect(await redraw(t.db, actorOf({ departmentId: 'culture' }), id, '抽查事项选错，需要重新抽取')).toMatchObject({ reason: 'not-allowed' });
		expect(await redraw(t.db, planner, id, '抽查事项选错，需要重新抽取')).toEqual({ ok: true });
		expect(await exportCertificate(t.db, planner, id, 1)).toMatchObject({ replaced: { now: null } });
		// Taken back, nobody is on an open list because of it.
		const other = await pooled(t);
		const page = await poolPage(t.db, planner, other.id, { page: 0 });
		expect(page.ok && page.pool.reasons.map((r) => r.reason)).not.toContain('open-task');
		expect(await commit(t.db, planner, id, wish(3))).toMatchObject({ ok: true });
		expect(await draw(t.db, planner, id)).toMatchObject({ ok: true, drawn: 3 });
		const history = await drawHistory(t.db, { id });
		expect(history.map((d) => [d.n, d.state, d.drawn, d.reason])).toEqual([[2, 'drawn', 3, null], [1, 'superseded', 3, '抽查事项选错，需要重新抽取']]);
		for (const n of [1, 2]) {
			expect(await verifyInside(t.db, planner, id, n)).toEqual({ ok: true, valid: true, reason: 'valid' });
			const out = await exportCertificate(t.db, planner, id, n);
			if (!out.ok) throw new Error(out.reason);
			expect(verifyOuter(JSON.parse(JSON.stringify(out.certificate)))).toEqual({ valid: true, reason: 'valid' });
			expect(out.certificate.previous).toBe(n === 1 ? null : history[1]!.commitment);
			// The page says what became of the draw; the file, which must verify for ever, does not change.
			expect(out.replaced).toEqual(n === 1 ? { at: expect.any(Date), now: 2 } : null);
		}
		const list = await drawnObjects(t.db, planner, id);
		if (!list.ok) throw new Error(list.reason);
		expect(list.objects).toHaveLength(3);
		await t.owner.updateTable('sampling_object').set({ entered_at: new Date() }).where('task_id', '=', id).where('draw_n', '=', 2).execute();
		expect(await redraw(t.db, planner, id, '抽查事项选错，需要重新抽取')).toMatchObject({ reason: 'results-entered' });
	});

	test('a commitment given up stays, void, with its reason, and its seed is never told', async () => {
		await using t = await testDatabase();
		await seedRegister(t);
		const task = await pooled(t);
		await commit(t.db, planner, task.id, wish(2));
		expect(await reopenTask(t.db, planner, task.id, ' 有误 ')).toMatchObject({ reason: 'reason-missing' });
		expect(await reopenTask(t.db, planner, task.id, '样本数有误')).toEqual({ ok: true });
		expect(await reopenTask(t.db, planner, task.id, '样本数有误')).toMatchObject({ reason: 'wrong-state' });
		expect(await drawHistory(t.db, task)).toMatchObject([{ n: 1, state: 'void', reason: '样本数有误', seed: null }]);
		expect(await verifyInside(t.db, planner, task.id, 1)).toMatchObject({ valid: false, reason: 'not-drawn' });
	});
});

describe('settings of a draw', () => {
	let t: TestDatabase;
	beforeAll(async () => {
		t = await testDatabase();
		await seedRegister(t);
		await seedEnterprises(t.owner, Array.from({ length: 60 }, (_, i) => ({ n: 300 + i, class: 'B' })));
		await seedWarning(t.owner, { id: 'w-address', scopeKind: 'address', members: [uscc(301), uscc(302), uscc(303)] });
		await t.owner.insertInto('inspector').values(['x1', 'x2'].map((id) => ({
			id, name: `专家${id}`, unit: '专家库', department_id: 'market', region_code: '320400', certificate_no: id, certificate_until: '2099-12-31', expert: true
		}))).execute();
	});
	afterAll(() => t[Symbol.asyncDispose]());
	/** Each test gives its list up, so that the next one has the year before it. */
	const carriedOut = (id: string) => t.owner.updateTable('sampling_task').set({ state: 'cancelled' }).where('id', '=', id).execute();

	test('what is chosen is kept while the task is a draft: it can be left and resumed', async () => {
		const task = await pooled(t);
		expect(await saveSettings(t.db, planner, task.id, { ...wish(7).settings, experts: 1, entropySource: '某指数收盘价' })).toEqual({ ok: true });
		const found = await findTask(t.db, planner, task.id);
		expect(found.ok && found.task.settings).toMatchObject({ wish: { mode: 'number', number: 7 }, experts: 1, entropySource: '某指数收盘价' });
		expect(await saveSettings(t.db, planner, task.id, { experts: 9 })).toMatchObject({ reason: 'input-invalid' });
		expect(await saveSettings(t.db, actorOf({ departmentId: 'culture' }), task.id, { experts: 0 })).toMatchObject({ reason: 'not-allowed' });
	});

	test('by weight: those named by warnings weigh more, it verifies inside, and nothing of it leaves', async () => {
		const task = await pooled(t, planner, scopeOf(), ['w-address']);
		expect(await commit(t.db, planner, task.id, { settings: { ...wish(4).settings, weighted: true } })).toMatchObject({ ok: true });
		const weights = await t.db.selectFrom('sampling_pool_part').select('weights').where('task_id', '=', task.id).where('stratum', '<>', '').execute();
		expect(new Set(weights.flatMap((w) => w.weights ?? [])).size).toBeGreaterThan(1);
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true, drawn: 4 });
		expect(await verifyInside(t.db, planner, task.id)).toEqual({ ok: true, valid: true, reason: 'valid' });
		expect(await exportCertificate(t.db, planner, task.id)).toMatchObject({ ok: false, reason: 'weighted-inside-only' });
		await sql`update sampling_pool_part set weights[1] = 90 where task_id = ${task.id} and weights is not null`.execute(t.owner);
		expect(await verifyInside(t.db, planner, task.id)).toMatchObject({ valid: false, reason: 'commitment-differs' });
		await carriedOut(task.id);
	});

	test('public entropy decides with the seed: without its value nothing is drawn, with another value it no longer verifies', async () => {
		const task = await pooled(t);
		expect(await commit(t.db, planner, task.id, { settings: { ...wish(3).settings, entropySource: '某指数收盘价' } })).toMatchObject({ ok: true });
		for (const nothing of [null, ' ', 'a\nb']) expect(await draw(t.db, planner, task.id, nothing)).toMatchObject({ reason: 'entropy-missing' });
		expect(await draw(t.db, planner, task.id, ' 3421.57 ')).toMatchObject({ ok: true, drawn: 3 });
		const out = await exportCertificate(t.db, planner, task.id);
		if (!out.ok) throw new Error(out.reason);
		expect(out.certificate.entropy).toEqual({ source: '某指数收盘价', value: '3421.57' });
		expect(verifyOuter(out.certificate)).toEqual({ valid: true, reason: 'valid' });
		expect(verifyOuter({ ...out.certificate, entropy: { source: '某指数收盘价', value: '3421.58' } })).toMatchObject({ valid: false, reason: 'result-differs' });
		await carriedOut(task.id);
	});

	test('experts come in addition to the two, and are part of what is verified', async () => {
		const task = await pooled(t);
		expect(await commit(t.db, planner, task.id, { settings: { ...wish(3).settings, experts: 3 } })).toMatchObject({ reason: 'too-few-experts', available: 2 });
		expect(await commit(t.db, planner, task.id, { settings: { ...wish(3).settings, experts: 1 } })).toMatchObject({ ok: true });
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true });
		const seats = await t.db.selectFrom('task_inspector').select(['uscc', 'inspector_id', 'expert']).where('task_id', '=', task.id).execute();
		for (const one of new Set(seats.map((s) => s.uscc))) {
			const team = seats.filter((s) => s.uscc === one);
			expect(team.map((s) => s.expert).sort()).toEqual([false, false, true]);
			expect(team.every((s) => s.inspector_id.startsWith('x') === s.expert)).toBe(true);
		}
		expect(await verifyInside(t.db, planner, task.id)).toMatchObject({ valid: true });
		await t.owner.updateTable('task_inspector').set({ inspector_id: 'old' }).where('task_id', '=', task.id).where('expert', '=', true).execute();
		expect(await verifyInside(t.db, planner, task.id)).toMatchObject({ valid: false, reason: 'inspectors-differ' });
		await carriedOut(task.id);
	});

	test('an item that needs three is visited by three, and refused where there are fewer', async () => {
		await t.owner.updateTable('inspection_item').set({ staff_needed: 3 }).where('id', '=', 'registration').execute();
		const task = await pooled(t);
		expect(await commit(t.db, planner, task.id, wish(2))).toMatchObject({ ok: true });
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true });
		const seats = await t.db.selectFrom('task_inspector').select(['uscc']).where('task_id', '=', task.id).execute();
		expect([...Map.groupBy(seats, (s) => s.uscc).values()].map((s) => s.length)).toEqual([3, 3]);
		expect(await verifyInside(t.db, planner, task.id)).toMatchObject({ valid: true });
		await carriedOut(task.id);
		await t.owner.updateTable('inspection_item').set({ staff_needed: 5 }).where('id', '=', 'registration').execute();
		expect(await commit(t.db, planner, (await pooled(t)).id, wish(2))).toMatchObject({ reason: 'too-few-inspectors', available: 4 });
		await t.owner.updateTable('inspection_item').set({ staff_needed: 2 }).where('id', '=', 'registration').execute();
	});

	test('a random arm lies inside the undirected task of a filed plan only, and adds nobody', async () => {
		const targeted = await pooled(t);
		expect(await commit(t.db, planner, targeted.id, { settings: { ...wish(4).settings, control: 0.5 } })).toMatchObject({ reason: 'control-not-filed' });
		await t.owner.insertInto('sampling_plan').values({ id: 'plan', number: 'JH-1', year: 2026, name: '计划', department_id: 'market', region_code: '320400', state: 'filed', filed_on: '2026-01-10', created_by: 'p' }).execute();
		await t.owner.insertInto('plan_entry').values({
			id: 'entry', plan_id: 'plan', position: 1, item_id: 'registration', kind: 'undirected', occurrence: 'periodic', scope: JSON.stringify(scopeOf()),
			from_on: '2026-01-01', until_on: '2098-12-31', mode: 'number', promised: 4, origin: 'entry'
		}).execute();
		const task = await pooled(t);
		await t.owner.updateTable('sampling_task').set({ kind: 'undirected', plan_entry_id: 'entry' }).where('id', '=', task.id).execute();
		expect(await commit(t.db, planner, task.id, { settings: { ...wish(6).settings, control: 0.5 } })).toMatchObject({ ok: true, total: 6 });
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true, drawn: 6 });
		const arm = await t.db.selectFrom('sampling_object').select(['control', 'class']).where('task_id', '=', task.id).execute();
		expect(arm.filter((o) => o.control)).toHaveLength(3);
		expect(await verifyInside(t.db, planner, task.id)).toMatchObject({ valid: true });
		await t.owner.updateTable('sampling_object').set({ control: true }).where('task_id', '=', task.id).execute();
		expect(await verifyInside(t.db, planner, task.id)).toMatchObject({ valid: false, reason: 'result-differs' });
		await carriedOut(task.id);
	});

	test('a campaign may take everybody who may be visited; a draw of everybody is refused', async () => {
		const all = { settings: { wish: { mode: 'all' } as const } };
		const task = await pooled(t, planner, scopeOf({ classes: ['D'] }));
		expect(await commit(t.db, planner, task.id, all)).toMatchObject({ reason: 'pool-not-larger' });
		await t.owner.updateTable('sampling_task').set({ kind: 'campaign' }).where('id', '=', task.id).execute();
		expect(await commit(t.db, planner, task.id, all)).toMatchObject({ ok: true, total: 4 });
		expect(await draw(t.db, planner, task.id)).toMatchObject({ ok: true, drawn: 4 });
		await carriedOut(task.id);
	});
});

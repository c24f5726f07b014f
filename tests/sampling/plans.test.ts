import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amendPlan, closePlan, decidePlan, filePlan, recallPlan, submitPlan } from '#lib/sampling/plans/decide.server.ts';
import { planDetail } from '#lib/sampling/plans/detail.server.ts';
import { createPlan, removeEntry, renamePlan, saveEntry } from '#lib/sampling/plans/edit.server.ts';
import { listPlans, planYears } from '#lib/sampling/plans/list.server.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { createTask, taskDetail } from '#lib/sampling/tasks/tasks.server.ts';
import type { Actor } from '#lib/access/actor.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { farPlanner, head, otherPlanner, planner, scopeOf, seedPlanWorld, setDrawn } from './plans-support.ts';
import { actorOf, seedEnterprises } from './support.ts';

let t: TestDatabase;
let today: string;
let year: number;
beforeAll(async () => {
	t = await testDatabase();
	await seedPlanWorld(t.owner);
	await seedEnterprises(t.owner, Array.from({ length: 30 }, (_, i) => ({ n: i + 1, class: 'B' })));
	await seedEnterprises(t.owner, Array.from({ length: 5 }, (_, i) => ({ n: 50 + i, industry: 'C13' })));
	await keepObjects(t.owner, null);
	today = await databaseToday(t.db);
	year = Number(today.slice(0, 4));
});
afterAll(() => t[Symbol.asyncDispose]());

const must = <T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> => {
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result as Extract<T, { readonly ok: true }>;
};
const line = (change: object = {}) => ({
	itemId: 'registration', kind: 'targeted', occurrence: 'periodic', scope: scopeOf(), departmentIds: [], fromOn: `${year}-01-01`, untilOn: `${year}-12-31`,
	mode: 'number', promised: 10, note: '', ...change
});
async function drafted(lines: readonly object[] = [line()], actor: Actor = planner) {
	const plan = must(await createPlan(t.db, actor, { year, name: '年度抽查工作计划' }));
	let version = 1;
	for (const one of lines) must(await saveEntry(t.db, actor, plan.id, version++, null, one));
	return { id: plan.id, version };
}
async function approved(lines: readonly object[] = [line()]) {
	const { id, version } = await drafted(lines);
	must(await submitPlan(t.db, planner, id, version));
	must(await decidePlan(t.db, head, id, version + 1, { approve: true, note: '' }));
	return { id, version: version + 2 };
}
const entryOf = async (id: string, n = 0) => must(await planDetail(t.db, planner, id)).entries[n]!;

describe('a yearly plan', () => {
	it('is drafted with a running number, once for a form sent twice', async () => {
		const id = randomUUID();
		expect(await createPlan(t.db, planner, { id, year, name: '计划' })).toEqual({ ok: true, id });
		expect(await createPlan(t.db, planner, { id, year, name: '计划' })).toEqual({ ok: true, id });
		expect(must(await planDetail(t.db, planner, id)).plan.number).toMatch(new RegExp(`^JH${year}-\\d{4}$`));
		expect(await createPlan(t.db, planner, { year: year - 1, name: '计划' })).toMatchObject({ reason: 'plan-year', from: year });
		expect(await createPlan(t.db, planner, { year, name: ' ' })).toMatchObject({ reason: 'name-missing' });
	});

	it('holds lines that are checked against the department, the jurisdiction and the year', async () => {
		const { id, version } = await drafted([]);
		const save = (change: object) => saveEntry(t.db, planner, id, version, null, line(change));
		expect(await save({ itemId: 'venue' })).toMatchObject({ reason: 'item-unknown' });
		expect(await save({ departmentIds: ['far'] })).toMatchObject({ reason: 'department-unknown' });
		expect(await save({ departmentIds: ['market'] })).toMatchObject({ reason: 'department-unknown' });
		expect(await save({ scope: scopeOf({ cells: [{ region: '320500', industry: '*' }] }) })).toMatchObject({ reason: 'not-found' });
		expect(await save({ scope: scopeOf({ memberWarnings: ['w'] }) })).toMatchObject({ reason: 'input-invalid' });
		expect(await save({ kind: 'undirected' })).toMatchObject({ reason: 'undirected-narrowed', what: 'cells' });
		expect(await save({ kind: 'campaign' })).toMatchObject({ reason: 'input-invalid' });
		expect(await save({ fromOn: `${year - 1}-12-31` })).toMatchObject({ reason: 'window-outside-year' });
		const whole = scopeOf({ cells: [{ region: '320400', industry: '*' }] });
		must(await save({ kind: 'undirected', scope: whole, departmentIds: ['culture', 'culture'] }));
		expect(await entryOf(id)).toMatchObject({ kind: 'undirected', departmentIds: ['culture'], departments: ['常州市文化广电和旅游局'] });
	});

	it('is changed only as it was seen, and only as a draft', async () => {
		const { id, version } = await drafted();
		const entry = await entryOf(id);
		expect(await saveEntry(t.db, planner, id, version - 1, entry.id, line())).toMatchObject({ reason: 'conflict' });
		must(await saveEntry(t.db, planner, id, version, entry.id, line({ promised: 12 })));
		must(await renamePlan(t.db, planner, id, version + 1, '新的名称'));
		must(await submitPlan(t.db, planner, id, version + 2));
		expect(await saveEntry(t.db, planner, id, version + 3, entry.id, line())).toMatchObject({ reason: 'plan-wrong-state', state: 'submitted' });
		must(await recallPlan(t.db, planner, id, version + 3));
		must(await removeEntry(t.db, planner, id, version + 4, entry.id));
		expect(await submitPlan(t.db, planner, id, version + 5)).toMatchObject({ reason: 'plan-empty' });
		must(await closePlan(t.db, planner, id, version + 5));
		expect(must(await planDetail(t.db, planner, id)).plan).toMatchObject({ state: 'closed', name: '新的名称' });
	});

	it('is approved by the head of the department and never by its author', async () => {
		const { id, version } = await drafted();
		must(await submitPlan(t.db, planner, id, version));
		const decide = (actor: Actor, approve = true, note = '') => decidePlan(t.db, actor, id, version + 1, { approve, note });
		expect(await decide(planner)).toMatchObject({ reason: 'not-allowed' });
		expect(await decide({ ...head, grants: [] })).toMatchObject({ reason: 'not-allowed' });
		expect(await decide({ ...head, departmentId: 'culture' })).toMatchObject({ reason: 'not-allowed' });
		expect(await decide({ ...head, regionCode: '320500' })).toMatchObject({ reason: 'not-found' });
		// Somebody who drafted it and became the head since.
		expect(await decide({ ...head, id: planner.id })).toMatchObject({ reason: 'own-work' });
		expect(await decide(head, false, ' ')).toMatchObject({ reason: 'reason-missing' });
		must(await decide(head, false, '户数偏少'));
		expect(must(await planDetail(t.db, planner, id)).plan).toMatchObject({ state: 'draft', decision_note: '户数偏少' });
		must(await submitPlan(t.db, planner, id, version + 2));
		must(await decidePlan(t.db, head, id, version + 3, { approve: true, note: '' }));
		expect(must(await planDetail(t.db, planner, id)).plan.state).toBe('approved');
	});

	it('is nobody’s to decide who handed it in, whoever drafted it', async () => {
		const { id, version } = await drafted();
		const colleague = actorOf({ id: 'planner-9', name: 'planner-9' });
		must(await submitPlan(t.db, colleague, id, version));
		expect(await decidePlan(t.db, { ...head, id: colleague.id }, id, version + 1, { approve: true, note: '' })).toMatchObject({ reason: 'own-work' });
		expect((await listPlans(t.db, { ...head, id: colleague.id }, null)).find((p) => p.id === id)?.mine).toBe(false);
		expect((await listPlans(t.db, head, null)).find((p) => p.id === id)?.mine).toBe(true);
	});

	it('is filed after its approval, not before it and not in the future', async () => {
		const draft = await drafted();
		const filing = { filedOn: today, filingNo: '备〔2026〕1号' };
		expect(await filePlan(t.db, planner, draft.id, draft.version, filing)).toMatchObject({ reason: 'plan-wrong-state' });
		const { id, version } = await approved();
		expect(await filePlan(t.db, planner, id, version, { ...filing, filedOn: '2000-01-01' })).toMatchObject({ reason: 'filed-before-approval', day: today });
		expect(await filePlan(t.db, planner, id, version, { ...filing, filedOn: '2099-01-01' })).toMatchObject({ reason: 'in-the-future' });
		expect(await filePlan(t.db, planner, id, version, { ...filing, filedOn: '2026-02-30' })).toMatchObject({ reason: 'not-a-day' });
		expect(await filePlan(t.db, planner, id, version, { ...filing, filingNo: ' ' })).toMatchObject({ reason: 'filing-no-missing' });
		must(await filePlan(t.db, planner, id, version, filing));
		expect(must(await planDetail(t.db, planner, id)).plan).toMatchObject({ state: 'filed', filed_on: today, filing_no: '备〔2026〕1号' });
	});

	it('is read in its jurisdiction and changed in its department', async () => {
		const { id, version } = await drafted();
		expect(await planDetail(t.db, farPlanner, id)).toMatchObject({ reason: 'not-found' });
		expect(await planDetail(t.db, actorOf({ role: 'inspector' }), id)).toMatchObject({ reason: 'not-allowed' });
		expect((await listPlans(t.db, farPlanner, null)).map((p) => p.id)).toEqual([]);
		expect(await planYears(t.db, farPlanner)).toEqual([]);
		expect(await listPlans(t.db, actorOf({ role: 'auditor' }), null)).toEqual([]);
		expect(must(await planDetail(t.db, otherPlanner, id)).mayEdit).toBe(false);
		// With industries of their own, people see their own department's plans only.
		expect(await planDetail(t.db, { ...otherPlanner, industries: ['H'] }, id)).toMatchObject({ reason: 'not-found' });
		for (const done of [
			await saveEntry(t.db, otherPlanner, id, version, null, line()), await submitPlan(t.db, otherPlanner, id, version), await closePlan(t.db, otherPlanner, id, version),
			await renamePlan(t.db, actorOf({ role: 'monitor' }), id, version, '名称'), await amendPlan(t.db, otherPlanner, id)
		]) {
			expect(done).toMatchObject({ reason: 'not-allowed' });
		}
		expect(await createPlan(t.db, actorOf({ role: 'monitor' }), { year, name: '计划' })).toMatchObject({ reason: 'not-allowed' });
	});
});

describe('a task under a line of a plan', () => {
	const task = (entryId: string, change: object = {}) =>
		createTask(t.db, planner, { warningIds: [], scope: scopeOf(), itemId: 'price', dueOn: today, spareOnSite: true, entryId, ...change });

	const wishOf = async (id: string) => must(await taskDetail(t.db, planner, id)).task.settings.wish;

	it('takes item, kind and occurrence from the line, and its promise as the wish', async () => {
		const { id } = await approved([line({ mode: 'ratio', promised: 0.05 })]);
		const made = must(await task((await entryOf(id)).id, { kind: 'undirected', occurrence: 'occasional' }));
		const detail = must(await taskDetail(t.db, planner, made.id));
		expect(detail.task).toMatchObject({ kind: 'targeted', occurrence: 'periodic', item_id: 'registration', settings: { wish: { mode: 'ratio', ratio: 0.05 } } });
		expect(detail.plan).toMatchObject({ id, position: 1 });
	});

	it('stays inside what was approved', async () => {
		const { id } = await approved([line({ departmentIds: ['culture'] }), line({ untilOn: today })]);
		const entry = await entryOf(id);
		const partners = [{ departmentId: 'culture', itemId: 'venue' }];
		expect(await task(entry.id, { scope: scopeOf({ cells: [{ region: '320400', industry: 'H62' }] }), partners })).toMatchObject({ reason: 'scope-beyond' });
		expect(await task(entry.id)).toMatchObject({ reason: 'partners-not-planned' });
		const later = `${year + 1}-01-01`;
		expect(await task(entry.id, { dueOn: later, partners })).toMatchObject({ reason: 'due-outside-window', untilOn: `${year}-12-31` });
		const made = must(await task(entry.id, { partners, scope: scopeOf({ classes: ['D'] }) }));
		expect(must(await taskDetail(t.db, planner, made.id))).toMatchObject({ task: { settings: { joint: true } }, partners: [{ departmentId: 'culture', itemId: 'venue' }] });
	});

	it('is made under no draft, no closed plan and nobody else’s', async () => {
		const draft = await drafted();
		expect(await task((await entryOf(draft.id)).id)).toMatchObject({ reason: 'plan-not-in-force' });
		const { id } = await approved();
		const entry = await entryOf(id);
		const as = (actor: Actor) => createTask(t.db, actor, { warningIds: [], scope: scopeOf(), itemId: 'venue', dueOn: today, spareOnSite: true, entryId: entry.id });
		expect(await as(otherPlanner)).toMatchObject({ reason: 'not-found' });
		expect(await as(farPlanner)).toMatchObject({ reason: 'not-found' });
		expect(await as(head)).toMatchObject({ reason: 'not-allowed' });
	});

	it('counts towards the promise, also under an amended plan', async () => {
		const { id, version } = await approved([line({ promised: 10 }), line({ mode: 'ratio', promised: 0.1 })]);
		const [first, second] = [await entryOf(id, 0), await entryOf(id, 1)];
		await setDrawn(t.owner, must(await task(first.id)).id, 4, 3);
		const dropped = must(await task(first.id));
		expect(await wishOf(dropped.id)).toEqual({ mode: 'number', number: 6 });
		await setDrawn(t.owner, dropped.id, 2, 2, 10);
		await t.owner.updateTable('sampling_task').set({ state: 'cancelled' }).where('id', '=', dropped.id).execute();
		must(await task(second.id));
		expect(await entryOf(id, 0)).toMatchObject({ tasks: 1, drawn: 4, visited: 3, promise: 10, drawnPercent: 40, visitedPercent: 30 });
		// Thirty in scope; one in ten of them.
		expect(await entryOf(id, 1)).toMatchObject({ tasks: 1, drawn: 0, inScope: 30, promise: 3, visitedPercent: 0 });
		must(await filePlan(t.db, planner, id, version, { filedOn: today, filingNo: '备1号' }));

		const amended = must(await amendPlan(t.db, planner, id));
		expect(await amendPlan(t.db, planner, id)).toMatchObject({ reason: 'amended-already' });
		const copy = await entryOf(amended.id, 0);
		expect(copy).toMatchObject({ origin: first.origin, visited: 3, promised: 10 });
		must(await saveEntry(t.db, planner, amended.id, 1, copy.id, line({ promised: 5 })));
		must(await submitPlan(t.db, planner, amended.id, 2));
		expect(must(await planDetail(t.db, planner, id)).plan.state).toBe('filed');
		must(await decidePlan(t.db, head, amended.id, 3, { approve: true, note: '' }));
		expect(must(await planDetail(t.db, planner, id)).plan.state).toBe('closed');
		expect(await task(first.id)).toMatchObject({ reason: 'plan-not-in-force' });
		const last = must(await task(copy.id));
		expect(await wishOf(last.id)).toEqual({ mode: 'number', number: 1 });
		await setDrawn(t.owner, last.id, 1, 1, 20);
		expect(await entryOf(amended.id, 0)).toMatchObject({ tasks: 2, visited: 4, promise: 5, visitedPercent: 80 });
	});

	it('keeps a filed plan open until it is finished', async () => {
		const { id, version } = await approved();
		must(await filePlan(t.db, planner, id, version, { filedOn: today, filingNo: '备2号' }));
		const made = must(await task((await entryOf(id)).id));
		expect(await closePlan(t.db, planner, id, version + 1)).toMatchObject({ reason: 'tasks-open', n: 1 });
		await t.owner.updateTable('sampling_task').set({ state: 'done' }).where('id', '=', made.id).execute();
		must(await closePlan(t.db, planner, id, version + 1));
	});
});

it('every step of a plan is in the audit trail', async () => {
	const { rows } = await sql<{ action: string }>`select distinct action from audit_entry where object_kind = 'sampling_plan' order by 1`.execute(t.owner);
	expect(rows.map((row) => row.action)).toEqual([
		'plan.amend', 'plan.approve', 'plan.change', 'plan.close', 'plan.create', 'plan.file', 'plan.recall', 'plan.return', 'plan.submit'
	]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { commit } from '#lib/sampling/draw/commit.server.ts';
import { keepObjects } from '#lib/sampling/objects/keep.server.ts';
import { poolOf } from '#lib/sampling/pool/page.server.ts';
import { decidePlan, submitPlan } from '#lib/sampling/plans/decide.server.ts';
import { planDetail } from '#lib/sampling/plans/detail.server.ts';
import { createPlan, saveEntry } from '#lib/sampling/plans/edit.server.ts';
import { databaseToday, findTask } from '#lib/sampling/tasks/access.server.ts';
import { changeScope } from '#lib/sampling/tasks/change-scope.server.ts';
import type { TaskScope } from '#lib/sampling/tasks/scope.ts';
import { createTask } from '#lib/sampling/tasks/tasks.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { farPlanner, head, otherPlanner, planner, scopeOf, seedPlanWorld } from './plans-support.ts';
import { seedEnterprises, seedWarning, uscc } from './support.ts';

let t: TestDatabase;
let today: string;
beforeAll(async () => {
	t = await testDatabase();
	await seedPlanWorld(t.owner);
	await seedEnterprises(t.owner, Array.from({ length: 30 }, (_, i) => ({ n: i + 1, class: 'B', industry: i < 20 ? 'H62' : 'C13' })));
	await seedWarning(t.owner, { id: 'address', scopeKind: 'address', members: [uscc(1), uscc(2)] });
	await keepObjects(t.owner, null);
	today = await databaseToday(t.db);
});
afterAll(() => t[Symbol.asyncDispose]());

const dueOn = '2098-12-31';
const must = <T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> => {
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result as Extract<T, { readonly ok: true }>;
};
const made = async (change: object = {}) =>
	must(await createTask(t.db, planner, { warningIds: [], scope: scopeOf(), itemId: 'registration', dueOn, spareOnSite: true, ...change })).id;
const taskOf = async (id: string) => must(await findTask(t.db, planner, id)).task;
const inPool = async (id: string) => {
	const { eligible, excluded } = await poolOf(t.db, planner, await taskOf(id));
	return eligible + excluded;
};
const wider: Partial<TaskScope> = { cells: [{ region: '320412', industry: 'H62' }, { region: '320412', industry: 'C13' }] };

test('the scope of a draft is widened without beginning anew, and the settings stay', async () => {
	const id = await made({ scope: scopeOf({ tags: ['没有的类别'] }) });
	expect(await inPool(id)).toBe(0);
	const before = await taskOf(id);
	expect(await changeScope(t.db, planner, id, { scope: scopeOf(wider), dueOn: '2097-06-30', version: before.version })).toEqual({ ok: true });
	expect(await inPool(id)).toBe(30);
	const after = await taskOf(id);
	expect(after).toMatchObject({ due_on: '2097-06-30', version: before.version + 1, settings: before.settings, preset_id: before.preset_id, region_code: '320412' });
	const trail = await t.owner.selectFrom('audit_entry').select('action').where('object_id', '=', id).execute();
	expect(trail.map((entry) => entry.action)).toContain('task.change-scope');
});

test('another region brings its own preset', async () => {
	const nation = { ...planner, regionCode: '000000' };
	const id = await made();
	const { version } = await taskOf(id);
	must(await changeScope(t.db, nation, id, { scope: scopeOf({ cells: [{ region: '320803', industry: '*' }] }), dueOn, version }));
	const moved = await t.db.selectFrom('sampling_task').select(['region_code', 'preset_id']).where('id', '=', id).executeTakeFirstOrThrow();
	expect(moved.region_code).toBe('320803');
	const preset = await t.db.selectFrom('sampling_preset').select('region_code').where('id', '=', moved.preset_id).executeTakeFirstOrThrow();
	expect(preset.region_code).not.toBe('000000');
});

test.each([
	['nothing at all', { cells: [] }, dueOn, 'scope-empty'],
	['a region of elsewhere', { cells: [{ region: '320500', industry: 'H62' }] }, dueOn, 'not-found'],
	['the members of a warning that the task does not come from', { memberWarnings: ['address'] }, dueOn, 'not-found'],
	['a day that does not exist', {}, '2099-02-30', 'not-a-day'],
	['a day that is over', {}, '2020-01-01', 'due-in-the-past']
])('%s is refused and changes nothing', async (_, change, due, reason) => {
	const id = await made();
	const before = await taskOf(id);
	expect(await changeScope(t.db, planner, id, { scope: scopeOf(change), dueOn: due, version: before.version })).toMatchObject({ ok: false, reason });
	expect(await taskOf(id)).toEqual(before);
});

test('what was approved still binds', async () => {
	const year = Number(today.slice(0, 4));
	const plan = must(await createPlan(t.db, planner, { year, name: '年度抽查工作计划' }));
	must(await saveEntry(t.db, planner, plan.id, 1, null, {
		itemId: 'registration', kind: 'targeted', occurrence: 'periodic', scope: scopeOf(), departmentIds: [], fromOn: `${year}-01-01`, untilOn: `${year}-12-31`,
		mode: 'number', promised: 10, note: ''
	}));
	must(await submitPlan(t.db, planner, plan.id, 2));
	must(await decidePlan(t.db, head, plan.id, 3, { approve: true, note: '' }));
	const [entry] = must(await planDetail(t.db, planner, plan.id)).entries;
	const id = await made({ entryId: entry!.id, dueOn: `${year}-12-31` });
	const { version } = await taskOf(id);
	expect(await changeScope(t.db, planner, id, { scope: scopeOf(wider), dueOn: `${year}-12-31`, version })).toMatchObject({ reason: 'scope-beyond' });
	expect(await changeScope(t.db, planner, id, { scope: scopeOf(), dueOn: `${year + 1}-01-01`, version })).toMatchObject({ reason: 'due-outside-window' });
	expect(await changeScope(t.db, planner, id, { scope: scopeOf({ classes: ['D'] }), dueOn: `${year}-12-31`, version })).toEqual({ ok: true });
});

test('only its own planners change a draft, each seeing the other, and nothing once it is committed', async () => {
	const id = await made();
	const { version } = await taskOf(id);
	const wanted = { scope: scopeOf(wider), dueOn, version };
	expect(await changeScope(t.db, head, id, wanted)).toMatchObject({ reason: 'not-allowed' });
	expect(await changeScope(t.db, otherPlanner, id, wanted)).toMatchObject({ reason: 'not-allowed' });
	expect(await changeScope(t.db, farPlanner, id, wanted)).toMatchObject({ reason: 'not-found' });
	must(await changeScope(t.db, planner, id, wanted));
	expect(await changeScope(t.db, planner, id, wanted)).toMatchObject({ reason: 'conflict' });
	must(await commit(t.db, planner, id, { settings: { wish: { mode: 'number', number: 2 } } }));
	expect(await changeScope(t.db, planner, id, { ...wanted, version: (await taskOf(id)).version })).toMatchObject({ reason: 'wrong-state' });
});

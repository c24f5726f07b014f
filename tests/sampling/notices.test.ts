import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { ownNotices, unreadCount } from '#lib/notices/own.server.ts';
import { decideCampaign, recallCampaign, submitCampaign } from '#lib/sampling/campaigns/decide.server.ts';
import { createCampaign } from '#lib/sampling/campaigns/edit.server.ts';
import { commit } from '#lib/sampling/draw/commit.server.ts';
import { draw, redraw } from '#lib/sampling/draw/draw.server.ts';
import { recheckTasks } from '#lib/sampling/draw/recheck.server.ts';
import { checkRectification, openRectification } from '#lib/sampling/fieldwork/rectification.server.ts';
import { returnResult } from '#lib/sampling/fieldwork/review.server.ts';
import { cancelLeadCheck, createLeadCheck } from '#lib/sampling/leads/checks.server.ts';
import { decidePlan, recallPlan, submitPlan } from '#lib/sampling/plans/decide.server.ts';
import { createPlan, saveEntry } from '#lib/sampling/plans/edit.server.ts';
import { enterResult, reviewResults } from '#lib/sampling/tasks/results.server.ts';
import { createTask } from '#lib/sampling/tasks/tasks.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf } from './support.ts';
import { colleague, inspector, planner, seedDrawnTask, seedFieldwork, stranger, uscc } from './fieldwork-support.ts';
import { scopeOf } from './plans-support.ts';

const head = actorOf({ id: 'head-1', name: 'head-1', displayName: '负责人', role: 'leader', grants: ['approver'] });
/** May approve, but in another department. */
const otherHead = actorOf({ id: 'head-2', name: 'head-2', displayName: '他部门负责人', role: 'leader', grants: ['approver'], departmentId: 'culture' });
const deputy = actorOf({ id: 'planner-2', name: 'planner-2', displayName: '计划员乙' });

let t: TestDatabase;
let today: string;
beforeAll(async () => {
	t = await testDatabase();
	today = await seedFieldwork(t.owner);
	await t.owner
		.insertInto('app_user')
		.values([head, otherHead, deputy].map((a) => ({
			id: a.id, name: a.name, display_name: a.displayName, password_hash: 'none', role: a.role, grants: [...a.grants], department_id: a.departmentId, region_code: a.regionCode
		})))
		.execute();
});
afterAll(() => t[Symbol.asyncDispose]());

/** What somebody was told since they last looked, the oldest first: `kind object number by`. */
async function toldTo(actor: Actor): Promise<string[]> {
	const { notices } = await ownNotices(t.db, actor, { unreadOnly: true, before: null });
	await t.owner.updateTable('notice').set({ read_at: new Date() }).where('user_id', '=', actor.id).execute();
	return [...notices].reverse().map(({ kind, about, by }) => [kind, about?.href ?? 'gone', by ?? 'system'].join(' '));
}
const unread = (actor: Actor) => unreadCount(t.db, actor);
const must = <T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> => {
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result as Extract<T, { readonly ok: true }>;
};

test('a plan is told to the heads of its own department, and the decision to those who made it', async () => {
	const year = Number(today.slice(0, 4));
	const { id } = must(await createPlan(t.db, planner, { year, name: '年度抽查工作计划' }));
	must(await saveEntry(t.db, planner, id, 1, null, {
		itemId: 'registration', kind: 'targeted', occurrence: 'periodic', scope: scopeOf(), departmentIds: [], fromOn: `${year}-01-01`, untilOn: `${year}-12-31`,
		mode: 'number', promised: 10, note: ''
	}));
	const href = `/sampling/plans/${id}`;
	must(await submitPlan(t.db, deputy, id, 2));
	expect(await toldTo(head)).toEqual([`sampling-to-approve ${href} 计划员乙`]);
	expect(await toldTo(otherHead)).toEqual([]);
	// Taken back and put forward again: that is told again.
	must(await recallPlan(t.db, deputy, id, 3));
	must(await submitPlan(t.db, deputy, id, 4));
	expect(await toldTo(head)).toEqual([`sampling-to-approve ${href} 计划员乙`]);
	must(await decidePlan(t.db, head, id, 5, { approve: false, note: '补充抽查比例' }));
	for (const author of [planner, deputy]) expect(await toldTo(author)).toEqual([`sampling-returned ${href} 负责人`]);
	must(await submitPlan(t.db, deputy, id, 6));
	must(await decidePlan(t.db, head, id, 7, { approve: true, note: '' }));
	for (const author of [planner, deputy]) expect(await toldTo(author)).toEqual([`sampling-approved ${href} 负责人`]);
});

test('a campaign is told in the same way', async () => {
	const { id } = must(await createCampaign(t.db, planner, {
		warningIds: [],
		content: {
			name: '餐饮服务专项检查', reason: '投诉集中', basis: '《中华人民共和国食品安全法》第一百一十条', plan: '逐户现场检查进货查验和后厨卫生。', itemId: 'registration',
			scope: scopeOf(), fromOn: today, untilOn: addDays(today, 60)
		}
	}));
	await toldTo(head);
	must(await submitCampaign(t.db, planner, id, 1));
	expect(await toldTo(head)).toEqual([`sampling-to-approve /sampling/campaigns/${id} 计划员`]);
	must(await decideCampaign(t.db, head, id, 2, { approve: false, note: '缩小范围' }));
	expect(await toldTo(planner)).toEqual([`sampling-returned /sampling/campaigns/${id} 负责人`]);
});

test('inspectors are told of a draw, once for each draw, and only those who are in it', async () => {
	const { id } = must(await createTask(t.db, planner, { warningIds: [], scope: scopeOf(), itemId: 'registration', dueOn: '2098-12-31', spareOnSite: false }));
	const settings = { settings: { wish: { mode: 'number', number: 3 } } } as const;
	must(await commit(t.db, planner, id, settings));
	must(await draw(t.db, planner, id));
	const seats = await t.db.selectFrom('task_inspector').select('inspector_id').distinct().where('task_id', '=', id).execute();
	for (const person of [inspector, colleague, stranger]) {
		const drawn = seats.some((seat) => seat.inspector_id === person.inspectorId);
		expect(await toldTo(person)).toEqual(drawn ? [`visits-assigned /my-tasks/${id} 计划员`] : []);
	}
	expect(seats.length).toBeGreaterThanOrEqual(2);
	must(await redraw(t.db, planner, id, '一名检查员需要回避'));
	must(await commit(t.db, planner, id, settings));
	must(await draw(t.db, planner, id));
	const again = await t.db.selectFrom('task_inspector').select('inspector_id').distinct().where('task_id', '=', id).where('draw_n', '=', 2).execute();
	for (const person of [inspector, colleague, stranger]) {
		expect(await toldTo(person)).toHaveLength(again.some((seat) => seat.inspector_id === person.inspectorId) ? 1 : 0);
	}
});

test('inspectors are told of a lead check', async () => {
	const { id } = must(await createLeadCheck(t.db, planner, {
		uscc: uscc(3), warningId: null, ground: 'complaint', evidence: `${uscc(3)} 被投诉无法退款`, itemId: 'registration', inspectorIds: ['i1', 'i2'], dueOn: '2098-12-31'
	}));
	for (const person of [inspector, colleague]) expect(await toldTo(person)).toEqual([`visits-assigned /my-tasks/lead-checks/${id} 计划员`]);
	expect(await toldTo(stranger)).toEqual([]);
});

test('the planner is told once that results wait, until it is read; what is sent back is told to its team, each time, and its answer to the planner', async () => {
	await seedDrawnTask(t.owner, { id: 'results', usccs: [uscc(1), uscc(2)] });
	const enter = (n: number, result: string) => enterResult(t.db, inspector, 'results', uscc(n), { result, note: '', visitedOn: today });
	must(await enter(1, 'no-problem'));
	must(await enter(2, 'no-problem'));
	expect(await toldTo(planner)).toEqual(['results-to-review /tasks/results 检查员甲']);
	expect(await toldTo(deputy)).toEqual([]);
	const back = () => returnResult(t.db, planner, { kind: 'task', id: 'results' }, uscc(1), '照片不清');
	must(await back());
	for (const person of [inspector, colleague]) expect(await toldTo(person)).toEqual(['visit-returned /my-tasks/results 计划员']);
	expect(await toldTo(stranger)).toEqual([]);
	must(await enter(1, 'disclosure-missing'));
	expect(await toldTo(planner)).toEqual(['results-to-review /tasks/results 检查员甲']);
	must(await back());
	expect(await toldTo(inspector)).toEqual(['visit-returned /my-tasks/results 计划员']);
});

test('what waits for nobody any more is taken back: after a decision, a review, a new draw and a cancelled list', async () => {
	for (const person of [planner, head, inspector, colleague, stranger]) await toldTo(person);
	await seedDrawnTask(t.owner, { id: 'over', usccs: [uscc(7), uscc(8)] });
	for (const n of [7, 8]) must(await enterResult(t.db, inspector, 'over', uscc(n), { result: 'no-problem', note: '', visitedOn: today }));
	must(await reviewResults(t.db, planner, 'over', [uscc(7)]));
	expect(await unread(planner)).toBe(1);
	must(await returnResult(t.db, planner, { kind: 'task', id: 'over' }, uscc(8), '照片不清'));
	expect([await unread(planner), await unread(inspector)]).toEqual([0, 1]);
	// Its answer takes back what waited for the colleague as well.
	must(await enterResult(t.db, inspector, 'over', uscc(8), { result: 'no-problem', note: '照片已重新拍摄', visitedOn: today }));
	expect([await unread(planner), await unread(inspector), await unread(colleague)]).toEqual([1, 0, 0]);
	must(await reviewResults(t.db, planner, 'over', null));
	expect(await unread(planner)).toBe(0);

	// Two visits came back: the answer to one leaves the other waiting, and so does what is entered of a third.
	for (const person of [inspector, colleague]) await toldTo(person);
	await seedDrawnTask(t.owner, { id: 'two-back', usccs: [uscc(7), uscc(8), uscc(9)] });
	const enter = async (n: number, note: string) => must(await enterResult(t.db, inspector, 'two-back', uscc(n), { result: 'no-problem', note, visitedOn: today }));
	for (const n of [7, 8]) {
		await enter(n, '');
		must(await returnResult(t.db, planner, { kind: 'task', id: 'two-back' }, uscc(n), '照片不清'));
	}
	const waiting = await unread(colleague);
	expect(waiting).toBeGreaterThan(0);
	await enter(9, '');
	await enter(7, '照片已重新拍摄');
	expect(await unread(colleague)).toBe(waiting);
	await enter(8, '照片已重新拍摄');
	expect(await unread(colleague)).toBe(0);
	must(await reviewResults(t.db, planner, 'two-back', [uscc(7), uscc(8)]));
	expect(await unread(planner)).toBe(1);
	must(await reviewResults(t.db, planner, 'two-back', null));
	expect(await unread(planner)).toBe(0);

	const { id } = must(await createCampaign(t.db, planner, {
		warningIds: [],
		content: {
			name: '另一专项检查', reason: '投诉集中', basis: '《中华人民共和国食品安全法》第一百一十条', plan: '逐户现场检查进货查验和后厨卫生。', itemId: 'registration',
			scope: scopeOf(), fromOn: today, untilOn: addDays(today, 60)
		}
	}));
	must(await submitCampaign(t.db, planner, id, 1));
	expect(await unread(head)).toBe(1);
	must(await recallCampaign(t.db, planner, id, 2));
	expect(await unread(head)).toBe(0);

	const lead = must(await createLeadCheck(t.db, planner, {
		uscc: uscc(9), warningId: null, ground: 'complaint', evidence: `${uscc(9)} 被投诉无法退款`, itemId: 'registration', inspectorIds: ['i1', 'i2'], dueOn: '2098-12-31'
	}));
	expect(await unread(inspector)).toBe(1);
	must(await cancelLeadCheck(t.db, planner, lead.id, '投诉人已撤回'));
	expect(await unread(inspector)).toBe(0);
});

test('what has to be put right is told to the inspectors of the visit, and how it was found to who asked for it', async () => {
	await seedDrawnTask(t.owner, { id: 'right', usccs: [uscc(10)] });
	must(await enterResult(t.db, inspector, 'right', uscc(10), { result: 'disclosure-missing', note: '', visitedOn: today }));
	must(await reviewResults(t.db, planner, 'right', null));
	for (const person of [planner, inspector, colleague]) await toldTo(person);
	const { id } = must(await openRectification(t.db, planner, { uscc: uscc(10), ref: 'task:right', itemId: 'registration', demand: '补报年度报告', dueOn: addDays(today, 30) }));
	for (const person of [inspector, colleague]) expect(await toldTo(person)).toEqual(['rectification-to-check /my-tasks/right 计划员']);
	must(await checkRectification(t.db, inspector, uscc(10), { id, version: 1 }, { outcome: 'corrected', checkedOn: today, finding: '' }));
	expect(await toldTo(planner)).toEqual(['rectification-checked /tasks/right 检查员甲']);
});

test('where the planner has left, the planners of the department are told', async () => {
	await seedDrawnTask(t.owner, { id: 'left', usccs: [uscc(4)] });
	await t.owner.updateTable('app_user').set({ state: 'disabled' }).where('id', '=', planner.id).execute();
	must(await enterResult(t.db, inspector, 'left', uscc(4), { result: 'no-problem', note: '', visitedOn: today }));
	expect(await toldTo(deputy)).toEqual(['results-to-review /tasks/left 检查员甲']);
	await t.owner.updateTable('app_user').set({ state: 'active' }).where('id', '=', planner.id).execute();
	expect(await toldTo(planner)).toEqual([]);
});

test('a new month of classes is told once, of tasks that it changes', async () => {
	const { id } = must(await createTask(t.db, planner, { warningIds: [], scope: scopeOf(), itemId: 'registration', dueOn: '2098-12-31', spareOnSite: false }));
	// Nobody has looked at it with an earlier month: there is nothing to tell.
	await recheckTasks(t.db);
	expect((await toldTo(planner)).filter((told) => told.includes(id))).toEqual([]);
	// It was looked at with a month long ago.
	await t.owner.updateTable('sampling_task').set({ class_month: '2020-01-01' }).where('id', '=', id).execute();
	await recheckTasks(t.db);
	await recheckTasks(t.db);
	expect((await toldTo(planner)).filter((told) => told.includes(id))).toEqual([`task-rechecked /tasks/${id} system`]);
});

test('what somebody may see no more is not shown', async () => {
	await toldTo(inspector);
	await seedDrawnTask(t.owner, { id: 'gone', usccs: [uscc(6)] });
	must(await enterResult(t.db, inspector, 'gone', uscc(6), { result: 'no-problem', note: '', visitedOn: today }));
	must(await returnResult(t.db, planner, { kind: 'task', id: 'gone' }, uscc(6), '照片不清'));
	await t.owner.deleteFrom('task_inspector').where('task_id', '=', 'gone').where('inspector_id', '=', 'i1').execute();
	expect(await toldTo(inspector)).toEqual(['visit-returned gone 计划员']);
	// Nor does a planner see it who has moved to another city.
	must(await enterResult(t.db, colleague, 'gone', uscc(6), { result: 'no-problem', note: '照片已重新拍摄', visitedOn: today }));
	expect(await toldTo({ ...planner, regionCode: '320500' })).toEqual(expect.arrayContaining(['results-to-review gone 检查员乙']));
});

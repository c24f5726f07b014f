import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { inspectionVisits } from '#lib/disposals/visits.server.ts';
import { cancelCampaign, decideCampaign, finishCampaign, recallCampaign, submitCampaign } from '#lib/sampling/campaigns/decide.server.ts';
import { campaignDetail } from '#lib/sampling/campaigns/detail.server.ts';
import { changeCampaign, createCampaign } from '#lib/sampling/campaigns/edit.server.ts';
import { parseCampaignFilter } from '#lib/sampling/campaigns/list-filter.ts';
import { campaignsOfWarnings, campaignYear, listCampaigns } from '#lib/sampling/campaigns/list.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { createTask, taskDetail } from '#lib/sampling/tasks/tasks.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { farPlanner, head, otherPlanner, planner, scopeOf, seedPlanWorld, setDrawn } from './plans-support.ts';
import { actorOf, seedEnterprises, seedWarning, uscc } from './support.ts';

let t: TestDatabase;
let today: string;
beforeAll(async () => {
	t = await testDatabase();
	await seedPlanWorld(t.owner);
	await seedEnterprises(t.owner, Array.from({ length: 12 }, (_, i) => ({ n: i + 1, class: 'B' })));
	await seedWarning(t.owner, { id: 'cell', scopeKind: 'cell' });
	await seedWarning(t.owner, { id: 'address', scopeKind: 'address', members: [uscc(1), uscc(2), uscc(3)] });
	await seedWarning(t.owner, { id: 'named', scopeKind: 'enterprise', uscc: uscc(4) });
	await seedWarning(t.owner, { id: 'far', scopeKind: 'cell', region: '320500' });
	today = await databaseToday(t.db);
});
afterAll(() => t[Symbol.asyncDispose]());

const must = <T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> => {
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result as Extract<T, { readonly ok: true }>;
};
const content = (change: object = {}) => ({
	name: '餐饮服务专项检查', reason: '投诉集中', basis: '《中华人民共和国食品安全法》第一百一十条', plan: '逐户现场检查进货查验和后厨卫生。', itemId: 'registration',
	scope: scopeOf(), fromOn: today, untilOn: addDays(today, 60), ...change
});
const drafted = async (warningIds: string[] = [], change: object = {}) => must(await createCampaign(t.db, planner, { warningIds, content: content(change) })).id;
async function approved(warningIds: string[] = [], change: object = {}): Promise<string> {
	const id = await drafted(warningIds, change);
	must(await submitCampaign(t.db, planner, id, 1));
	must(await decideCampaign(t.db, head, id, 2, { approve: true, note: '' }));
	return id;
}
const find = async (id: string, actor: Actor = planner) => must(await campaignDetail(t.db, actor, id));
const all = parseCampaignFilter(new URLSearchParams());

describe('a campaign', () => {
	it('is drafted from warnings, once for a form sent twice, with a running number', async () => {
		const id = randomUUID();
		const wanted = { id, warningIds: ['cell', 'address'], content: content({ scope: scopeOf({ memberWarnings: ['address'] }) }) };
		expect(await createCampaign(t.db, planner, wanted)).toEqual({ ok: true, id });
		expect(await createCampaign(t.db, planner, wanted)).toEqual({ ok: true, id });
		const found = await find(id);
		expect(found.campaign.number).toMatch(/^ZX\d{4}-0001$/);
		expect(found.warnings.map((w) => w.id)).toEqual(['address', 'cell']);
		expect((await campaignsOfWarnings(t.db, planner, ['cell', 'address'])).map((c) => c.id)).toEqual([id]);
		expect(await campaignsOfWarnings(t.db, farPlanner, ['cell'])).toEqual([]);
		expect(await campaignsOfWarnings(t.db, actorOf({ role: 'inspector' }), ['cell'])).toEqual([]);
	});

	it.each([
		['input-invalid', { scope: { cells: 'x' } }],
		['campaign-text', { plan: '太短' }],
		['campaign-text', { name: '短' }],
		['window-backwards', { fromOn: '2098-02-01', untilOn: '2098-01-01' }],
		['window-over', { fromOn: '2020-01-01', untilOn: '2020-02-01' }],
		['scope-empty', { scope: scopeOf({ cells: [] }) }],
		['item-unknown', { itemId: 'venue' }],
		['not-found', { scope: scopeOf({ cells: [{ region: '320500', industry: '*' }] }) }],
		['not-found', { scope: scopeOf({ memberWarnings: ['cell'] }) }]
	])('is refused as %s', async (reason, change) => {
		expect(await createCampaign(t.db, planner, { warningIds: [], content: content(change) })).toMatchObject({ reason });
	});

	it('is not drafted for one named enterprise, nor from a warning elsewhere, nor by somebody who does not plan', async () => {
		const from = (warningIds: string[], actor: Actor = planner) => createCampaign(t.db, actor, { warningIds, content: content() });
		expect(await from(['named'])).toMatchObject({ reason: 'named-enterprise', uscc: uscc(4) });
		expect(await from(['far'])).toMatchObject({ reason: 'not-found' });
		expect(await from([], head)).toMatchObject({ reason: 'not-allowed' });
		expect(await from([], actorOf({ role: 'monitor' }))).toMatchObject({ reason: 'not-allowed' });
	});

	it('is changed as a draft, handed in, returned, approved; never by its author', async () => {
		const id = await drafted();
		expect(await changeCampaign(t.db, planner, id, 7, content())).toMatchObject({ reason: 'conflict' });
		must(await changeCampaign(t.db, planner, id, 1, content({ name: '改过的名称' })));
		must(await submitCampaign(t.db, planner, id, 2));
		expect(await changeCampaign(t.db, planner, id, 3, content())).toMatchObject({ reason: 'campaign-wrong-state' });
		must(await recallCampaign(t.db, planner, id, 3));
		must(await submitCampaign(t.db, planner, id, 4));
		const decide = (actor: Actor, approve = true, note = '') => decideCampaign(t.db, actor, id, 5, { approve, note });
		expect(await decide(planner)).toMatchObject({ reason: 'not-allowed' });
		expect(await decide({ ...head, grants: [] })).toMatchObject({ reason: 'not-allowed' });
		expect(await decide({ ...head, departmentId: 'culture' })).toMatchObject({ reason: 'not-allowed' });
		expect(await decide({ ...head, id: planner.id })).toMatchObject({ reason: 'own-work' });
		expect(await decide(head, false)).toMatchObject({ reason: 'reason-missing' });
		must(await decide(head, false, '方案不具体'));
		must(await submitCampaign(t.db, planner, id, 6));
		must(await decideCampaign(t.db, head, id, 7, { approve: true, note: '' }));
		expect((await find(id)).campaign).toMatchObject({ state: 'approved', name: '改过的名称' });
	});

	it('is read in its jurisdiction and changed in its department', async () => {
		const id = await drafted();
		expect(await campaignDetail(t.db, farPlanner, id)).toMatchObject({ reason: 'not-found' });
		expect(await campaignDetail(t.db, { ...otherPlanner, industries: ['H'] }, id)).toMatchObject({ reason: 'not-found' });
		expect(await campaignDetail(t.db, actorOf({ role: 'inspector' }), id)).toMatchObject({ reason: 'not-allowed' });
		expect((await find(id, otherPlanner)).mayEdit).toBe(false);
		expect(await submitCampaign(t.db, otherPlanner, id, 1)).toMatchObject({ reason: 'not-allowed' });
		expect(await cancelCampaign(t.db, otherPlanner, id, 1, '取消')).toMatchObject({ reason: 'not-allowed' });
		expect(await cancelCampaign(t.db, farPlanner, id, 1, '取消')).toMatchObject({ reason: 'not-found' });
		expect(await listCampaigns(t.db, farPlanner, all)).toEqual({ rows: [], total: 0, skip: 0 });
		expect(await listCampaigns(t.db, actorOf({ role: 'sysadmin' }), all)).toEqual({ rows: [], total: 0, skip: 0 });
	});
});

describe('a task under a campaign', () => {
	const task = (campaignId: string, change: object = {}) =>
		createTask(t.db, planner, { warningIds: [], scope: scopeOf(), itemId: 'price', dueOn: today, spareOnSite: true, campaignId, ...change });

	it('is made only once it was approved, inside its scope and time', async () => {
		expect(await task(await drafted())).toMatchObject({ reason: 'campaign-not-approved' });
		const id = await approved();
		expect(await task(id, { scope: scopeOf({ cells: [{ region: '320400', industry: '*' }] }) })).toMatchObject({ reason: 'scope-beyond' });
		expect(await task(id, { dueOn: addDays(today, 90) })).toMatchObject({ reason: 'due-outside-window' });
		expect(await task(id, { entryId: 'x' })).toMatchObject({ reason: 'input-invalid' });
		expect(await createTask(t.db, otherPlanner, { warningIds: [], scope: scopeOf(), itemId: 'venue', dueOn: today, spareOnSite: true, campaignId: id })).toMatchObject({ reason: 'not-allowed' });
		expect(await createTask(t.db, planner, { warningIds: [], scope: scopeOf(), itemId: 'price', dueOn: today, spareOnSite: true, kind: 'campaign' })).toMatchObject({ reason: 'campaign-missing' });
		const made = must(await task(id, { kind: 'targeted' }));
		const detail = must(await taskDetail(t.db, planner, made.id));
		expect(detail).toMatchObject({ task: { kind: 'campaign', item_id: 'registration', campaign_id: id }, campaign: { id } });
		expect(detail.task.name).toContain('专项任务');
	});

	it('is counted with the campaign of its year, and finished before it', async () => {
		const year = Number(today.slice(0, 4));
		const before = (await campaignYear(t.db, planner, year))[0] ?? { campaigns: 0, visits: 0 };
		const id = await approved();
		const made = must(await task(id));
		await setDrawn(t.owner, made.id, 5, 3);
		await t.owner.updateTable('sampling_object').set({ visited_on: today }).where('task_id', '=', made.id).where('result', 'is not', null).execute();
		expect((await find(id)).tasks).toMatchObject([{ id: made.id, drawn: 5, visited: 3 }]);
		expect((await listCampaigns(t.db, planner, all)).rows.find((row) => row.id === id)).toMatchObject({ tasks: 1, visited: 3 });
		expect((await campaignYear(t.db, planner, year))[0]).toMatchObject({ own: true, campaigns: before.campaigns + 1, visits: before.visits + 3 });
		expect((await campaignYear(t.db, planner, year - 1))[0]).toMatchObject({ campaigns: 0, visits: 0 });
		expect(await finishCampaign(t.db, planner, id, 3, '检查五户，均已整改到位。')).toMatchObject({ reason: 'tasks-open', n: 1 });
		expect(await cancelCampaign(t.db, planner, id, 3, '不再需要')).toMatchObject({ reason: 'tasks-open' });
		await t.owner.updateTable('sampling_task').set({ state: 'done' }).where('id', '=', made.id).execute();
		expect(await finishCampaign(t.db, planner, id, 3, '短')).toMatchObject({ reason: 'summary-missing' });
		must(await finishCampaign(t.db, planner, id, 3, '检查五户，均已整改到位。'));
		expect((await find(id)).campaign).toMatchObject({ state: 'done', summary: '检查五户，均已整改到位。' });
		expect(await task(id)).toMatchObject({ reason: 'campaign-not-approved' });
	});

	it('is cancelled with a reason while nothing is under way', async () => {
		const id = await approved();
		expect(await cancelCampaign(t.db, planner, id, 3, ' 不需要 ')).toMatchObject({ reason: 'reason-missing' });
		must(await cancelCampaign(t.db, planner, id, 3, '上级另有部署'));
		expect((await find(id)).campaign).toMatchObject({ state: 'cancelled', summary: '上级另有部署' });
	});

	it('tells the inspection of its warning what was found, each result once', async () => {
		await seedWarning(t.owner, { id: 'asked', scopeKind: 'cell' });
		const id = await approved(['asked']);
		const linked = must(await task(id, { warningIds: ['asked'] }));
		const alone = must(await task(id));
		await setDrawn(t.owner, linked.id, 2, 2);
		await setDrawn(t.owner, alone.id, 3, 3, 5);
		await t.owner.updateTable('sampling_object').set({ reviewed_at: new Date() }).where('task_id', 'in', [linked.id, alone.id]).execute();
		const visits = await inspectionVisits(t.db, planner, { warningId: 'asked', uscc: null, issuedAt: new Date('2026-01-01') });
		expect(visits.map((v) => [v.kind, v.results.length, v.wanted]).sort()).toEqual([['campaign', 3, 3], ['task', 2, 2]]);
		expect(await inspectionVisits(t.db, farPlanner, { warningId: 'asked', uscc: null, issuedAt: new Date('2026-01-01') })).toEqual([]);
	});
});

it('the list finds by year, state and words, and says how many there are', async () => {
	for (let i = 0; i < 52; i++) await drafted([], { name: `批量专项 ${i}` });
	const page = async (query: string) => listCampaigns(t.db, planner, parseCampaignFilter(new URLSearchParams(query)));
	const first = await page('q=批量专项');
	expect([first.rows.length, first.total]).toEqual([50, 52]);
	expect((await page('q=批量专项&skip=50')).rows).toHaveLength(2);
	expect((await page('q=批量专项 51')).total).toBe(1);
	expect((await page('state=done')).rows.every((row) => row.state === 'done')).toBe(true);
	expect((await page('year=2001')).total).toBe(0);
	const total = (await page('')).total;
	const { rows } = await sql<{ n: number }>`select count(*)::int as n from campaign`.execute(t.owner);
	expect(total).toBe(rows[0]!.n);
});

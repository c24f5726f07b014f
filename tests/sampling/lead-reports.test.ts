import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { burdenOf } from '#lib/sampling/burden.server.ts';
import { createLeadCheck, findLeadCheck, leadYear, pageOfLeadChecks } from '#lib/sampling/leads/checks.server.ts';
import { parseLeadFilter } from '#lib/sampling/leads/list.ts';
import { decideReport, enterReport, listReports, reportDetail } from '#lib/sampling/leads/reports.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { farPlanner, head, otherPlanner, planner, seedPlanWorld } from './plans-support.ts';
import { actorOf, classify, seedEnterprises, uscc } from './support.ts';

let t: TestDatabase;
let today: string;
beforeAll(async () => {
	t = await testDatabase();
	await seedPlanWorld(t.owner);
	await seedEnterprises(t.owner, [{ n: 1, class: 'B' }, { n: 2, class: 'C' }, { n: 3, region: '320500' }, ...Array.from({ length: 60 }, (_, i) => ({ n: 100 + i }))]);
	await classify(t.owner, [[3, 'B']]);
	today = await databaseToday(t.db);
});
afterAll(() => t[Symbol.asyncDispose]());

const must = <T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> => {
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result as Extract<T, { readonly ok: true }>;
};
const report = (change: object = {}) => ({ uscc: uscc(1), medium: '某日报', reportedOn: today, content: '报道称该店后厨卫生差。', ...change });
const finding = '核对投诉记录和平台评价，反映情况基本属实。';
const entered = async (change: object = {}) => must(await enterReport(t.db, planner, report(change))).id;
const check = (change: object = {}, actor: Actor = planner) =>
	createLeadCheck(t.db, actor, {
		uscc: uscc(1), warningId: null, ground: 'monitoring-finding', evidence: `${uscc(1)} 媒体报道核实属实`, itemId: 'registration', inspectorIds: ['i1', 'i2'],
		dueOn: addDays(today, 20), ...change
	});

describe('a media report', () => {
	it('is entered as a lead, once for a form sent twice, with a running number', async () => {
		const id = randomUUID();
		expect(await enterReport(t.db, planner, report(), id)).toEqual({ ok: true, id });
		expect(await enterReport(t.db, planner, report(), id)).toEqual({ ok: true, id });
		expect(must(await reportDetail(t.db, planner, id))).toMatchObject({ report: { state: 'open', number: expect.stringMatching(/^MT\d{4}-0001$/) }, mayDecide: true, mayCheck: false, checks: [] });
	});

	it.each([
		['report-incomplete', { medium: ' ' }], ['report-incomplete', { uscc: '123' }], ['report-incomplete', { reportedOn: '2026-02-30' }],
		['reported-in-the-future', { reportedOn: '2099-01-01' }], ['not-found', { uscc: uscc(3) }], ['not-found', { uscc: uscc(99) }]
	])('is refused as %s', async (reason, change) => expect(await enterReport(t.db, planner, report(change))).toMatchObject({ reason }));

	it('leads to nobody’s visit before it is verified', async () => {
		const id = await entered();
		expect(await check({ reportId: id })).toMatchObject({ reason: 'report-not-verified' });
		expect(await decideReport(t.db, planner, id, 1, { verified: true, finding: '属实' })).toMatchObject({ reason: 'finding-missing' });
		expect(await decideReport(t.db, planner, id, 2, { verified: true, finding })).toMatchObject({ reason: 'conflict' });
		must(await decideReport(t.db, planner, id, 1, { verified: true, finding }));
		expect(await decideReport(t.db, planner, id, 2, { verified: false, finding })).toMatchObject({ reason: 'report-decided' });
		expect(await check({ reportId: id, ground: 'complaint' })).toMatchObject({ reason: 'report-ground' });
		expect(await check({ reportId: id, uscc: uscc(2), evidence: `${uscc(2)} 媒体报道核实属实` })).toMatchObject({ reason: 'report-of-another' });
		// The evidence has to name the enterprise, whatever was reported.
		expect(await check({ reportId: id, evidence: '媒体报道核实属实，应当检查' })).toMatchObject({ reason: 'evidence-not-naming' });
		const made = must(await check({ reportId: id }));
		expect(must(await findLeadCheck(t.db, planner, made.id)).check).toMatchObject({ report_id: id, report_number: expect.stringMatching(/^MT/), state: 'open' });
		expect(must(await reportDetail(t.db, planner, id)).checks.map((c) => c.id)).toEqual([made.id]);
	});

	it('leads nowhere when it does not hold', async () => {
		const id = await entered();
		must(await decideReport(t.db, planner, id, 1, { verified: false, finding }));
		expect(await check({ reportId: id })).toMatchObject({ reason: 'report-not-verified' });
		expect(must(await reportDetail(t.db, planner, id))).toMatchObject({ mayDecide: false, mayCheck: false });
	});

	it('is read in its jurisdiction, and decided and used by its department', async () => {
		const id = await entered();
		expect(await reportDetail(t.db, farPlanner, id)).toMatchObject({ reason: 'not-found' });
		expect(await reportDetail(t.db, actorOf({ role: 'inspector', inspectorId: 'i1' }), id)).toMatchObject({ reason: 'not-found' });
		expect(must(await reportDetail(t.db, otherPlanner, id))).toMatchObject({ mayDecide: false });
		expect(await decideReport(t.db, otherPlanner, id, 1, { verified: true, finding })).toMatchObject({ reason: 'not-allowed' });
		expect(await decideReport(t.db, farPlanner, id, 1, { verified: true, finding })).toMatchObject({ reason: 'not-found' });
		expect(await decideReport(t.db, head, id, 1, { verified: true, finding })).toMatchObject({ reason: 'not-allowed' });
		expect(await enterReport(t.db, actorOf({ role: 'monitor' }), report())).toMatchObject({ reason: 'not-allowed' });
		must(await decideReport(t.db, planner, id, 1, { verified: true, finding }));
		expect(await check({ reportId: id, itemId: 'venue', inspectorIds: ['k1', 'k2'] }, otherPlanner)).toMatchObject({ reason: 'not-allowed' });
		expect((await listReports(t.db, farPlanner, { state: null, q: '', skip: 0 })).total).toBe(0);
	});

	it('stands in a list with pages, open ones first', async () => {
		for (let i = 0; i < 55; i++) await entered({ uscc: uscc(100 + i), medium: `第${i}家晚报` });
		const list = (change: object) => listReports(t.db, planner, { state: null, q: '', skip: 0, ...change });
		const open = await list({ state: 'open', q: '晚报' });
		expect([open.rows.length, open.total]).toEqual([50, 55]);
		expect((await list({ state: 'open', q: '晚报', skip: 50 })).rows).toHaveLength(5);
		expect((await list({ q: uscc(101).toLowerCase() })).total).toBe(1);
		const states = (await list({ skip: 50 })).rows.map((row) => row.state);
		expect(states.lastIndexOf('open')).toBeLessThan(states.findIndex((s) => s !== 'open'));
	});
});

describe('lead checks of a year', () => {
	it('have a count of their own and a list that is found through', async () => {
		const year = Number(today.slice(0, 4));
		const before = await leadYear(t.db, planner, year);
		const cancelled = must(await check());
		await t.owner.updateTable('lead_check').set({ state: 'cancelled' }).where('id', '=', cancelled.id).execute();
		const visited = must(await check({ ground: 'complaint' }));
		await t.owner.updateTable('lead_check').set({ result: 'no-problem' }).where('id', '=', visited.id).execute();
		const old = must(await check({ ground: 'request' }));
		await t.owner.updateTable('lead_check').set({ created_at: new Date(`${year - 1}-12-31T15:59:59Z`) }).where('id', '=', old.id).execute();
		expect(await leadYear(t.db, planner, year)).toEqual({ opened: before.opened + 1, own: before.own + 1, visited: before.visited + 1, toReview: before.toReview + 1 });
		expect((await leadYear(t.db, planner, year - 1)).opened).toBe(1);
		expect((await leadYear(t.db, otherPlanner, year)).own).toBe(0);
		expect(await leadYear(t.db, farPlanner, year)).toEqual({ opened: 0, own: 0, visited: 0, toReview: 0 });
		const ids = async (query: string, actor: Actor = planner) => (await pageOfLeadChecks(t.db, actor, parseLeadFilter(new URLSearchParams(query)))).rows.map((row) => row.id);
		expect(await ids('state=review')).toEqual([visited.id]);
		expect(await ids('state=cancelled')).toEqual([cancelled.id]);
		expect(await ids('ground=request')).toEqual([old.id]);
		expect(await ids(`year=${year - 1}`)).toEqual([old.id]);
		expect(await ids('state=open')).not.toContain(visited.id);
		expect(await ids('', farPlanner)).toEqual([]);
	});
});

describe('the burden of an enterprise', () => {
	it('tells planned visits of the own authority with the cap, those of others, and those for cause', async () => {
		const visit = (path: string, planned: boolean, department: string, on = today) => ({
			id: randomUUID(), uscc: uscc(2), visited_on: on, department_id: department, path, planned, result: 'no-problem'
		});
		const lastYear = `${Number(today.slice(0, 4)) - 1}-12-31`;
		await t.owner
			.insertInto('inspection_visit')
			.values([
				visit('random', true, 'market'), visit('joint', true, 'culture'), visit('imported', true, 'far'), visit('lead-check', false, 'market'), visit('lead-check', false, 'culture'),
				visit('random', true, 'market', lastYear)
			])
			.execute();
		expect(must(await burdenOf(t.db, planner, uscc(2))).burden).toMatchObject({ own: 1, cap: 2, others: 2, forCause: 2, total: 5, coming: 0 });
		expect(must(await burdenOf(t.db, otherPlanner, uscc(2))).burden).toMatchObject({ own: 1, others: 2 });
		expect(must(await burdenOf(t.db, planner, uscc(100))).burden).toMatchObject({ total: 0, cap: 1 });
		must(await check({ uscc: uscc(2), evidence: `${uscc(2)} 投诉反映强烈`, ground: 'complaint' }));
		expect(must(await burdenOf(t.db, planner, uscc(2))).burden.coming).toBe(1);
	});

	it('is told inside the jurisdiction only', async () => {
		expect(await burdenOf(t.db, planner, uscc(3))).toMatchObject({ reason: 'not-found' });
		expect(await burdenOf(t.db, actorOf({ role: 'inspector' }), uscc(2))).toMatchObject({ reason: 'not-allowed' });
	});
});

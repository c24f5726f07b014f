import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { addDays } from '#lib/calendar/days.ts';
import { industriesOf, startOf } from '#lib/sampling/plans/new-task.server.ts';
import { otherDepartments, partnerItems } from '#lib/sampling/plans/partners.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { countTaskDoors, pageOfTasks } from '#lib/sampling/tasks/list.server.ts';
import { parseTaskFilter, taskDoors, taskDues, taskSources } from '#lib/sampling/tasks/list.ts';
import { createTask, taskDetail, type NewTask } from '#lib/sampling/tasks/tasks.server.ts';
import { warningsOfIncident } from '#lib/sampling/tasks/warning-scope.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { farPlanner, head, otherPlanner, planner, scopeOf, seedIncident, seedPlanWorld, setDrawn } from './plans-support.ts';
import { actorOf, seedEnterprises, seedWarning, uscc } from './support.ts';

let t: TestDatabase;
let today: string;
const whole = [{ region: '320400', industry: '*' }];
beforeAll(async () => {
	t = await testDatabase();
	await seedPlanWorld(t.owner);
	await seedEnterprises(t.owner, Array.from({ length: 20 }, (_, i) => ({ n: i + 1, class: 'B' })));
	await seedWarning(t.owner, { id: 'cell', scopeKind: 'cell' });
	await seedWarning(t.owner, { id: 'closed', scopeKind: 'cell', industry: 'C13' });
	await seedWarning(t.owner, { id: 'named', scopeKind: 'enterprise', uscc: uscc(4) });
	await seedWarning(t.owner, { id: 'far', scopeKind: 'cell', region: '320500' });
	await seedIncident(t.owner, 'mixed', ['cell', 'closed', 'named', 'far']);
	await t.owner.updateTable('warning').set({ work: 'closed' }).where('id', '=', 'closed').execute();
	await seedWarning(t.owner, { id: 'only-far', scopeKind: 'cell', region: '320500' });
	await seedIncident(t.owner, 'elsewhere', ['only-far']);
	today = await databaseToday(t.db);
});
afterAll(() => t[Symbol.asyncDispose]());

const make = (change: Partial<NewTask> = {}, actor: Actor = planner) =>
	createTask(t.db, actor, { warningIds: [], scope: scopeOf(), itemId: 'registration', dueOn: addDays(today, 10), spareOnSite: true, ...change });
const must = <T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> => {
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result as Extract<T, { readonly ok: true }>;
};
const detail = async (id: string, actor: Actor = planner) => must(await taskDetail(t.db, actor, id));
const start = (query: string, actor: Actor = planner) => startOf(t.db, actor, new URLSearchParams(query));

describe('a new task', () => {
	it('is targeted and of the own department unless said otherwise', async () => {
		const { id } = must(await make());
		expect(await detail(id)).toMatchObject({
			task: { kind: 'targeted', occurrence: 'occasional', state: 'draft', plan_entry_id: null, campaign_id: null, incident_id: null, settings: { joint: false } }, partners: []
		});
	});

	it('looks undirected at the whole register of the jurisdiction, and refuses what narrows it', async () => {
		const undirected = (change: object, warningIds: string[] = []) => make({ kind: 'undirected', warningIds, scope: scopeOf({ cells: whole, ...change }) });
		expect(await make({ kind: 'undirected' })).toMatchObject({ reason: 'undirected-narrowed', what: 'cells' });
		expect(await undirected({ classes: ['D'] })).toMatchObject({ what: 'classes' });
		expect(await undirected({ tags: ['food'] })).toMatchObject({ what: 'tags' });
		expect(await undirected({ establishedTo: '2020-01-01' })).toMatchObject({ what: 'dates' });
		expect(await undirected({}, ['cell'])).toMatchObject({ what: 'warnings' });
		expect((await detail(must(await undirected({})).id)).task).toMatchObject({ kind: 'undirected', region_code: '320400' });
		// A whole county is not a city's whole register.
		expect(await make({ kind: 'undirected', scope: scopeOf({ cells: [{ region: '320412', industry: '*' }] }) })).toMatchObject({ what: 'cells' });
		expect(await make({ kind: 'undirected', scope: scopeOf({ cells: [{ region: '320412', industry: '*' }] }) }, actorOf({ regionCode: '320412' }))).toMatchObject({ ok: true });
	});

	it('takes other departments along, each with an active item of its own', async () => {
		const along = (...partners: NonNullable<NewTask['partners']>) => make({ partners });
		const { id } = must(await along({ departmentId: 'culture', itemId: 'venue' }));
		expect(await detail(id)).toMatchObject({ task: { settings: { joint: true } }, partners: [{ departmentId: 'culture', itemId: 'venue', item: '娱乐场所检查' }] });
		expect(await along({ departmentId: 'culture', itemId: 'price' })).toMatchObject({ reason: 'partner-unknown' });
		expect(await along({ departmentId: 'culture', itemId: 'venue-old' })).toMatchObject({ reason: 'partner-unknown' });
		expect(await along({ departmentId: 'far', itemId: 'far-item' })).toMatchObject({ reason: 'partner-unknown' });
		expect(await along({ departmentId: 'market', itemId: 'price' })).toMatchObject({ reason: 'partner-unknown' });
		expect(await along({ departmentId: 'culture', itemId: 'venue' }, { departmentId: 'culture', itemId: 'venue' })).toMatchObject({ reason: 'partner-twice' });
		expect((await partnerItems(t.db, planner)).map((p) => p.itemId)).toEqual(['venue']);
		expect((await otherDepartments(t.db, planner)).map((d) => d.id)).toEqual(['culture']);
		expect(await partnerItems(t.db, actorOf({ role: 'sysadmin' }))).toEqual([]);
	});

	it('is made by planners, of their own items, about their own jurisdiction', async () => {
		expect(await make({}, head)).toMatchObject({ reason: 'not-allowed' });
		expect(await make({ itemId: 'venue' })).toMatchObject({ reason: 'item-unknown' });
		expect(await make({}, farPlanner)).toMatchObject({ reason: 'not-found' });
		expect(await make({ warningIds: ['far'] })).toMatchObject({ reason: 'not-found' });
		expect(await make({ scope: scopeOf({ memberWarnings: ['cell'] }) })).toMatchObject({ reason: 'not-found' });
		expect(await make({ warningIds: ['named'] })).toMatchObject({ reason: 'named-enterprise' });
		expect(await make({ dueOn: addDays(today, -1) })).toMatchObject({ reason: 'due-in-the-past' });
		expect(await make({ scope: scopeOf({ cells: [] }) })).toMatchObject({ reason: 'scope-empty' });
	});
});

describe('what a new task begins with', () => {
	it('is of an incident the warnings that the planner sees and that are still worked on', async () => {
		expect(await warningsOfIncident(t.db, planner, 'mixed')).toEqual(['cell', 'named']);
		const found = must(await start('incident=mixed'));
		expect(found).toMatchObject({ scope: { cells: [{ region: '320412', industry: 'H62' }] }, about: { incident: { id: 'mixed' } } });
		expect(found.warnings.map((w) => w.id)).toEqual(['cell', 'named']);
		expect(await start('incident=elsewhere')).toMatchObject({ reason: 'not-found' });
		expect(await start('incident=nothing')).toMatchObject({ reason: 'not-found' });
		expect(await warningsOfIncident(t.db, actorOf({ role: 'inspector' }), 'mixed')).toEqual([]);
		expect(industriesOf(found)).toEqual(['H62']);
		expect(industriesOf(must(await start('')))).toEqual(['*']);
		const { id } = must(await make({ warningIds: ['cell', 'named'], incidentId: 'mixed' }));
		expect((await detail(id)).incident).toMatchObject({ id: 'mixed' });
		expect(await make({ warningIds: ['cell'], incidentId: 'elsewhere' })).toMatchObject({ reason: 'not-found' });
		expect(await make({ incidentId: 'mixed' })).toMatchObject({ reason: 'not-found' });
	});

	it('is of closed warnings where all are closed', async () => {
		await seedWarning(t.owner, { id: 'over', scopeKind: 'cell' });
		await seedIncident(t.owner, 'over', ['over']);
		await t.owner.updateTable('warning').set({ work: 'closed' }).where('id', '=', 'over').execute();
		expect(await warningsOfIncident(t.db, planner, 'over')).toEqual(['over']);
	});

	it('is of a cell of the map what lies in the jurisdiction, else all of it', async () => {
		expect(must(await start('region=320412&industry=H62')).scope.cells).toEqual([{ region: '320412', industry: 'H62' }]);
		expect(must(await start('region=320000')).scope.cells).toEqual(whole);
		expect(must(await start('')).scope.cells).toEqual(whole);
		expect(must(await start('', actorOf({ industries: ['H', 'C13'] }))).scope.cells).toEqual([{ region: '320400', industry: 'H' }, { region: '320400', industry: 'C13' }]);
		expect(await start('warning=far')).toMatchObject({ reason: 'not-found' });
		expect(await start('entry=none')).toMatchObject({ reason: 'not-found' });
		expect(await start('campaign=none')).toMatchObject({ reason: 'not-found' });
	});
});

describe('the list of tasks', () => {
	const page = (query = '', actor: Actor = planner) => pageOfTasks(t.db, actor, parseTaskFilter(new URLSearchParams(query)));

	it('has pages, and counts that equal its rows behind every door and under every filter', async () => {
		for (let i = 0; i < 45; i++) must(await make({ warningIds: i % 3 === 0 ? ['cell'] : [] }));
		const set = (n: number, change: object) =>
			sql`update sampling_task set ${sql.join(Object.entries(change).map(([k, v]) => sql`${sql.ref(k)} = ${v}`))} where id = (select id from sampling_task where state = 'draft' order by number offset ${n} limit 1)`.execute(t.owner);
		await set(5, { due_on: addDays(today, -3) });
		await set(6, { state: 'committed' });
		await set(7, { recheck: JSON.stringify({ months: ['2026-11-01'] }) });
		await set(8, { due_on: addDays(today, 60) });
		const drawn = must(await make({ partners: [{ departmentId: 'culture', itemId: 'venue' }] }));
		await setDrawn(t.owner, drawn.id, 3, 2);
		const over = must(await make());
		await setDrawn(t.owner, over.id, 2, 0, 10);
		await t.owner.updateTable('sampling_task').set({ state: 'cancelled', due_on: addDays(today, -9) }).where('id', '=', over.id).execute();

		const [first, beyond] = [await page(), await page('skip=99999')];
		expect(first.total).toBeGreaterThan(50);
		expect(beyond).toEqual(await page('skip=50'));
		expect(beyond.skip).toBe(50);

		const queries = [
			'', 'kind=undirected', 'kind=targeted', 'crossing=own', 'crossing=joint', 'q=娱乐', 'q=CC', 'q=武进', 'state=drawn', 'state=cancelled',
			...taskSources.map((source) => `source=${source}`), ...taskDues.map((due) => `due=${due}`)
		];
		for (const query of queries) {
			const counts = await countTaskDoors(t.db, planner, parseTaskFilter(new URLSearchParams(query)));
			for (const door of taskDoors) {
				const first = await page(`${query}&door=${door}`);
				const rest = first.total > 50 ? (await page(`${query}&door=${door}&skip=50`)).rows : [];
				expect({ query, door, n: counts[door], rows: first.rows.length + rest.length }).toEqual({ query, door, n: first.total, rows: first.total });
				expect(new Set([...first.rows, ...rest].map((row) => row.id)).size).toBe(first.total);
			}
		}
		const waiting = await countTaskDoors(t.db, planner, parseTaskFilter(new URLSearchParams()));
		expect(waiting).toMatchObject({ overdue: 1, committed: 1, recheck: 1, review: 1 });
		expect((await page('door=review')).rows).toMatchObject([{ id: drawn.id, drawn: 3, entered: 2, toReview: 2, partners: 1 }]);
		expect((await page('door=overdue')).rows[0]).toMatchObject({ overdue: true });
		expect((await page('crossing=joint')).rows.every((row) => row.partners > 0)).toBe(true);
	});

	it('sorts every task into one source', async () => {
		const all = (await page()).total;
		const each = await Promise.all(taskSources.map(async (source) => (await page(`source=${source}`)).total));
		expect(each.reduce((a, b) => a + b)).toBe(all);
		expect((await page('source=incident')).rows[0]).toMatchObject({ source: 'incident', sourceNumber: 'I-mixed' });
	});

	it('waits for nobody of another department, and shows nothing elsewhere', async () => {
		expect((await page('', otherPlanner)).total).toBeGreaterThan(40);
		const counts = await countTaskDoors(t.db, otherPlanner, parseTaskFilter(new URLSearchParams()));
		expect({ ...counts, all: 0 }).toEqual({ all: 0, draft: 0, committed: 0, recheck: 0, review: 0, overdue: 0 });
		expect(await page('', farPlanner)).toEqual({ rows: [], total: 0, skip: 0 });
		expect(await page('', actorOf({ role: 'inspector' }))).toEqual({ rows: [], total: 0, skip: 0 });
		expect((await page('', { ...otherPlanner, industries: ['H'] })).total).toBe(0);
		expect(await countTaskDoors(t.db, actorOf({ role: 'auditor' }), parseTaskFilter(new URLSearchParams()))).toEqual({});
	});
});

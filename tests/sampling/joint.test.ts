import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { commit } from '#lib/sampling/draw/commit.server.ts';
import { draw, redraw } from '#lib/sampling/draw/draw.server.ts';
import { joinVisits, keepApart, undoJoint } from '#lib/sampling/joint/decide.server.ts';
import { decidedVisits, joinedWith, jointCount, proposals } from '#lib/sampling/joint/list.server.ts';
import { groupsOf, isDecided, jointWindows, leadOf, type PendingVisit } from '#lib/sampling/joint/propose.ts';
import { createLeadCheck } from '#lib/sampling/leads/checks.server.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { createTask } from '#lib/sampling/tasks/tasks.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, seedEnterprises, seedWorld, uscc } from './support.ts';

const visit = (change: Partial<PendingVisit>): PendingVisit => ({ uscc: 'u', ref: 'task:1', departmentId: 'market', itemId: 'i', dueOn: '2026-06-30', forCause: false, ...change });

describe('which visits fit into one', () => {
	test.each([
		['one alone is no proposal', [['a', '2026-06-01']], []],
		['within the window', [['a', '2026-06-01'], ['b', '2026-07-01']], [['a', 'b']]],
		['a day beyond it', [['a', '2026-06-01'], ['b', '2026-07-02']], []],
		['the window begins with the first, not with the last', [['a', '2026-06-01'], ['b', '2026-06-20'], ['c', '2026-07-15']], [['a', 'b']]],
		['two pairs', [['a', '2026-06-01'], ['b', '2026-06-02'], ['c', '2026-09-01'], ['d', '2026-09-30']], [['a', 'b'], ['c', 'd']]],
		['no last day fits anywhere', [['a', null], ['b', '2026-06-02']], [['b', 'a']]]
	] as const)('%s', (_what, given, expected) => {
		const visits = given.map(([ref, dueOn]) => visit({ ref, dueOn }));
		expect(groupsOf(visits, 30).map((g) => g.map((v) => v.ref))).toEqual(expected);
	});

	test.each([
		['whoever has a cause leads', [{ ref: 'task:1', dueOn: '2026-06-01' }, { ref: 'lead:2', departmentId: 'culture', forCause: true, dueOn: '2026-07-01' }], 'culture', 'for-cause'],
		['of planned ones the first due', [{ ref: 'task:1', dueOn: '2026-06-05' }, { ref: 'task:2', departmentId: 'culture', dueOn: '2026-06-04' }], 'culture', 'earliest-due'],
		['of those due on one day the first named', [{ ref: 'task:2', departmentId: 'culture' }, { ref: 'task:1' }], 'market', 'first-named'],
		['where all have a cause the first due', [{ ref: 'lead:1', forCause: true, dueOn: '2026-06-09' }, { ref: 'lead:2', forCause: true, departmentId: 'culture', dueOn: '2026-06-08' }], 'culture', 'earliest-due']
	] as const)('%s', (_what, parts, departmentId, rule) => {
		expect(leadOf(parts.map(visit))).toEqual({ departmentId, rule });
	});

	const visits = fc.uniqueArray(fc.nat(40), { minLength: 0, maxLength: 9 }).chain((ids) => fc.tuple(...ids.map((id) =>
		fc.record({ dueOn: fc.option(fc.nat(200).map((n) => addDays('2026-01-01', n)), { nil: null }), forCause: fc.boolean(), departmentId: fc.constantFrom('a', 'b', 'c') })
			.map((v) => visit({ ...v, ref: `task:${id}` })))));

	test('no visit is proposed twice, no group is wider than the window, and the lead is one of those who go', () => {
		fc.assert(
			fc.property(visits, fc.constantFrom(...jointWindows), (given, window) => {
				const groups = groupsOf(given, window);
				const refs = groups.flat().map((v) => v.ref);
				expect(new Set(refs).size).toBe(refs.length);
				for (const group of groups) {
					expect(group.length).toBeGreaterThan(1);
					const days = group.flatMap((v) => v.dueOn ?? []).sort();
					if (days.length > 0) expect(addDays(days[0]!, window) >= days[days.length - 1]!).toBe(true);
					expect(group.map((v) => v.departmentId)).toContain(leadOf(group).departmentId);
					expect(isDecided(group, [{ state: 'apart', refs: group.map((v) => v.ref) }])).toBe(true);
					expect(isDecided(group, [{ state: 'joined', refs: group.slice(1).map((v) => v.ref) }])).toBe(false);
				}
			})
		);
	});
});

describe('visits of two departments to one enterprise', () => {
	let t: TestDatabase;
	let today: string;
	const market = actorOf();
	const culture = actorOf({ id: 'c1', name: 'c1', departmentId: 'culture' });
	const lead = async (actor: typeof market, n: number, days: number, item = 'registration', inspectors = ['i1', 'i2']) => {
		const made = await createLeadCheck(t.db, actor, {
			uscc: uscc(n), warningId: null, ground: 'complaint', evidence: `举报称 ${uscc(n)} 停业后拒不退费`, itemId: item, inspectorIds: inspectors, dueOn: addDays(today, days)
		});
		if (!made.ok) throw new Error(made.reason);
		return `lead:${made.id}`;
	};
	const cultureLead = (n: number, days: number) => lead(culture, n, days, 'culture-venue', ['k1', 'k2']);
	const of = async (actor: typeof market, n: number) => (await proposals(t.db, actor, 30)).filter((p) => p.uscc === uscc(n));
	beforeAll(async () => {
		t = await testDatabase();
		await seedWorld(t.owner);
		await seedEnterprises(t.owner, Array.from({ length: 60 }, (_, i) => ({ n: i + 1, class: 'B' })));
		await t.owner.insertInto('inspection_item').values({ id: 'culture-venue', number: 'W1', name: '娱乐场所检查', legal_basis: '《娱乐场所管理条例》', department_id: 'culture', method: 'on-site' }).execute();
		today = await databaseToday(t.db);
	});
	afterAll(() => t[Symbol.asyncDispose]());

	test('are proposed as one to both, joined by either, and proposed again when undone', async () => {
		const refs = [await lead(market, 1, 20), await cultureLead(1, 40)];
		for (const actor of [market, culture]) {
			const [found] = await of(actor, 1);
			expect(found).toMatchObject({ own: true, rule: 'earliest-due', lead: '常州市市场监督管理局' });
			expect(found!.parts.map((p) => p.ref).sort()).toEqual([...refs].sort());
		}
		expect(await joinVisits(t.db, culture, uscc(1), refs)).toMatchObject({ ok: true, number: expect.stringMatching(/^ZH\d{4}-000001$/) });
		expect(await of(market, 1)).toEqual([]);
		expect(await joinedWith(t.db, refs[0]!)).toMatchObject([{ uscc: uscc(1), others: [{ department: '常州市文化广电和旅游局', item: '娱乐场所检查' }] }]);
		const { rows } = await decidedVisits(t.db, market, 'joined', 0);
		expect(rows).toMatchObject([{ uscc: uscc(1), undoable: true, until: addDays(today, 20) }]);
		expect(await jointCount(t.db, market)).toEqual({ joined: 1, planned: 1, saved: 0, apart: 0 });
		expect(await undoJoint(t.db, market, rows[0]!.id)).toEqual({ ok: true });
		expect(await of(market, 1)).toHaveLength(1);
		expect(await undoJoint(t.db, market, rows[0]!.id)).toMatchObject({ reason: 'visit-made' });
	});

	test('kept apart with a reason they are not proposed again, until another visit comes', async () => {
		const refs = [await lead(market, 2, 20), await cultureLead(2, 25)];
		expect(await keepApart(t.db, market, uscc(2), refs, '  无 ')).toMatchObject({ reason: 'reason-missing' });
		expect(await keepApart(t.db, market, uscc(2), refs, '文旅部门须夜间检查')).toEqual({ ok: true });
		expect(await of(market, 2)).toEqual([]);
		// Beyond the end there is the last page.
		for (const wanted of [0, 5000]) expect(await decidedVisits(t.db, culture, 'apart', wanted)).toMatchObject({ total: 1, skip: 0, rows: [{ uscc: uscc(2) }] });
		expect((await decidedVisits(t.db, culture, 'apart', 0)).rows).toMatchObject([{ reason: '文旅部门须夜间检查' }]);
		const third = await lead(market, 2, 22, 'prepaid');
		expect((await of(market, 2)).map((p) => p.parts.length)).toEqual([3]);
		expect(await joinVisits(t.db, market, uscc(2), [...refs, third])).toMatchObject({ ok: true });
		// What was said before about two of them is replaced.
		expect((await decidedVisits(t.db, culture, 'apart', 0)).rows).toEqual([]);
	});

	test('nobody decides for others, elsewhere, or about what was made meanwhile', async () => {
		const refs = [await lead(market, 3, 20), await cultureLead(3, 25)];
		const far = actorOf({ id: 'far', regionCode: '320500' });
		expect(await joinVisits(t.db, far, uscc(3), refs)).toMatchObject({ reason: 'not-found' });
		expect((await proposals(t.db, far, 30))).toEqual([]);
		for (const role of ['leader', 'monitor', 'inspector', 'sysadmin'] as const) expect(await joinVisits(t.db, actorOf({ role }), uscc(3), refs)).toMatchObject({ reason: 'not-allowed' });
		expect(await joinVisits(t.db, actorOf({ departmentId: 'third' }), uscc(3), refs)).toMatchObject({ reason: 'not-allowed' });
		expect(await joinVisits(t.db, market, uscc(3), [refs[0]!])).toMatchObject({ reason: 'visit-made' });
		await t.owner.updateTable('lead_check').set({ result: 'no-problem' }).where('id', '=', refs[1]!.slice(5)).execute();
		expect(await joinVisits(t.db, market, uscc(3), refs)).toMatchObject({ ok: false });
		expect(await proposals(t.db, actorOf({ role: 'inspector' }), 30)).toEqual([]);
	});

	test('saved is only what was really made on one day', async () => {
		const refs = [await lead(market, 4, 20), await cultureLead(4, 25)];
		await joinVisits(t.db, market, uscc(4), refs);
		const before = await jointCount(t.db, market);
		const made = (ref: string, on: string) => ({ uscc: uscc(4), id: ref, visited_on: on, department_id: 'market', path: 'lead-check', planned: false, result: 'no-problem' });
		await t.owner.insertInto('inspection_visit').values([made(refs[0]!, today), made(refs[1]!, addDays(today, -1))]).execute();
		expect((await jointCount(t.db, market)).saved).toBe(before.saved);
		await t.owner.updateTable('inspection_visit').set({ visited_on: today }).where('id', '=', refs[1]!).execute();
		expect((await jointCount(t.db, market)).saved).toBe(before.saved + 1);
	});

	test('joined at once by both departments, it is one decision', async () => {
		const refs = [await lead(market, 5, 20), await cultureLead(5, 25)];
		await Promise.all([joinVisits(t.db, market, uscc(5), refs), joinVisits(t.db, culture, uscc(5), refs)]);
		const standing = await t.db.selectFrom('joint_visit').select('id').where('uscc', '=', uscc(5)).where('state', '=', 'joined').execute();
		expect(standing).toHaveLength(1);
	});

	test('a draw leaves those on other open lists out, or, where that was chosen, joins the visits by itself', async () => {
		const scope = { cells: [{ region: '320412', industry: 'H62' }], memberWarnings: [], classes: null, establishedFrom: null, establishedTo: null };
		const drawn = async (actor: typeof market, itemId: string, number: number, joinOpen: boolean) => {
			const made = await createTask(t.db, actor, { warningIds: [], scope, itemId, dueOn: addDays(today, 30), spareOnSite: true });
			if (!made.ok) throw new Error(made.reason);
			const settings = { wish: { mode: 'number', number } as const, joinOpen, floor: 1, cap: 50 };
			expect(await commit(t.db, actor, made.id, { settings })).toMatchObject({ ok: true });
			expect(await draw(t.db, actor, made.id)).toMatchObject({ ok: true });
			return made.id;
		};
		// The tests above may have decided about whom the seed names.
		const before = (await t.db.selectFrom('joint_visit').select('id').execute()).map(({ id }) => id);
		const first = await drawn(market, 'registration', 6, false);
		const listed = async (id: string) => (await t.db.selectFrom('sampling_object').select('uscc').where('task_id', '=', id).execute()).map((o) => o.uscc);
		const both = new Set(await listed(first));
		const apart = await drawn(culture, 'culture-venue', 6, false);
		expect((await listed(apart)).some((one) => both.has(one))).toBe(false);
		await t.owner.updateTable('sampling_task').set({ state: 'cancelled' }).where('id', '=', apart).execute();
		// Half of those who are left are on the first list.
		const others = Array.from({ length: 60 }, (_, i) => uscc(i + 1)).filter((one) => !both.has(one));
		await t.owner.updateTable('inspection_object').set({ region_code: '320500' }).where('uscc', 'in', others.slice(both.size)).execute();
		let together = '';
		let one: string | undefined;
		// Whom the seed names is chance: until it is one of them.
		for (let i = 0; i < 40 && one === undefined; i++) {
			together = await drawn(culture, 'culture-venue', 1, true);
			one = (await listed(together)).find((drawnOne) => both.has(drawnOne));
			if (one === undefined) await t.owner.updateTable('sampling_task').set({ state: 'cancelled' }).where('id', '=', together).execute();
		}
		expect(one).toBeDefined();
		const joint = async () => t.db.selectFrom('joint_visit').select('state').where('uscc', '=', one!).where('id', 'not in', before).execute();
		expect(await joint()).toEqual([{ state: 'joined' }]);
		// Drawn again, the decision falls with the draw.
		expect(await redraw(t.db, culture, together, '抽查事项选错，需要重新抽取')).toEqual({ ok: true });
		expect(await joint()).toEqual([{ state: 'undone' }]);
	});
});

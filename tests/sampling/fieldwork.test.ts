import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceRows } from '#lib/outward/source-rows.server.ts';
import { enterFindings } from '#lib/sampling/fieldwork/enter.server.ts';
import { addEvidence, readEvidence, removeEvidence } from '#lib/sampling/fieldwork/evidence.server.ts';
import { returnResult } from '#lib/sampling/fieldwork/review.server.ts';
import { findSheet } from '#lib/sampling/fieldwork/sheet.server.ts';
import { printSheets } from '#lib/sampling/fieldwork/print.server.ts';
import { reviewLeadResult, enterLeadResult } from '#lib/sampling/leads/results.server.ts';
import { gravestFirst, gravestOf, inspectionResults } from '#lib/sampling/tasks/results.ts';
import { drawnObjects, enterResult, myTask, myTasks, reviewResults } from '#lib/sampling/tasks/results.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, colleague, daysAgo, inspector, planner, seedDrawnTask, seedFieldwork, seedLead, stranger, uscc } from './fieldwork-support.ts';

const task = (id: string) => ({ kind: 'task', id }) as const;
const one = uscc(1);

describe('the summary of a visit', () => {
	test('every result of the vocabulary has its place in the order', () => {
		expect([...gravestFirst].sort()).toEqual([...inspectionResults].sort());
	});
	test('is the gravest of its items, in whatever order they were entered, and never milder than one of them', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...inspectionResults), { minLength: 1, maxLength: 6 }), fc.constantFrom(...inspectionResults), (results, more) => {
				const summary = gravestOf(results)!;
				expect(results).toContain(summary);
				expect(gravestOf([...results].reverse())).toBe(summary);
				expect(gravestFirst.indexOf(gravestOf([...results, more])!)).toBeLessThanOrEqual(gravestFirst.indexOf(summary));
			})
		);
	});
});

describe('entering', () => {
	let t: TestDatabase;
	let today: string;
	beforeAll(async () => {
		t = await testDatabase();
		today = await seedFieldwork(t.owner);
	});
	afterAll(() => t[Symbol.asyncDispose]());
	const visitsOf = (id: string) => t.db.selectFrom('inspection_visit').selectAll().where('task_id', '=', id).orderBy('id').execute();
	const finding = (result: string, note = '', seen = '', itemId = 'registration') => ({ itemId, result, note, seen });

	test('a joint visit is entered item by item; with the last one it is a visit of each department, and the gravest stands for all', async () => {
		await seedDrawnTask(t.owner, { id: 'joint', usccs: [one], partner: { departmentId: 'culture', itemId: 'prepaid' }, warnings: ['w-blue', 'w-red'] });
		const first = await enterFindings(t.db, inspector, task('joint'), one, { visitedOn: today, seenOn: '', findings: [finding('no-problem', ' 证照齐全 ')] });
		expect(first).toEqual({ ok: true, written: 1, complete: false });
		expect(await visitsOf('joint')).toEqual([]);
		expect((await myTasks(t.db, inspector)).find((one) => one.id === 'joint')).toMatchObject({ open: 1 });
		const second = await enterFindings(t.db, colleague, task('joint'), one, { visitedOn: today, seenOn: today, findings: [finding('ordered-to-correct', '预收款未公示', '', 'prepaid')] });
		expect(second).toEqual({ ok: true, written: 1, complete: true });
		const shared = { visited_on: today, path: 'joint', planned: true, level: 'red', indicator_id: 'ind', control: true, kind: 'targeted', class: 'C' };
		expect(await visitsOf('joint')).toMatchObject([
			{ ...shared, id: 'task:joint', department_id: 'market', item_id: 'registration', result: 'no-problem' },
			{ ...shared, id: 'task:joint:prepaid', department_id: 'culture', item_id: 'prepaid', result: 'ordered-to-correct' }
		]);
		const drawn = await drawnObjects(t.db, planner, 'joint');
		expect(drawn.ok && drawn.objects[0]).toMatchObject({ result: 'ordered-to-correct', note: '登记事项检查：证照齐全\n单用途预付卡经营行为检查：预收款未公示' });
	});

	test.each([
		['a random visit', { id: 'p-random' }, 'random'],
		['one for several departments', { id: 'p-joint', joint: true }, 'joint'],
		['a campaign, also with others', { id: 'p-campaign', kind: 'campaign', joint: true }, 'campaign']
	] as const)('%s counts by its path', async (_what, seed, path) => {
		await seedDrawnTask(t.owner, { ...seed, usccs: [uscc(2)] });
		expect(await enterResult(t.db, inspector, seed.id, uscc(2), { result: 'no-problem', note: '', visitedOn: today })).toEqual({ ok: true });
		expect(await visitsOf(seed.id)).toMatchObject([{ path, level: null, indicator_id: null }]);
	});

	test('sent twice it is entered once: one row, one visit, one entry of the audit trail', async () => {
		await seedDrawnTask(t.owner, { id: 'twice', usccs: [one] });
		const sent = { visitedOn: today, seenOn: '', findings: [finding('unreachable', '门锁着\r\n无人')] };
		const answers = await Promise.all([enterFindings(t.db, inspector, task('twice'), one, sent), enterFindings(t.db, inspector, task('twice'), one, sent)]);
		expect(answers.map((a) => a.ok && a.written).sort()).toEqual([0, 1]);
		expect(await visitsOf('twice')).toHaveLength(1);
		const audited = await t.db.selectFrom('audit_entry').select('action').where('object_id', '=', 'twice').execute();
		expect(audited).toHaveLength(1);
	});

	test('a colleague’s newer entry is not overwritten unseen: what stands there comes back, and seen it may be replaced', async () => {
		await seedDrawnTask(t.owner, { id: 'clash', usccs: [one] });
		await enterFindings(t.db, colleague, task('clash'), one, { visitedOn: today, seenOn: '', findings: [finding('no-problem', '乙所见')] });
		const mine = { visitedOn: daysAgo(today, 1), seenOn: '', findings: [finding('unreachable', '甲所见')] };
		const refused = await enterFindings(t.db, inspector, task('clash'), one, mine);
		expect(refused).toMatchObject({ ok: false, reason: 'conflict', theirs: { visitedOn: today, items: [{ result: 'no-problem', note: '乙所见', by: '检查员乙' }] } });
		if (refused.ok || !('theirs' in refused)) throw new Error('no conflict');
		const seen = refused.theirs.items[0]!.enteredAt;
		expect(await enterFindings(t.db, inspector, task('clash'), one, { ...mine, seenOn: today, findings: [finding('unreachable', '甲所见', seen)] })).toMatchObject({ ok: true, written: 1 });
		expect(await visitsOf('clash')).toMatchObject([{ result: 'unreachable', visited_on: daysAgo(today, 1) }]);
		// The first one’s old copy, sent late, is a conflict now and changes nothing.
		expect(await enterFindings(t.db, colleague, task('clash'), one, { visitedOn: today, seenOn: '', findings: [finding('no-problem', '乙所见')] })).toMatchObject({ reason: 'conflict' });
	});

	test.each([
		['an unknown result', { findings: [finding('fine')] }, 'result-unknown'],
		['nothing', { findings: [] }, 'result-missing'],
		['an item of another list', { findings: [finding('no-problem', '', '', 'price')] }, 'item-unknown'],
		['a note without end', { findings: [finding('no-problem', '长'.repeat(2001))] }, 'note-too-long'],
		['a day before the draw', { visitedOn: 'early' }, 'before-the-draw'],
		['a day to come', { visitedOn: 'late' }, 'in-the-future'],
		['no day', { visitedOn: '2026-02-30' }, 'not-a-day']
	])('%s is refused', async (what, change, reason) => {
		const id = `bad-${[...what].length}-${reason}`;
		await seedDrawnTask(t.owner, { id, usccs: [uscc(3)] });
		const day = 'visitedOn' in change ? (({ early: daysAgo(today, 11), late: daysAgo(today, -1) }) as Record<string, string>)[change.visitedOn] ?? change.visitedOn : today;
		const sent = { seenOn: '', findings: 'findings' in change ? change.findings : [finding('no-problem')], visitedOn: day };
		expect(await enterFindings(t.db, inspector, task(id), uscc(3), sent)).toMatchObject({ ok: false, reason });
	});

	test('only the inspectors of the draw that counts enter; others, experts and those of an earlier draw do not find it', async () => {
		await seedDrawnTask(t.owner, { id: 'again', usccs: [uscc(4)], superseded: [uscc(5), uscc(4)] });
		await t.owner.updateTable('task_inspector').set({ inspector_id: 'i3' }).where('task_id', '=', 'again').where('draw_n', '=', 1).where('inspector_id', '=', 'i1').execute();
		await t.owner.insertInto('task_inspector').values({ task_id: 'again', uscc: uscc(4), draw_n: 2, inspector_id: 'i4', rank: 3, expert: true }).execute();
		const entry = { visitedOn: today, findings: [{ itemId: 'registration', result: 'no-problem', note: '' }] };
		const expert = actorOf({ id: 'acc-4', role: 'inspector', inspectorId: 'i4' });
		for (const [who, of] of [[stranger, uscc(4)], [inspector, uscc(5)], [expert, uscc(4)]] as const) {
			expect(await enterFindings(t.db, who, task('again'), of, entry)).toMatchObject({ ok: false, reason: 'not-found' });
		}
		expect(await enterFindings(t.db, planner, task('again'), uscc(4), entry)).toMatchObject({ reason: 'not-allowed' });
		expect(await myTask(t.db, stranger, 'again')).toMatchObject({ reason: 'not-found' });
		expect(await findSheet(t.db, stranger, task('again'), uscc(4))).toMatchObject({ reason: 'not-found' });
		const seen = await findSheet(t.db, expert, task('again'), uscc(4));
		expect(seen.ok && seen.sheet.team.map((one) => [one.id, one.expert])).toEqual([['i1', false], ['i2', false], ['i4', true]]);
		const list = await drawnObjects(t.db, planner, 'again');
		expect(list.ok && list.objects.map((o) => o.uscc)).toEqual([uscc(4)]);
		expect(await enterFindings(t.db, inspector, task('again'), uscc(4), entry)).toMatchObject({ ok: true });
		const rows = await t.db.selectFrom('sampling_object').select(['draw_n', 'result']).where('task_id', '=', 'again').where('uscc', '=', uscc(4)).orderBy('draw_n').execute();
		expect(rows).toEqual([{ draw_n: 1, result: null }, { draw_n: 2, result: 'no-problem' }]);
	});

	test('what the inspector sees says nothing of class, level, warning or control, and masks the telephone', async () => {
		await seedDrawnTask(t.owner, { id: 'seen', usccs: [one], warnings: ['w-red'] });
		const found = await findSheet(t.db, inspector, task('seen'), one);
		const printed = await printSheets(t.db, inspector, task('seen'), null);
		if (!found.ok || !printed.ok) throw new Error('not found');
		expect(found.sheet.enterprise.phone).toBe('138****5678');
		for (const said of [found.sheet, printed.sheets]) {
			const text = JSON.stringify(said);
			for (const secret of ['13812345678', 'w-red', 'N-w-red', '"C"', 'control', 'level', 'stratum', 'indicator', 'class']) expect(text).not.toContain(secret);
		}
		expect((await t.db.selectFrom('audit_entry').select('action').where('object_id', '=', 'seen').execute()).map((a) => a.action)).toEqual(['task.print-sheets']);
	});
});

describe('review and return', () => {
	let t: TestDatabase;
	let today: string;
	beforeAll(async () => {
		t = await testDatabase();
		today = await seedFieldwork(t.owner);
	});
	afterAll(() => t[Symbol.asyncDispose]());

	test('one is returned with its reason, corrected and accepted; with the last the task is done', async () => {
		await seedDrawnTask(t.owner, { id: 'r', usccs: [uscc(1), uscc(2)] });
		for (const n of [1, 2]) await enterResult(t.db, inspector, 'r', uscc(n), { result: 'no-problem', note: '', visitedOn: today });
		expect(await returnResult(t.db, planner, task('r'), uscc(1), ' 缺照片 ')).toMatchObject({ reason: 'reason-missing' });
		expect(await returnResult(t.db, actorOf({ role: 'monitor' }), task('r'), uscc(1), '缺少照片')).toMatchObject({ reason: 'not-allowed' });
		expect(await returnResult(t.db, actorOf({ departmentId: 'culture' }), task('r'), uscc(1), '缺少照片')).toMatchObject({ reason: 'not-allowed' });
		expect(await returnResult(t.db, planner, task('r'), uscc(1), '缺少照片')).toEqual({ ok: true });
		// It counts nowhere until it is entered again, and what was entered is there to be corrected.
		expect(await t.db.selectFrom('inspection_visit').select('uscc').where('task_id', '=', 'r').execute()).toEqual([{ uscc: uscc(2) }]);
		const sheet = await findSheet(t.db, inspector, task('r'), uscc(1));
		if (!sheet.ok) throw new Error('not found');
		expect(sheet.sheet).toMatchObject({ state: 'returned', returns: [{ reason: '缺少照片', by: '计划员' }], items: [{ finding: { result: 'no-problem' } }] });
		expect((await myTasks(t.db, inspector))[0]).toMatchObject({ open: 1, returned: 1 });
		expect(await reviewResults(t.db, planner, 'r', [uscc(1)])).toMatchObject({ reason: 'not-entered' });
		expect(await reviewResults(t.db, planner, 'r', null)).toMatchObject({ ok: true, reviewed: 1, done: false });
		// A late copy of the first sending does not answer the return.
		const entry = { itemId: 'registration', result: 'no-problem', note: '' };
		expect(await enterFindings(t.db, inspector, task('r'), uscc(1), { visitedOn: today, seenOn: '', findings: [{ ...entry, seen: '' }] })).toMatchObject({ written: 0, complete: false });
		const seen = sheet.sheet.items[0]!.finding!.enteredAt;
		expect(await enterFindings(t.db, inspector, task('r'), uscc(1), { visitedOn: today, seenOn: today, findings: [{ ...entry, seen }] })).toMatchObject({ written: 1, complete: true });
		expect(await reviewResults(t.db, planner, 'r', [uscc(1)])).toMatchObject({ ok: true, reviewed: 1, done: true });
		expect(await reviewResults(t.db, planner, 'r', null)).toMatchObject({ reason: 'wrong-state' });
		expect(await returnResult(t.db, planner, task('r'), uscc(1), '再看一遍')).toMatchObject({ reason: 'already-reviewed' });
		expect(await enterFindings(t.db, inspector, task('r'), uscc(1), { visitedOn: today, findings: [{ ...entry, result: 'unreachable' }] })).toMatchObject({ reason: 'already-reviewed' });
	});

	test('nobody reviews or returns what they entered themselves, not even as one item of a visit', async () => {
		await seedDrawnTask(t.owner, { id: 'own', usccs: [uscc(3), uscc(4)], partner: { departmentId: 'culture', itemId: 'prepaid' } });
		await enterFindings(t.db, inspector, task('own'), uscc(3), { visitedOn: today, findings: [{ itemId: 'registration', result: 'no-problem', note: '' }] });
		await enterFindings(t.db, colleague, task('own'), uscc(3), { visitedOn: today, findings: [{ itemId: 'prepaid', result: 'no-problem', note: '' }] });
		await enterResult(t.db, colleague, 'own', uscc(4), { result: 'no-problem', note: '', visitedOn: today });
		const turned = actorOf({ id: inspector.id });
		expect(await reviewResults(t.db, turned, 'own', [uscc(3)])).toMatchObject({ reason: 'own-work' });
		expect(await returnResult(t.db, turned, task('own'), uscc(3), '缺少照片')).toMatchObject({ reason: 'own-work' });
		expect(await reviewResults(t.db, turned, 'own', null)).toMatchObject({ ok: true, reviewed: 1, done: false });
		expect(await reviewResults(t.db, planner, 'own', null)).toMatchObject({ ok: true, reviewed: 1, done: true });
		// What leaves has a row for each department's item, each with a key of its own.
		const { rows } = await sql<{ object_key: string }>`select object_key from (${sourceRows('results', [])}) r where object_key like 'CC-own%' order by 1`.execute(t.db);
		expect(rows.map((row) => row.object_key)).toEqual([3, 4].flatMap((n) => [`CC-own ${uscc(n)}`, `CC-own ${uscc(n)} 03`]));
	});

	test('a lead check goes the same way, outside every planned cap, with the level of its warning', async () => {
		await seedLead(t.owner, 'l1', 6, 'w-red');
		const lead = { kind: 'lead', id: 'l1' } as const;
		expect(await enterLeadResult(t.db, stranger, 'l1', { result: 'no-problem', note: '', visitedOn: today })).toMatchObject({ reason: 'not-found' });
		expect(await enterLeadResult(t.db, inspector, 'l1', { result: 'follow-up', note: '拒不退费', visitedOn: today })).toEqual({ ok: true });
		expect(await returnResult(t.db, planner, lead, uscc(6), '缺少笔录')).toEqual({ ok: true });
		expect(await reviewLeadResult(t.db, planner, 'l1')).toMatchObject({ reason: 'not-entered' });
		expect(await enterLeadResult(t.db, colleague, 'l1', { result: 'follow-up', note: '拒不退费，附笔录', visitedOn: today })).toEqual({ ok: true });
		expect(await reviewLeadResult(t.db, actorOf({ id: inspector.id }), 'l1')).toEqual({ ok: true });
		const visit = await t.db.selectFrom('inspection_visit').selectAll().where('lead_check_id', '=', 'l1').executeTakeFirstOrThrow();
		expect(visit).toMatchObject({ id: 'lead:l1', planned: false, path: 'lead-check', level: 'red', indicator_id: 'ind', result: 'follow-up' });
	});

	test('evidence is kept once, is looked at by those on the visit and its reviewers alone, and stays as it is after the review', async () => {
		await seedDrawnTask(t.owner, { id: 'ev', usccs: [uscc(7)] });
		const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 1, 2, 3]);
		const file = { name: '门头.jpg', bytes: jpeg, itemId: null };
		expect(await addEvidence(t.db, inspector, task('ev'), uscc(7), { ...file, name: '门头.exe' })).toMatchObject({ reason: 'bad-file', fault: 'bad-type' });
		expect(await addEvidence(t.db, stranger, task('ev'), uscc(7), file)).toMatchObject({ reason: 'not-found' });
		expect(await addEvidence(t.db, planner, task('ev'), uscc(7), file)).toMatchObject({ reason: 'not-allowed' });
		const added = await addEvidence(t.db, inspector, task('ev'), uscc(7), file);
		if (!added.ok) throw new Error(added.reason);
		expect(await addEvidence(t.db, inspector, task('ev'), uscc(7), file)).toEqual(added);
		for (const who of [colleague, planner]) expect(await readEvidence(t.db, who, task('ev'), uscc(7), added.id)).toMatchObject({ ok: true, name: '门头.jpg', type: 'image/jpeg' });
		for (const who of [stranger, actorOf({ regionCode: '320500' })]) expect(await readEvidence(t.db, who, task('ev'), uscc(7), added.id)).toMatchObject({ reason: 'not-found' });
		// The right visit with another visit’s file is no way in.
		await seedDrawnTask(t.owner, { id: 'ev2', usccs: [uscc(7)], team: ['i3', 'i4'] });
		expect(await readEvidence(t.db, stranger, task('ev2'), uscc(7), added.id)).toMatchObject({ reason: 'not-found' });
		expect(await removeEvidence(t.db, colleague, task('ev'), uscc(7), added.id)).toMatchObject({ reason: 'not-allowed' });
		await enterResult(t.db, inspector, 'ev', uscc(7), { result: 'no-problem', note: '', visitedOn: today });
		await reviewResults(t.db, planner, 'ev', null);
		expect(await removeEvidence(t.db, inspector, task('ev'), uscc(7), added.id)).toMatchObject({ reason: 'already-reviewed' });
		expect(await addEvidence(t.db, inspector, task('ev'), uscc(7), { ...file, bytes: Uint8Array.from([0xff, 0xd8, 0xff, 9]) })).toMatchObject({ reason: 'already-reviewed' });
		const { rows } = await sql<{ n: number }>`select count(*)::int as n from inspection_file`.execute(t.db);
		expect(rows[0]!.n).toBe(1);
	});
});

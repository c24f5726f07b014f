import { readSheet } from 'read-excel-file/node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { workCalendar, workingDaysBetween } from '#lib/calendar/working-days.ts';
import { exportPublications } from '#lib/sampling/fieldwork/publication-export.server.ts';
import { countPublications, exemptFromPublication, listPublications, markPublished, publicationKeyOf, reopenPublication } from '#lib/sampling/fieldwork/publication.server.ts';
import { publicationDue } from '#lib/sampling/fieldwork/publication.ts';
import { checkRectification, countRectifications, findRectification, listCorrectable, listRectifications, openRectification } from '#lib/sampling/fieldwork/rectification.server.ts';
import { mayMove, rectificationStates } from '#lib/sampling/fieldwork/rectification.ts';
import { reviewLeadResult, enterLeadResult } from '#lib/sampling/leads/results.server.ts';
import { enterResult, reviewResults } from '#lib/sampling/tasks/results.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, colleague, daysAgo, inspector, planner, seedDrawnTask, seedFieldwork, seedLead, stranger, uscc } from './fieldwork-support.ts';

describe('the days of publication', () => {
	test.each([
		['2026-03-02', {}, '2026-03-30'],
		// National Day of 2025: eight days off, one Saturday worked.
		['2025-09-30', { '2025-10-01': true, '2025-10-02': true, '2025-10-03': true, '2025-10-06': true, '2025-10-07': true, '2025-10-08': true, '2025-10-11': false }, '2025-11-04']
	])('a visit on %s is public by the twentieth working day after it', (visitedOn, off, due) => {
		expect(publicationDue(workCalendar(new Map(Object.entries(off))), visitedOn)).toBe(due);
	});
	test('twenty working days lie between, whatever the calendar', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 700 }), fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }), (start, holidays) => {
				const day = addDays('2025-01-01', start);
				const calendar = workCalendar(new Map(holidays.map((n) => [addDays(day, n), true])));
				const due = publicationDue(calendar, day);
				expect(workingDaysBetween(calendar, day, due)).toBe(20);
				expect(calendar.isOff(due)).toBe(false);
			})
		);
	});
});

test('what was put right or dropped is over; what was not may be looked at again', () => {
	expect(rectificationStates.map((state) => (['corrected', 'not-corrected', 'dropped'] as const).filter((move) => mayMove(state, move)))).toEqual([
		['corrected', 'not-corrected', 'dropped'], [], ['corrected', 'dropped'], []
	]);
	expect(mayMove('gone', 'corrected')).toBe(false);
});

describe('publication', () => {
	let t: TestDatabase;
	let today: string;
	const key = (n: number, ref = 'task:pub') => ({ uscc: uscc(n), ref });
	const culture = actorOf({ departmentId: 'culture' });
	beforeAll(async () => {
		t = await testDatabase();
		today = await seedFieldwork(t.owner);
		await seedDrawnTask(t.owner, { id: 'pub', usccs: [1, 2, 3].map(uscc), partner: { departmentId: 'culture', itemId: 'prepaid' }, warnings: ['w-red'] });
		for (const n of [1, 2, 3]) await enterResult(t.db, inspector, 'pub', uscc(n), { result: n === 1 ? 'ordered-to-correct' : 'no-problem', note: '内部说明', visitedOn: daysAgo(today, 2) });
		await seedLead(t.owner, 'pl', 4);
		await enterLeadResult(t.db, inspector, 'pl', { result: 'no-activity', note: '', visitedOn: today });
	});
	afterAll(() => t[Symbol.asyncDispose]());

	test('is owed from the review on, once, for tasks and lead checks alike', async () => {
		expect(await countPublications(t.db, planner)).toMatchObject({ due: 0 });
		await reviewResults(t.db, planner, 'pub', [uscc(1)]);
		await reviewResults(t.db, planner, 'pub', null);
		await reviewLeadResult(t.db, planner, 'pl');
		expect(await countPublications(t.db, planner)).toEqual({ due: 4, overdue: 0, published: 0, exempt: 0, ownOverdue: 0 });
		const { rows } = await listPublications(t.db, planner, 'due', 0);
		expect(rows.find((row) => row.uscc === uscc(1))).toMatchObject({
			number: 'CC-pub', own: true, visitedOn: daysAgo(today, 2), results: [{ item: '登记事项检查', result: 'ordered-to-correct' }, { item: '单用途预付卡经营行为检查', result: 'ordered-to-correct' }]
		});
		expect(rows.every((row) => row.dueOn > addDays(today, 20))).toBe(true);
		// A page beyond the end is the last one.
		expect(await listPublications(t.db, planner, 'due', 7)).toEqual({ rows, more: false, page: 0 });
	});

	test('outside the jurisdiction it does not exist, and another department looks on', async () => {
		const elsewhere = actorOf({ regionCode: '320500' });
		expect((await listPublications(t.db, elsewhere, 'due', 0)).rows).toEqual([]);
		expect(await markPublished(t.db, elsewhere, [key(1)], { on: today, channel: '公示系统' })).toMatchObject({ reason: 'not-found' });
		expect((await listPublications(t.db, culture, 'due', 0)).rows.map((row) => row.own)).toEqual([false, false, false, false]);
		expect(await markPublished(t.db, culture, [key(1)], { on: today, channel: '公示系统' })).toMatchObject({ reason: 'not-allowed' });
		expect(await markPublished(t.db, actorOf({ role: 'leader' }), [key(1)], { on: today, channel: '公示系统' })).toMatchObject({ reason: 'not-allowed' });
	});

	test.each([
		['no choice', () => markPublished(t.db, planner, [], { on: today, channel: '公示系统' }), 'none-chosen'],
		['no channel', () => markPublished(t.db, planner, [key(1)], { on: today, channel: ' ' }), 'channel-missing'],
		['a day to come', () => markPublished(t.db, planner, [key(1)], { on: addDays(today, 1), channel: '公示系统' }), 'published-in-the-future'],
		['a day before the visit', () => markPublished(t.db, planner, [key(1)], { on: daysAgo(today, 3), channel: '公示系统' }), 'before-the-visit'],
		['one of many before its visit', () => markPublished(t.db, planner, [key(1), key(4, 'lead:pl')], { on: daysAgo(today, 1), channel: '公示系统' }), 'before-the-visit'],
		['one that is not there', () => markPublished(t.db, planner, [key(1), key(9)], { on: today, channel: '公示系统' }), 'not-found'],
		['an exemption without a law', () => exemptFromPublication(t.db, planner, [key(1)], '领导要求暂不公示'), 'law-missing'],
		['taking back without a reason', () => reopenPublication(t.db, planner, [key(1)], ''), 'reason-missing'],
		['taking back what is due', () => reopenPublication(t.db, planner, [key(1)], '标记有误'), 'wrong-state']
	])('%s is refused, and nothing is marked', async (_what, act, reason) => {
		expect(await act()).toMatchObject({ ok: false, reason });
		expect(await countPublications(t.db, planner)).toMatchObject({ due: 4 });
	});

	test('what is late is counted for its department, and found', async () => {
		await t.owner.updateTable('result_publication').set({ due_on: daysAgo(today, 1) }).where('uscc', '=', uscc(2)).execute();
		expect(await countPublications(t.db, planner)).toMatchObject({ due: 4, overdue: 1, ownOverdue: 1 });
		expect(await countPublications(t.db, culture)).toMatchObject({ overdue: 1, ownOverdue: 0 });
		expect((await listPublications(t.db, planner, 'overdue', 0)).rows.map((row) => row.uscc)).toEqual([uscc(2)]);
	});

	test('the file that goes out says what was found by item, and nothing of class, warning, level, note or number', async () => {
		const made = await exportPublications(t.db, planner, 'due');
		if (!made.ok) throw new Error(made.reason);
		const rows = await readSheet(made.file);
		expect(rows[0]).toEqual(['企业名称', '统一社会信用代码', '抽查事项', '检查结果', '检查日期', '检查机关']);
		expect(rows).toHaveLength(1 + 3 * 2 + 1);
		expect(rows).toContainEqual(['示例1有限公司', uscc(1), '登记事项检查', '发现问题已责令改正', daysAgo(today, 2), '常州市市场监督管理局']);
		const text = JSON.stringify(rows);
		for (const secret of ['CC-pub', '内部说明', 'N-w-red', 'red', '"C"', '分类', '预警']) expect(text).not.toContain(secret);
		expect(await exportPublications(t.db, actorOf({ role: 'monitor' }), 'due')).toMatchObject({ reason: 'not-allowed' });
		expect((await t.db.selectFrom('audit_entry').select('detail').where('action', '=', 'result.export').execute())[0]!.detail).toMatchObject({ rows: 4 });
	});

	test('many are published at once, one is exempt by its law, and a mark made by mistake is taken back', async () => {
		expect(await markPublished(t.db, planner, [key(1), key(2)], { on: today, channel: ' 国家企业信用信息公示系统 ' })).toEqual({ ok: true, marked: 2 });
		expect(await markPublished(t.db, planner, [key(1)], { on: today, channel: '公示系统' })).toMatchObject({ reason: 'wrong-state' });
		expect(await exemptFromPublication(t.db, planner, [key(3)], '《中华人民共和国保守国家秘密法》第十三条')).toEqual({ ok: true, marked: 1 });
		expect(await countPublications(t.db, planner)).toEqual({ due: 1, overdue: 0, published: 2, exempt: 1, ownOverdue: 0 });
		expect((await listPublications(t.db, planner, 'published', 0)).rows[0]).toMatchObject({ publishedOn: today, channel: '国家企业信用信息公示系统' });
		expect(await reopenPublication(t.db, planner, [key(2)], '标记有误')).toEqual({ ok: true, marked: 1 });
		expect(await countPublications(t.db, planner)).toMatchObject({ due: 2, overdue: 1, published: 1 });
		const audited = await t.db.selectFrom('audit_entry').select(['action', 'detail']).where('object_kind', '=', 'result_publication').orderBy('seq').execute();
		expect(audited.map((a) => a.action).filter((a) => a !== 'result.export')).toEqual(['result.publish', 'result.exempt', 'result.unpublish']);
		expect(audited.find((a) => a.action === 'result.publish')!.detail).toMatchObject({ uscc: [uscc(1), uscc(2)] });
	});

	test('only a key of ours is a key', () => {
		expect(publicationKeyOf(`${uscc(1)}|task:pub`)).toEqual(key(1));
		for (const text of ['', 'x', '|', 'a|b|c']) expect(publicationKeyOf(text)).toBeNull();
	});
});

describe('rectification', () => {
	let t: TestDatabase;
	let today: string;
	const found = { uscc: uscc(1), ref: 'task:rect' };
	beforeAll(async () => {
		t = await testDatabase();
		today = await seedFieldwork(t.owner);
		await seedDrawnTask(t.owner, { id: 'rect', usccs: [1, 2].map(uscc), partner: { departmentId: 'culture', itemId: 'prepaid' } });
		await enterResult(t.db, inspector, 'rect', uscc(1), { result: 'ordered-to-correct', note: '电话未更新', visitedOn: daysAgo(today, 5) });
		await enterResult(t.db, inspector, 'rect', uscc(2), { result: 'no-problem', note: '', visitedOn: daysAgo(today, 5) });
	});
	afterAll(() => t[Symbol.asyncDispose]());
	const wanted = () => ({ ...found, itemId: 'registration', demand: '限期更新联系电话', dueOn: daysAgo(today, 1) });

	test('is opened of reviewed problems only, once, by the department whose item it is', async () => {
		expect(await openRectification(t.db, planner, wanted())).toMatchObject({ reason: 'not-found' });
		await reviewResults(t.db, planner, 'rect', null);
		const items = async (departmentId: string) => (await listCorrectable(t.db, actorOf({ departmentId }))).map((c) => [c.uscc, c.itemId]);
		expect(await items('market')).toEqual([[uscc(1), 'registration']]);
		expect(await items('culture')).toEqual([[uscc(1), 'prepaid']]);
		for (const [change, reason] of [
			[{ demand: '改' }, 'demand-missing'], [{ dueOn: '昨天' }, 'not-a-day'], [{ dueOn: daysAgo(today, 5) }, 'due-before-the-visit'], [{ uscc: uscc(2) }, 'not-found'], [{ itemId: 'prepaid' }, 'not-allowed']
		] as const) expect(await openRectification(t.db, planner, { ...wanted(), ...change })).toMatchObject({ ok: false, reason });
		expect(await openRectification(t.db, actorOf({ regionCode: '320500' }), wanted())).toMatchObject({ reason: 'not-found' });
		expect(await openRectification(t.db, inspector, wanted())).toMatchObject({ reason: 'not-allowed' });
		const clicks = await Promise.all([openRectification(t.db, planner, wanted()), openRectification(t.db, planner, wanted())]);
		expect(clicks.map((c) => c.ok).sort()).toEqual([false, true]);
		expect(await items('market')).toEqual([]);
		expect(await countRectifications(t.db, planner)).toEqual({ open: 1, overdue: 1, 'not-corrected': 0, over: 0, ownOverdue: 1 });
	});

	test('its inspectors and its planner find it; others do not', async () => {
		const [row] = await listRectifications(t.db, planner, 'open');
		expect(row).toMatchObject({ name: '示例1有限公司', demand: '限期更新联系电话', late: true, visitedOn: daysAgo(today, 5) });
		expect(await listRectifications(t.db, colleague, 'overdue')).toHaveLength(1);
		for (const who of [stranger, actorOf({ regionCode: '320500' })]) {
			expect(await listRectifications(t.db, who, 'open')).toEqual([]);
			expect(await findRectification(t.db, who, row!.uscc, row!.id)).toMatchObject({ reason: 'not-found' });
		}
	});

	test('a follow-up says what it found, counts against no cap, and what was not put right may be looked at again', async () => {
		const [row] = await listRectifications(t.db, planner, 'open');
		const seen = { id: row!.id, version: 1 };
		const check = (who = inspector, change: object = {}, version = 1) =>
			checkRectification(t.db, who, uscc(1), { ...seen, version }, { outcome: 'not-corrected', checkedOn: today, finding: '仍未更新', ...change });
		expect(await check(stranger)).toMatchObject({ reason: 'not-found' });
		expect(await check(actorOf({ departmentId: 'culture' }))).toMatchObject({ reason: 'not-allowed' });
		expect(await check(actorOf({ role: 'leader' }))).toMatchObject({ reason: 'not-allowed' });
		expect(await check(inspector, { finding: '' })).toMatchObject({ reason: 'finding-missing' });
		expect(await check(inspector, { checkedOn: addDays(today, 1) })).toMatchObject({ reason: 'in-the-future' });
		expect(await check(inspector, { checkedOn: daysAgo(today, 6) })).toMatchObject({ reason: 'before-the-visit' });
		expect(await check(inspector, { outcome: 'dropped', finding: '企业已注销' })).toMatchObject({ reason: 'not-allowed' });
		expect(await check(inspector, { outcome: 'vanished' })).toMatchObject({ reason: 'wrong-state' });
		const visits = await t.db.selectFrom('inspection_visit').selectAll().execute();
		expect(await check()).toEqual({ ok: true });
		expect(await check(colleague)).toMatchObject({ reason: 'conflict' });
		expect(await countRectifications(t.db, planner)).toMatchObject({ open: 0, 'not-corrected': 1, ownOverdue: 0 });
		expect(await check(planner, { outcome: 'corrected', finding: '' }, 2)).toEqual({ ok: true });
		expect(await check(planner, { outcome: 'dropped', finding: '企业已注销' }, 3)).toMatchObject({ reason: 'wrong-state' });
		expect(await countRectifications(t.db, planner)).toMatchObject({ over: 1, 'not-corrected': 0 });
		expect(await t.db.selectFrom('inspection_visit').selectAll().execute()).toEqual(visits);
		const audited = await t.db.selectFrom('audit_entry').select('action').where('object_kind', '=', 'rectification').orderBy('seq').execute();
		expect(audited.map((a) => a.action)).toEqual(['rectification.open', 'rectification.check', 'rectification.check']);
	});
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { addDays, addMonths, monthOf } from '#lib/calendar/days.ts';
import { listPeriods } from '#lib/sampling/observation/list.server.ts';
import { endFallen, endPeriod, grantPeriod, type Grant } from '#lib/sampling/observation/periods.server.ts';
import { grantRefusal, stateOf } from '#lib/sampling/observation/periods.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { actorOf, seedWarning, seedWorld, uscc } from '../support.ts';

const editor = actorOf({ grants: ['editor'] });
let t: TestDatabase;
let today: string;
beforeAll(async () => {
	t = await testDatabase();
	await seedWorld(t.owner);
	today = await databaseToday(t.owner);
});
afterAll(() => t[Symbol.asyncDispose]());

async function object(n: number, riskClass: string | null, change: { region?: string; keyClass?: boolean } = {}): Promise<void> {
	const region = change.region ?? '320412';
	await t.owner.insertInto('enterprise').values({
		uscc: uscc(n), name: `示例${n}有限公司`, region_code: region, region_basis: 'given', industry_key: 'H62', key_class: change.keyClass ?? false, stated_at: new Date()
	}).execute();
	const row = { region_code: region, industry_key: 'H62', key_class: change.keyClass ?? false, class: riskClass, class_month: riskClass === null ? null : monthOf(today) };
	await t.owner.insertInto('inspection_object').values({ uscc: uscc(n), ...row }).onConflict((oc) => oc.column('uscc').doUpdateSet(row)).execute();
}
const lines = '发生食品安全事故，或者一个月内集中投诉未解决';
const grant = (n: number, change: Partial<Grant> = {}, actor: Actor = editor) =>
	grantPeriod(t.db, actor, { uscc: uscc(n), newness: 'form', fromOn: today, untilOn: addMonths(today, 6), bottomLines: lines, ...change });
const row = (n: number) => t.owner.selectFrom('observation_period').selectAll().where('uscc', '=', uscc(n)).orderBy('granted_at', 'desc').executeTakeFirstOrThrow();
async function granted(n: number): Promise<string> {
	const made = await grant(n);
	if (!made.ok) throw new Error(made.reason);
	return made.id;
}

const rules = { mode: 'period', classes: ['A', 'B'], months: 12, quote: '' } as const;
const day = '2026-03-01';
const wanted = { fromOn: day, untilOn: '2026-09-01', bottomLines: lines };
type Case = [what: string, rules: Partial<typeof rules> | { mode: 'off' }, of: { class?: 'A' | 'B' | 'C' | 'D' | 'none'; keyClass?: boolean }, change: Partial<typeof wanted>, reason: string | null];
const cases: Case[] = [
	['class A', {}, { class: 'A' }, {}, null],
	['class B', {}, { class: 'B' }, {}, null],
	['class C', {}, { class: 'C' }, {}, 'observation-class'],
	['class D', {}, { class: 'D' }, {}, 'observation-class'],
	['no class', {}, { class: 'none' }, {}, 'observation-class'],
	['a key enterprise', {}, { keyClass: true }, {}, 'observation-key-class'],
	['a preset without any', { mode: 'off' }, {}, {}, 'observation-off'],
	['no end', {}, {}, { untilOn: '' }, 'not-a-day'],
	['a day that is none', {}, {}, { untilOn: '2026-02-30' }, 'not-a-day'],
	['yesterday', {}, {}, { fromOn: '2026-02-28' }, 'observation-past'],
	['an end before the beginning', {}, {}, { untilOn: day }, 'observation-order'],
	['the longest', {}, {}, { untilOn: '2027-03-01' }, null],
	['a day longer', {}, {}, { untilOn: '2027-03-02' }, 'observation-long'],
	['no bottom lines', {}, {}, { bottomLines: ' \n 无 ' }, 'bottom-lines-missing']
];

describe('granting', () => {
	test.each(cases)('%s', (_what, change, of, other, reason) => {
		expect(grantRefusal({ ...rules, classes: [...rules.classes], ...change } as never, { class: 'B', keyClass: false, ...of }, { ...wanted, ...other }, day)).toBe(reason);
	});

	test('needs the editor’s right, the jurisdiction, and the preset of the enterprise’s region', async () => {
		await object(1, 'A');
		await object(2, 'A', { region: '320500' });
		await object(3, 'A', { region: '320803' });
		expect(await grant(1, {}, actorOf())).toMatchObject({ reason: 'not-allowed' });
		expect(await grant(1, {}, actorOf({ role: 'monitor', grants: ['editor'] }))).toMatchObject({ reason: 'not-allowed' });
		expect(await grant(2)).toMatchObject({ reason: 'not-found' });
		expect(await grant(9999)).toMatchObject({ reason: 'not-found' });
		// 淮安's preset has none.
		expect(await grant(3, {}, actorOf({ grants: ['editor'], regionCode: '320000' }))).toMatchObject({ reason: 'observation-off' });
		expect(await grant(1, { newness: 'colour' })).toMatchObject({ reason: 'newness-unknown' });
		expect(await grant(1)).toMatchObject({ ok: true });
		expect(await row(1)).toMatchObject({ department_id: 'market', class_then: 'A', from_on: today, ended_on: null, bottom_lines: lines });
	});

	test('is once at a time, also of forms sent at the same moment', async () => {
		await object(5, 'B');
		const made = await Promise.all([grant(5), grant(5), grant(5)]);
		expect(made.map((x) => (x.ok ? 'granted' : x.reason)).sort()).toEqual(['already-observed', 'already-observed', 'granted']);
	});

	test('is audited', async () => {
		const entry = await t.owner.selectFrom('audit_entry').select(['action', 'detail']).where('action', '=', 'observation.grant').executeTakeFirstOrThrow();
		expect(entry.detail).toMatchObject({ uscc: uscc(1), until: addMonths(today, 6) });
	});
});

describe('ending', () => {
	test('is for the department that granted it, with a reason and a note, once', async () => {
		await object(10, 'A');
		const id = await granted(10);
		const end = (actor: Actor, reason = 'trigger', note = '发生食品安全事故') => endPeriod(t.db, actor, uscc(10), id, { reason, note });
		expect(await end(actorOf())).toMatchObject({ reason: 'not-allowed' });
		expect(await end({ ...editor, departmentId: 'culture' })).toMatchObject({ reason: 'not-allowed' });
		expect(await end({ ...editor, regionCode: '320500' })).toMatchObject({ reason: 'not-found' });
		expect(await end(editor, 'class')).toMatchObject({ reason: 'end-reason-unknown' });
		expect(await end(editor, 'trigger', ' ')).toMatchObject({ reason: 'reason-missing' });
		expect(await end(editor)).toEqual({ ok: true });
		expect(await row(10)).toMatchObject({ ended_on: today, end_reason: 'trigger', ended_by: editor.id });
		expect(await end(editor, 'revoked', 'again and again')).toMatchObject({ reason: 'already-ended' });
		// A new one may follow.
		expect(await grant(10)).toMatchObject({ ok: true });
	});

	test('happens by itself when the class falls, not when it stays or moves between A and B', async () => {
		for (const n of [20, 21, 22]) {
			await object(n, 'A');
			await granted(n);
		}
		const classify = (n: number, to: string) => t.owner.updateTable('inspection_object').set({ class: to }).where('uscc', '=', uscc(n)).execute();
		await classify(20, 'C');
		await classify(21, 'D');
		await classify(22, 'B');
		expect(await endFallen(t.db, today)).toEqual({ fallen: 2, triggered: 0 });
		expect([await row(20), await row(21), await row(22)].map((r) => r.end_reason)).toEqual(['class', 'class', null]);
		expect(await endFallen(t.db, today)).toEqual({ fallen: 0, triggered: 0 });
		const entries = await t.owner.selectFrom('audit_entry').select(['actor_id', 'detail']).where('action', '=', 'observation.end').where('actor_id', 'is', null).execute();
		expect(entries).toHaveLength(2);
		// The trail's readers see no classes.
		expect(JSON.stringify(entries)).not.toMatch(/"[A-D]\b/);
	});

	test('happens by itself when a warning names it that was raised since, for nothing else', async () => {
		for (const n of [30, 31, 32, 33]) await object(n, 'A');
		await seedWarning(t.owner, { id: 'before', scopeKind: 'enterprise', uscc: uscc(31) });
		for (const n of [30, 31, 32, 33]) await granted(n);
		await seedWarning(t.owner, { id: 'since', scopeKind: 'enterprise', uscc: uscc(30) });
		await seedWarning(t.owner, { id: 'around', scopeKind: 'address', members: [uscc(32)] });
		await seedWarning(t.owner, { id: 'unfounded', scopeKind: 'enterprise', uscc: uscc(33) });
		await t.owner.updateTable('warning').set({ raised_at: new Date(Date.now() + 1000) }).where('id', '<>', 'before').execute();
		await t.owner.updateTable('warning').set({ close_reason: 'normal-cause' }).where('id', '=', 'unfounded').execute();
		await t.owner.updateTable('warning').set({ raised_at: new Date('2020-01-01') }).where('id', '=', 'before').execute();
		expect(await endFallen(t.db, today)).toEqual({ fallen: 0, triggered: 1 });
		expect([await row(30), await row(31), await row(32), await row(33)].map((r) => r.end_reason)).toEqual(['trigger', null, null, null]);
		expect((await row(30)).end_note).toBe('N-since');
	});

	test('leaves alone what had expired before', async () => {
		await object(40, 'A');
		await granted(40);
		await t.owner.updateTable('observation_period').set({ from_on: addDays(today, -9), until_on: addDays(today, -1) }).where('uscc', '=', uscc(40)).execute();
		await t.owner.updateTable('inspection_object').set({ class: 'D' }).where('uscc', '=', uscc(40)).execute();
		expect(await endFallen(t.db, today)).toEqual({ fallen: 0, triggered: 0 });
		expect((await row(40)).ended_on).toBeNull();
	});
});

describe('the list', () => {
	test('shows the jurisdiction’s, by state and by name', async () => {
		const all = await listPeriods(t.db, editor, { state: null, text: '', page: 0 });
		expect(all.total).toBe(all.rows.length);
		expect(all.rows.length).toBeGreaterThan(5);
		for (const state of ['running', 'expired', 'ended', 'coming'] as const) {
			const some = await listPeriods(t.db, editor, { state, text: '', page: 0 });
			expect(some.rows.map((r) => r.state)).toEqual(all.rows.filter((r) => r.state === state).map((r) => r.state));
			expect(some.total).toBe(some.rows.length);
		}
		expect((await listPeriods(t.db, editor, { state: null, text: '示例20有限', page: 0 })).rows.map((r) => r.uscc)).toEqual([uscc(20)]);
		expect((await listPeriods(t.db, editor, { state: null, text: '%', page: 0 })).total).toBe(0);
		expect((await listPeriods(t.db, { ...editor, regionCode: '320500' }, { state: null, text: '', page: 0 })).rows).toEqual([]);
		expect((await listPeriods(t.db, actorOf({ role: 'inspector' }), { state: null, text: '', page: 0 })).total).toBe(0);
	});

	test.each([
		['2026-01-01', '2026-06-30', null, '2025-12-31', 'coming'], ['2026-01-01', '2026-06-30', null, '2026-01-01', 'running'],
		['2026-01-01', '2026-06-30', null, '2026-06-30', 'running'], ['2026-01-01', '2026-06-30', null, '2026-07-01', 'expired'],
		['2026-01-01', '2026-06-30', '2026-02-01', '2026-02-01', 'ended']
	] as const)('a period from %s until %s, ended %s, is on %s %s', (fromOn, untilOn, endedOn, on, state) => {
		expect(stateOf({ fromOn, untilOn, endedOn }, on)).toBe(state);
	});
});

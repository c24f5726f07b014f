import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, addMonths, monthOf } from '#lib/calendar/days.ts';
import { factsFor } from '#lib/sampling/pool/facts-of-one.server.ts';
import { presetDefaults } from '#lib/sampling/presets/defaults.ts';
import { countKey, limitsOf } from '#lib/sampling/presets/presets.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, seedWarning, seedWorld, uscc } from './support.ts';

const rules = presetDefaults.find((p) => p.id === 'huaian')!.rules;
const actor = actorOf();
let t: TestDatabase;
let today: string;

/** An object of the register; its own row and the enterprise's. */
async function object(n: number, change: { region?: string; class?: string | null; month?: string | null; keyClass?: boolean } = {}): Promise<void> {
	const region = change.region ?? '320412';
	await t.owner.insertInto('enterprise').values({
		uscc: uscc(n), name: `示例${n}有限公司`, region_code: region, region_basis: 'given', industry_key: 'H62', key_class: change.keyClass ?? false, stated_at: new Date()
	}).execute();
	const row = {
		region_code: region, industry_key: 'H62', key_class: change.keyClass ?? false, class: change.class === undefined ? 'B' : change.class,
		class_month: change.month === undefined ? monthOf(today) : change.month
	};
	await t.owner.insertInto('inspection_object').values({ uscc: uscc(n), ...row }).onConflict((oc) => oc.column('uscc').doUpdateSet(row)).execute();
}
let visits = 0;
const visit = (n: number, on: string, change: { path?: string; department?: string; item?: string; result?: string } = {}) =>
	t.owner.insertInto('inspection_visit').values({
		uscc: uscc(n), id: `v${visits++}`, visited_on: on, department_id: change.department ?? 'market', item_id: change.item ?? 'price', path: change.path ?? 'random',
		planned: (change.path ?? 'random') !== 'lead-check', result: change.result ?? 'no-problem'
	}).execute();
async function ask(n: number, warningIds: readonly string[] = [], itemId = 'price') {
	const one = await factsFor(t.db, actor, { uscc: uscc(n), itemId, rules, warningIds });
	if (!one.ok) throw new Error(one.reason);
	return one;
}
const countsOf = (counts: readonly number[]) => Object.fromEntries(limitsOf(rules).map((l, i) => [countKey(l), counts[i]]));

beforeAll(async () => {
	t = await testDatabase();
	await seedWorld(t.owner);
	today = await databaseToday(t.owner);
});
afterAll(() => t[Symbol.asyncDispose]());

test('an ordinary enterprise', async () => {
	await object(1);
	const { facts, item, about } = await ask(1);
	expect(facts).toEqual({
		class: 'B', keyClass: false, openTask: false, named: false, level: 0, grade: null, observed: false, recognised: false, counts: limitsOf(rules).map(() => 0)
	});
	expect(item).toEqual({ method: 'on-site', statutory: false, keyField: false, field: null });
	expect(about).toMatchObject({ name: '示例1有限公司', region: '武进区', visits: [], open: [], warnings: [], year: { planned: 0, plannedAll: 0, forCause: 0, forCauseAll: 0 } });
});

test('what lies outside is not found, as is who is in no register, and an item that is none is named', async () => {
	await object(2, { region: '320500' });
	for (const n of [2, 9999]) expect(await factsFor(t.db, actor, { uscc: uscc(n), itemId: 'price', rules, warningIds: [] })).toMatchObject({ reason: 'not-found' });
	expect(await factsFor(t.db, actor, { uscc: uscc(1), itemId: 'none', rules, warningIds: [] })).toMatchObject({ reason: 'item-unknown' });
	const inspector = actorOf({ role: 'inspector' });
	expect(await factsFor(t.db, inspector, { uscc: uscc(1), itemId: 'price', rules, warningIds: [] })).toMatchObject({ reason: 'not-allowed' });
});

test('a class older than twelve months counts as none, and is still told', async () => {
	await object(3, { class: 'A', month: addMonths(monthOf(today), -12) });
	await object(4, { class: 'A', month: addMonths(monthOf(today), -13) });
	await object(5, { class: null, month: null });
	expect([(await ask(3)).facts.class, (await ask(4)).facts.class, (await ask(5)).facts.class]).toEqual(['A', 'none', 'none']);
	expect((await ask(4)).about).toMatchObject({ class: 'A' });
});

test('for-cause visits are counted beside the planned ones and fill no limit', async () => {
	await object(6);
	await visit(6, today);
	await visit(6, today, { department: 'culture', path: 'joint' });
	await visit(6, today, { path: 'campaign' });
	await visit(6, today, { path: 'lead-check' });
	await visit(6, today, { path: 'lead-check', department: 'culture' });
	await visit(6, `${Number(today.slice(0, 4)) - 1}-06-15`);
	const { facts, about } = await ask(6);
	expect(countsOf(facts.counts)).toEqual({ 'year/authority/planned': 2, 'year/all/random': 2, 'half-year/all/planned': 3 });
	expect(about.year).toEqual({ planned: 2, plannedAll: 3, forCause: 1, forCauseAll: 2 });
	expect(about.visits).toHaveLength(6);
	expect(about.counted.map((c) => c.days.length)).toEqual(facts.counts);
});

test('results are recognised within the item’s validity, if the inspection came to an end', async () => {
	await t.owner.updateTable('inspection_item').set({ validity_days: 90 }).where('id', '=', 'price').execute();
	const cases = [[10, 89, 'no-problem', true], [11, 90, 'no-problem', false], [12, 1, 'unreachable', false], [13, 1, 'ordered-to-correct', true]] as const;
	for (const [n, ago, result, recognised] of cases) {
		await object(n);
		await visit(n, addDays(today, -ago), { result, department: 'culture', path: 'lead-check' });
		expect([n, (await ask(n)).facts.recognised]).toEqual([n, recognised]);
		expect((await ask(n, [], 'prepaid')).facts.recognised).toBe(false);
	}
	expect((await ask(10)).about.recognised).toMatchObject({ until: addDays(today, 1), department: '常州市文化广电和旅游局' });
});

test('grades are those of the item’s field, the newest of twelve months', async () => {
	await t.owner.updateTable('inspection_item').set({ field: '食品经营' }).where('id', '=', 'food-sale').execute();
	await object(20);
	const grade = (field: string, monthsAgo: number, version: number, grade: string) => ({
		uscc: uscc(20), field, month: addMonths(monthOf(today), -monthsAgo), version, grade, source_id: 's', received_at: new Date()
	});
	await t.owner.insertInto('professional_grade').values([grade('食品经营', 13, 1, 'old'), grade('药品', 0, 1, 'other')]).execute();
	expect((await ask(20, [], 'food-sale')).facts.grade).toBeNull();
	await t.owner.insertInto('professional_grade').values([grade('食品经营', 3, 1, 'B'), grade('食品经营', 2, 1, 'C'), grade('食品经营', 2, 2, 'D')]).execute();
	expect((await ask(20, [], 'food-sale')).facts.grade).toBe('D');
	expect((await ask(20)).facts.grade).toBeNull();
});

describe('warnings', () => {
	test('name an enterprise when it is their subject, by the highest level that was asked about', async () => {
		await object(30);
		await seedWarning(t.owner, { id: 'w-named', scopeKind: 'enterprise', uscc: uscc(30) });
		await seedWarning(t.owner, { id: 'w-cell', scopeKind: 'cell', members: [uscc(30)], role: 'contributor' });
		await t.owner.updateTable('warning').set({ level: 'yellow' }).where('id', '=', 'w-named').execute();
		expect((await ask(30)).facts).toMatchObject({ named: false, level: 0 });
		expect((await ask(30)).about.warnings).toMatchObject([{ id: 'w-named', asked: false }]);
		expect((await ask(30, ['w-named'])).facts).toMatchObject({ named: true, level: 2 });
		// A rise of its region, to which it contributed, is no evidence about it (C2).
		expect((await ask(30, ['w-cell'])).facts).toMatchObject({ named: false, level: 0 });
	});
});

test('an open list and an observation period are found, and no longer when they are over', async () => {
	await object(40);
	await t.owner.insertInto('sampling_task').values({
		id: 't40', number: 'CC-40', name: '任务', kind: 'targeted', item_id: 'price', department_id: 'culture', region_code: '320400', preset_id: 'huaian', preset_version: 1,
		scope: '{}', settings: '{}', state: 'drawn', draw_n: 2, due_on: today, created_by: 'x'
	}).execute();
	const drawn = (n: number) => t.owner.insertInto('sampling_object').values({ uscc: uscc(40), task_id: 't40', draw_n: n, object_id: `o${n}`, rank: 1 }).execute();
	await drawn(1);
	expect((await ask(40)).facts.openTask).toBe(false);
	await drawn(2);
	expect((await ask(40)).about.open).toEqual([{ number: 'CC-40', department: '常州市文化广电和旅游局' }]);
	await sql`update sampling_object set result = 'no-problem' where task_id = 't40'`.execute(t.owner);
	expect((await ask(40)).facts.openTask).toBe(false);
	const period = {
		uscc: uscc(40), id: 'p', department_id: 'market', newness: 'form', from_on: addDays(today, -3), until_on: today, bottom_lines: 'x', class_then: 'B', granted_by: 'x'
	};
	await t.owner.insertInto('observation_period').values(period).execute();
	expect((await ask(40)).facts.observed).toBe(true);
	await t.owner.updateTable('observation_period').set({ until_on: addDays(today, -1) }).execute();
	expect((await ask(40)).facts.observed).toBe(false);
	await t.owner.updateTable('observation_period').set({ until_on: addDays(today, 9), ended_on: today, end_reason: 'revoked' }).execute();
	expect((await ask(40)).facts.observed).toBe(false);
});

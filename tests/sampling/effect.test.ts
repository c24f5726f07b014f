import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addMonths, monthOf } from '#lib/calendar/days.ts';
import { effectBurden } from '#lib/sampling/effect/burden.server.ts';
import { expectedAvoided } from '#lib/sampling/effect/burden.ts';
import { backValidation, scalesOf } from '#lib/sampling/effect/classes.server.ts';
import { planCoverage } from '#lib/sampling/effect/coverage.server.ts';
import { filterOf, misreadEffect, type EffectChoices } from '#lib/sampling/effect/filter.ts';
import { effectOptions, effectRates } from '#lib/sampling/effect/rates.server.ts';
import { scaleOf } from '#lib/sampling/effect/scales.ts';
import { presetRulesSchema, ratioFor } from '#lib/sampling/presets/presets.ts';
import { databaseToday } from '#lib/sampling/tasks/access.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorOf, seedEnterprises, seedWorld, uscc } from './support.ts';

const choices: EffectChoices = { regions: ['320500', '320412'].map((code) => ({ code })), items: [{ id: 'item-1' }] };

type Seed = {
	readonly n: number; readonly problems: number; readonly of: number; readonly month?: number; readonly path?: string; readonly kind?: string | null;
	readonly control?: boolean; readonly class?: string | null; readonly level?: string; readonly indicator?: string; readonly scale?: string; readonly value?: string;
	readonly department?: string; readonly result?: string;
};

describe('the effect of sampling', () => {
	let t: TestDatabase;
	let today: string;
	let serial = 0;
	const actor = actorOf();
	/** So many visits of one kind, the first `problems` of them with a problem, each at an enterprise of its own from `n` on. */
	const visits = async (s: Seed) => {
		await t.owner.insertInto('inspection_visit').values(Array.from({ length: s.of }, (_, i) => ({
			uscc: uscc(s.n + i), id: `v${++serial}`, visited_on: addMonths(monthOf(today), -(s.month ?? 1)), department_id: s.department ?? 'market', path: s.path ?? 'random',
			planned: s.path !== 'lead-check', result: s.result ?? (i < s.problems ? 'ordered-to-correct' : 'no-problem'), class: s.class ?? null, kind: s.kind === undefined ? 'undirected' : s.kind,
			control: s.control ?? false, level: s.level ?? null, indicator_id: s.indicator ?? null, scale: s.scale ?? null, scale_value: s.value ?? null
		}))).execute();
	};
	const clear = () => t.owner.deleteFrom('inspection_visit').execute();
	const rolling = (query = '') => filterOf(new URLSearchParams(query), today, choices);
	const rates = async (query = '', who = actor) => {
		const found = await effectRates(t.db, who, rolling(query));
		if (!found.ok) throw new Error(found.reason);
		return found;
	};
	const validation = async (scale = 'class', given: { names: string[]; places: string[] } = { names: [], places: [] }, who = actor) => {
		const found = await backValidation(t.db, who, rolling(), scaleOf(scale), given);
		if (!found.ok) throw new Error(found.reason);
		return found;
	};
	beforeAll(async () => {
		t = await testDatabase();
		await seedWorld(t.owner);
		await seedEnterprises(t.owner, [
			...Array.from({ length: 600 }, (_, i) => ({ n: i + 1 })), ...Array.from({ length: 100 }, (_, i) => ({ n: 1001 + i, region: '320500' })),
			...Array.from({ length: 40 }, (_, i) => ({ n: 2001 + i, industry: 'F52' }))
		]);
		await t.owner.insertInto('indicator').values({ id: 'ind', item: 'complaints', name: '投诉', name_en: 'Complaints', owner_department_id: 'market' }).execute();
		today = await databaseToday(t.db);
	});
	afterAll(() => t[Symbol.asyncDispose]());

	describe('rates against a comparison', () => {
		beforeAll(async () => {
			await clear();
			await visits({ n: 1, problems: 10, of: 100, control: true, class: 'B' });
			await visits({ n: 101, problems: 12, of: 100, class: 'B' });
			await visits({ n: 201, problems: 60, of: 100, kind: 'targeted', class: 'D', level: 'red', indicator: 'ind' });
			await visits({ n: 301, problems: 5, of: 10, kind: 'campaign', path: 'campaign', class: 'A' });
			await visits({ n: 401, problems: 25, of: 30, kind: null, path: 'lead-check', class: 'A', level: 'blue' });
			await visits({ n: 501, problems: 0, of: 4, kind: null, path: 'imported', result: '见附件' });
			await visits({ n: 511, problems: 0, of: 3, result: 'follow-up' });
		});

		test('planted rates come back, and the random arm is what they are held against', async () => {
			const found = await rates();
			expect(found.reference).toBe('control');
			expect(found.referenceCell).toEqual({ n: 100, problems: 10 });
			expect(found.byArm.map((c) => [c.key, c.cell.problems, c.cell.n])).toEqual([
				['control', 10, 100], ['undirected', 12, 100], ['targeted', 60, 100], ['campaign', 5, 10], ['lead', 25, 30]
			]);
			const targeted = found.byArm.find((c) => c.key === 'targeted')!;
			expect(targeted.lift!.value).toBeCloseTo(6, 10);
			expect(targeted.lift!.lower).toBeGreaterThan(3);
			expect(found.byLevel.map((c) => [c.key, c.cell.n])).toEqual([['red', 100], ['blue', 30], ['none', 110]]);
			expect(found.byIndicator.map((c) => [c.key, c.cell.problems])).toEqual([['ind', 60]]);
		});

		test('what is undecided or not understood is in no rate, and is said', async () => {
			expect(await rates()).toMatchObject({ undecided: 3, unknown: 4, texts: [{ text: '见附件', n: 4 }], all: { n: 340, problems: 112 } });
		});

		test('a small group is too few to judge, and has no lift', async () => {
			const campaign = (await rates()).byArm.find((c) => c.key === 'campaign')!;
			expect(campaign).toMatchObject({ few: true, lift: null });
		});

		test('all undirected visits can be the comparison instead; no group then holds one of them', async () => {
			const found = await rates('reference=undirected');
			expect(found.referenceCell).toEqual({ n: 200, problems: 22 });
			expect(found.byClass.map((c) => [c.key, c.cell.n])).toEqual([['A', 10], ['D', 100]]);
			expect(found.byArm.find((c) => c.key === 'undirected')).toMatchObject({ isReference: true, lift: null });
		});

		test('visits of elsewhere, of another industry, of another department and of another time are not counted', async () => {
			await visits({ n: 1001, problems: 50, of: 50 });
			await visits({ n: 2001, problems: 20, of: 20 });
			await visits({ n: 521, problems: 5, of: 5, department: 'culture' });
			await visits({ n: 531, problems: 5, of: 5, month: 30 });
			expect((await rates()).all).toEqual({ n: 365, problems: 137 });
			expect((await rates('', actorOf({ industries: ['H62'] }))).all).toEqual({ n: 345, problems: 117 });
			expect((await rates('', actorOf({ regionCode: '320500' }))).all).toEqual({ n: 50, problems: 50 });
			expect((await rates('department=own')).all).toEqual({ n: 360, problems: 132 });
			expect((await rates('region=320500')).all).toEqual({ n: 0, problems: 0 });
			expect((await rates('', actorOf({ regionCode: '320000' }))).all.n).toBe(415);
		});

		test('a visit of several items counts once, with a problem where an item had one', async () => {
			const before = (await rates()).all;
			await t.owner.insertInto('inspection_visit').values((['no-problem', 'unreachable', 'no-problem'] as const).map((result, i) => ({
				uscc: uscc(550), id: i === 0 ? 'task:x' : `task:x:${i}`, task_id: 'x', visited_on: addMonths(monthOf(today), -1), department_id: 'market', path: 'random',
				kind: 'undirected', planned: true, result
			}))).execute();
			expect((await rates()).all).toEqual({ n: before.n + 1, problems: before.problems + 1 });
		});

		test('an inspector sees nothing of it', async () => {
			const inspector = actorOf({ role: 'inspector' });
			expect(await effectRates(t.db, inspector, rolling())).toMatchObject({ ok: false, reason: 'not-allowed' });
			expect(await effectBurden(t.db, inspector, rolling())).toMatchObject({ ok: false });
			expect(await planCoverage(t.db, inspector, rolling())).toMatchObject({ ok: false });
			expect(await effectOptions(t.db, inspector, today)).toMatchObject({ ok: false });
			expect(await backValidation(t.db, inspector, rolling(), scaleOf(null), { names: [], places: [] })).toMatchObject({ ok: false });
			expect(await scalesOf(t.db, inspector, rolling())).toEqual([]);
		});

		test('visits for cause are apart from planned ones', async () => {
			const found = await effectBurden(t.db, actor, rolling());
			expect(found).toMatchObject({ ok: true, lead: 30, draws: 0, avoided: 0 });
		});
	});

	describe('back-validation', () => {
		test('a planted reversal among random visits is said, with both classes and their counts', async () => {
			await clear();
			await visits({ n: 1, problems: 40, of: 100, class: 'A' });
			await visits({ n: 101, problems: 12, of: 100, class: 'B' });
			await visits({ n: 201, problems: 14, of: 100, class: 'C' });
			await visits({ n: 301, problems: 10, of: 100, class: 'D' });
			const { verdict, values, months } = (await validation()).random.result;
			expect(verdict.kind).toBe('reversed');
			if (verdict.kind === 'reversed') expect(verdict.pairs.map((p) => `${p.low}${p.high}`)).toContain('03');
			expect(values.map((value) => [value.name, value.cell.problems, value.cell.n])).toEqual([['A', 40, 100], ['B', 12, 100], ['C', 14, 100], ['D', 10, 100]]);
			expect(months.filter((m) => m.says === 'breaks')).toHaveLength(1);
		});

		test('directed visits cannot turn the verdict of random ones round, lead checks not even that of planned ones', async () => {
			await clear();
			await visits({ n: 1, problems: 5, of: 100, class: 'A' });
			await visits({ n: 101, problems: 40, of: 100, class: 'D' });
			await visits({ n: 201, problems: 190, of: 200, class: 'A', kind: 'targeted' });
			await visits({ n: 401, problems: 100, of: 100, class: 'B', path: 'lead-check', kind: null });
			const found = await validation();
			expect(found.random.result.verdict.kind).toBe('holds');
			expect(found.planned.result.verdict.kind).toBe('reversed');
			expect(found.planned.result.values[1]!.cell.n).toBe(0);
		});

		test('imported history is judged by its own scale, in the order a reader sets', async () => {
			await clear();
			for (const [value, n, problems] of [['红榜', 1, 5], ['黄榜', 101, 20], ['黑榜', 201, 40]] as const) {
				await visits({ n, problems, of: 100, path: 'imported', kind: 'random', scale: '食品安全信用榜', value });
			}
			expect((await scalesOf(t.db, actor, rolling())).map((s) => s.kind)).toEqual(['class', 'imported']);
			expect((await validation('scale:食品安全信用榜')).orderBy).toBe('unknown');
			const names = ['红榜', '黄榜', '黑榜'];
			const right = await validation('scale:食品安全信用榜', { names, places: ['1', '2', '3'] });
			expect([right.orderBy, right.random.result.verdict.kind]).toEqual(['reader', 'holds']);
			expect((await validation('scale:食品安全信用榜', { names, places: ['3', '2', '1'] })).random.result.verdict.kind).toBe('reversed');
			expect((await validation('class')).random.result.verdict.kind).toBe('too-few');
			expect((await validation('class')).random.withoutValue).toBe(300);
		});

		test('a grade counts as it was in the month of the visit, never as it became', async () => {
			await clear();
			await visits({ n: 1, problems: 5, of: 60, month: 2 });
			await visits({ n: 101, problems: 30, of: 60, month: 2 });
			const month = (ago: number) => addMonths(monthOf(today), -ago);
			const grade = (n: number, value: string, ago: number) => ({ uscc: uscc(n), field: '食品', grade: value, month: month(ago), version: 1, source_id: 's', received_at: new Date() });
			await t.owner.insertInto('professional_grade').values(Array.from({ length: 60 }, (_, i) => [
				grade(1 + i, '低', 4), grade(1 + i, '高', 1), grade(101 + i, '低', 6), grade(101 + i, '高', 2)
			]).flat()).execute();
			const found = await validation('grade:食品');
			expect(found.random.result.values.map((value) => [value.name, value.cell.problems, value.cell.n])).toEqual([['低', 5, 60], ['高', 30, 60]]);
			expect(found.random.result.verdict.kind).toBe('holds');
			expect((await scalesOf(t.db, actorOf({ regionCode: '320500' }), rolling())).map((s) => s.kind)).toEqual(['class']);
		});
	});

	test('what draws spared is estimated from what they froze, and only of tasks one may see', async () => {
		const preset = await t.owner.selectFrom('sampling_preset').select(['id', 'version', 'rules']).orderBy('id').executeTakeFirstOrThrow();
		const draw = async (id: string, region: string, state: string) => {
			await t.owner.insertInto('sampling_task').values({
				id, number: `CC-${id}`, name: id, item_id: 'registration', kind: 'targeted', preset_id: preset.id, preset_version: preset.version, region_code: region,
				department_id: 'market', scope: '{}', state: 'drawn', created_by: 'planner-1'
			}).execute();
			await t.owner.insertInto('sampling_draw').values({
				task_id: id, n: 1, format: 'f', state, salt: 's', seed: 's', commitment: `c-${id}`, pool_hash: 'h', weighted: false, committed_at: new Date(), committed_by: 'planner-1', drawn_at: new Date(),
				frozen: JSON.stringify({
					preset: { id: preset.id, version: preset.version }, strata: [{ eligible: 200, quota: 20, recognised: 50 }],
					reasons: [{ eligible: false, reason: 'no-evidence', n: 1000 }, { eligible: false, reason: 'valid-result', n: 50 }]
				})
			}).execute();
		};
		await draw('seen', '320400', 'drawn');
		await draw('void', '320400', 'void');
		await draw('elsewhere', '320500', 'drawn');
		const found = await effectBurden(t.db, actor, rolling());
		expect(found).toMatchObject({ ok: true, draws: 1, recognised: 50, avoided: 5, spared: { enterprises: 1000 } });
		const usual = ratioFor(v.parse(presetRulesSchema, preset.rules), { keyClass: false, class: 'A', named: false }).usual;
		if (found.ok) expect(found.spared.visits).toBeCloseTo(1000 * usual, 8);
		expect(await effectBurden(t.db, actor, rolling('region=320412'))).toMatchObject({ draws: 0 });
	});

	test('recognised results save as many visits as their stratum drew of those who stayed', () => {
		expect(expectedAvoided([{ eligible: 100, quota: 10, recognised: 30 }, { eligible: 0, quota: 0, recognised: 5 }, { eligible: 8, quota: 4, recognised: 1 }])).toBe(3.5);
	});

	test.each([
		['period=custom', 'days'], ['period=custom&from=2026-13-01&to=2026-02-01', 'days'], ['period=custom&from=2026-03-01&to=2026-02-01', 'order'],
		['period=custom&from=2010-01-01&to=2026-01-01', 'long'], ['period=custom&from=2026-01-01&to=2026-02-01', null], ['period=year&year=2025', null]
	])('an address that says %s: %s', (query, fault) => {
		const found = filterOf(new URLSearchParams(query), '2026-06-15', choices);
		expect(found.fault).toBe(fault);
		if (fault !== null) expect([found.period, found.from, found.to]).toEqual(['rolling', '2025-07-01', '2026-06-15']);
	});

	test.each([
		['period=year&year=2025&region=320412&item=item-1&department=own&reference=control', []], ['region=320999&item=none', ['region=320999', 'item=none']],
		['period=week&year=1999&department=all&reference=x', ['period=week', 'year=1999', 'department=all', 'reference=x']]
	])('an address that says %s is told %j', (query, misread) => {
		const params = new URLSearchParams(query);
		expect(misreadEffect(params, filterOf(params, '2026-06-15', choices))).toEqual(misread);
	});
});

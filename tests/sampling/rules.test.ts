import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { judge, type Facts, type Terms } from '#lib/sampling/pool/eligibility.ts';
import { presetDefaults } from '#lib/sampling/presets/defaults.ts';
import { classKeys } from '#lib/sampling/classes.ts';
import { countKey, limitsOf, presetRulesSchema, ratioFor, windowStart, type PresetRules } from '#lib/sampling/presets/presets.ts';
import { apportion, ceilingOf, quotasFor, type QuotaStratum } from '#lib/sampling/draw/quota.ts';

const preset = (id: string): PresetRules => presetDefaults.find((p) => p.id === id)!.rules;
const countsWith = (rules: PresetRules, counts: Record<string, number>): number[] =>
	limitsOf(rules).map((l) => counts[countKey(l)] ?? 0);
const plain: Terms = { joint: false, method: 'on-site', statutory: false, keyField: false, field: null, campaign: false, spareOnSite: true };
const unknown: Facts = {
	class: 'B', keyClass: false, openTask: false, named: false, grade: null, observed: false, recognised: false, level: 0, counts: []
};

type Case = [what: string, preset: string, facts: Partial<Facts>, counts: Record<string, number>, terms: Partial<Terms>, reason: string];
const own = 'year/authority/planned';
const cases: Case[] = [
	['A is not visited on the spot without evidence that names it', 'national', { class: 'A' }, {}, {}, 'no-evidence'],
	['A is in when evidence names it', 'national', { class: 'A', named: true }, {}, {}, 'evidence'],
	['A is in, at a lowered ratio, when the check is on paper', 'national', { class: 'A' }, {}, { method: 'paper' }, 'class-rule'],
	['A is in when the discretion is not used', 'national', { class: 'A' }, {}, { spareOnSite: false }, 'class-rule'],
	['evidence never lifts the yearly cap of a planned check', 'national', { class: 'A', named: true }, { [own]: 1 }, {}, 'yearly-cap'],
	['B as usual', 'national', { class: 'B' }, {}, {}, 'class-rule'],
	['B once a year', 'national', { class: 'B' }, { [own]: 1 }, {}, 'yearly-cap'],
	['C twice a year', 'national', { class: 'C' }, { [own]: 1 }, {}, 'class-rule'],
	['C not three times', 'national', { class: 'C' }, { [own]: 2 }, {}, 'yearly-cap'],
	['D up to its cap', 'national', { class: 'D' }, { [own]: 3 }, {}, 'class-rule'],
	['D is capped as well', 'national', { class: 'D' }, { [own]: 4 }, {}, 'yearly-cap'],
	['unclassified as usual', 'national', { class: 'none' }, {}, {}, 'unclassified'],
	['a key enterprise is not lowered by its class A', 'national', { class: 'A', keyClass: true }, {}, {}, 'key-class'],
	['a key enterprise keeps a cap', 'national', { class: 'A', keyClass: true }, { [own]: 4 }, {}, 'yearly-cap'],
	['nobody stands on two open lists', 'national', { class: 'D', openTask: true }, {}, {}, 'open-task'],
	['an open list comes before every other reason', 'huaian', { class: 'A', openTask: true }, { [own]: 9 }, {}, 'open-task'],
	['A in principle not in the pool', 'huaian', { class: 'A' }, {}, {}, 'class-out'],
	['A stays out although evidence names it: that is a lead check', 'huaian', { class: 'A', named: true }, {}, {}, 'class-out'],
	['B at most one random check a year', 'huaian', { class: 'B' }, { 'year/all/random': 1 }, {}, 'frequency'],
	['B: a campaign is no random check', 'huaian', { class: 'B' }, { 'half-year/all/planned': 1, [own]: 1 }, {}, 'class-rule'],
	['C only jointly', 'huaian', { class: 'C' }, {}, {}, 'joint-only'],
	['C jointly once a half-year', 'huaian', { class: 'C' }, {}, { joint: true }, 'class-rule'],
	['C jointly not twice', 'huaian', { class: 'C' }, { 'half-year/all/planned': 1 }, { joint: true }, 'frequency'],
	['D without limit of ratio', 'huaian', { class: 'D' }, { 'half-year/all/planned': 2 }, {}, 'class-rule'],
	['一般类 only: a key enterprise of class A is in', 'huaian', { class: 'A', keyClass: true }, {}, {}, 'key-class'],
	['一般类 only: a key enterprise of class C needs no joint check', 'huaian', { class: 'C', keyClass: true }, { 'half-year/all/planned': 1 }, {}, 'key-class'],
	['A fewer than one a year: one last year is enough', 'lindian', { class: 'A' }, { 'two-years/authority/planned': 1 }, {}, 'frequency'],
	['A when not visited this year or last', 'lindian', { class: 'A' }, {}, {}, 'class-rule'],
	['B one a year', 'lindian', { class: 'B' }, { [own]: 1 }, {}, 'frequency'],
	['B again the year after', 'lindian', { class: 'B' }, { 'two-years/authority/planned': 1 }, {}, 'class-rule'],
	['C fewer than two a year', 'lindian', { class: 'C' }, { [own]: 1 }, {}, 'frequency'],
	['D as needed', 'lindian', { class: 'D' }, { [own]: 3 }, {}, 'class-rule']
];

describe('eligibility', () => {
	test.each(cases)('%s (%s)', (_what, id, facts, counts, terms, reason) => {
		const rules = preset(id);
		const whole: Facts = { ...unknown, counts: countsWith(rules, counts), ...facts };
		expect(judge(rules, whole, { ...plain, ...terms }).reason).toBe(reason);
	});
});

describe('presets', () => {
	test.each(presetDefaults.map((p) => [p.id, p] as const))('%s passes its own schema', (_id, p) => {
		expect(v.safeParse(presetRulesSchema, p.rules).issues).toBeUndefined();
	});

	test('林甸 keeps its published ranges', () => {
		const ranges = (['A', 'B', 'C', 'D'] as const).map((c) => {
			const { min, max } = ratioFor(preset('lindian'), { keyClass: false, class: c, named: false });
			return [min, max];
		});
		expect(ranges).toEqual([[0, 0.05], [0.05, 0.2], [0.21, 0.6], [0.61, 1]]);
	});

	test('the national preset lowers A, keeps B at the baseline, raises C and raises D most, A not to zero', () => {
		const usual = (['A', 'B', 'C', 'D'] as const).map((c) => ratioFor(preset('national'), { keyClass: false, class: c, named: false }).usual);
		expect(usual[0]).toBeGreaterThan(0);
		expect(usual[1]).toBe(preset('national').baselineRatio);
		expect([...usual].sort((a, b) => a - b)).toEqual(usual);
	});

	test('a key enterprise is never drawn less than the baseline, whatever the preset and class', () => {
		for (const { rules } of presetDefaults)
			for (const c of classKeys)
				for (const named of [true, false]) {
					expect(ratioFor(rules, { keyClass: true, class: c, named }).usual).toBeGreaterThanOrEqual(rules.baselineRatio);
				}
	});

	test.each([
		['half-year', '2026-06-30', '2026-01-01'],
		['half-year', '2026-07-01', '2026-07-01'],
		['year', '2026-12-31', '2026-01-01'],
		['two-years', '2026-01-01', '2025-01-01']
	] as const)('%s of %s begins on %s', (window, today, start) => {
		expect(windowStart(window, today)).toBe(start);
	});
});

const strataArb = fc.array(
	fc.record({ scope: fc.nat(300), out: fc.double({ min: 0, max: 1, noNaN: true }), plannedShare: fc.double({ min: 0, max: 1, noNaN: true }), rule: fc.nat(4), p: fc.nat(2), named: fc.boolean(), keyClass: fc.boolean() }),
	{ minLength: 1, maxLength: 8 }
).map((rows): QuotaStratum[] => rows.map((r) => {
	const left = Math.floor(r.scope * r.out);
	return {
		scope: r.scope,
		eligible: r.scope - left,
		planned: Math.floor(left * r.plannedShare),
		ratio: ratioFor(presetDefaults[r.p]!.rules, { class: classKeys[r.rule]!, keyClass: r.keyClass, named: r.named })
	};
}));
const wishes = fc.oneof(
	fc.record({ mode: fc.constant('number' as const), number: fc.integer({ min: 1, max: 400 }) }),
	fc.record({ mode: fc.constant('ratio' as const), ratio: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) })
);

describe('quotas', () => {
	test('no quota exceeds the stratum, its ratio for the year, or the cap; a draw is always smaller than its pool', () => {
		fc.assert(
			fc.property(strataArb, wishes, fc.nat(20), fc.integer({ min: 20, max: 100 }), (strata, wish, floor, cap) => {
				const result = quotasFor(strata, wish, { floor, cap });
				if (!result.ok) return;
				result.quotas.forEach((q, i) => {
					expect(q).toBeGreaterThanOrEqual(0);
					expect(q).toBeLessThanOrEqual(ceilingOf(strata[i]!));
				});
				const sum = result.quotas.reduce((a, b) => a + b, 0);
				expect(sum).toBe(result.total);
				expect(sum).toBeGreaterThan(0);
				expect(sum).toBeLessThanOrEqual(cap);
				expect(sum).toBeLessThan(strata.reduce((n, s) => n + s.eligible, 0));
			}),
			{ numRuns: 500 }
		);
	});

	test('apportions exactly, never above a ceiling', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.double({ min: 1e-9, max: 1000, noNaN: true }), fc.nat(50)), { minLength: 1, maxLength: 9 }),
				fc.nat(500),
				(rows, total) => {
					const ceilings = rows.map((r) => r[1]);
					const parts = apportion(rows.map((r) => r[0]), ceilings, total);
					parts.forEach((p, i) => expect(p >= 0 && p <= ceilings[i]! && Number.isInteger(p)).toBe(true));
					expect(parts.reduce((a, b) => a + b, 0)).toBe(Math.min(total, ceilings.reduce((a, b) => a + b, 0)));
				}
			)
		);
	});

	const whole = { min: 0, usual: 0.5, max: 1 };
	test.each([
		['nobody may be drawn', [{ eligible: 0, scope: 9, planned: 0, ratio: whole }], 3, 'pool-empty'],
		['a pool of one', [{ eligible: 1, scope: 1, planned: 0, ratio: whole }], 1, 'pool-not-larger'],
		['a pool as large as the sample', [{ eligible: 5, scope: 5, planned: 0, ratio: whole }], 5, 'pool-not-larger'],
		['a ratio that leaves nobody', [{ eligible: 10, scope: 10, planned: 0, ratio: { min: 0, usual: 0.03, max: 0.05 } }], 3, 'limits-leave-none']
	])('%s is refused', (_what, strata, number, reason) => {
		expect(quotasFor(strata, { mode: 'number', number }, { floor: 0, cap: 100 })).toEqual({ ok: false, reason });
	});
});

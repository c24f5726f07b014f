import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { judge, type Facts, type Terms } from '#lib/sampling/pool/eligibility.ts';
import { presetDefaults } from '#lib/sampling/presets/defaults.ts';
import { pointsOf, tierOf, type Professional } from '#lib/sampling/presets/professional.ts';
import { countKey, limitsOf, presetDraftSchema, presetRulesSchema, ratioFor, ruledBy, type PresetRules } from '#lib/sampling/presets/presets.ts';

const preset = (id: string): PresetRules => presetDefaults.find((p) => p.id === id)!.rules;
const plain: Terms = { joint: false, method: 'on-site', statutory: false, keyField: false, field: null, campaign: false, spareOnSite: true };
const unknown: Facts = { class: 'B', keyClass: false, openTask: false, named: false, grade: null, observed: false, recognised: false, level: 0, counts: [] };
const ask = (rules: PresetRules, facts: Partial<Facts>, terms: Partial<Terms> = {}, counts: Record<string, number> = {}) =>
	judge(rules, { ...unknown, ...facts, counts: limitsOf(rules).map((l) => counts[countKey(l)] ?? 0) }, { ...plain, ...terms });

const own = 'year/authority/planned';
type Case = [clause: string, what: string, preset: string, facts: Partial<Facts>, terms: Partial<Terms>, counts: Record<string, number>, reason: string];
const cases: Case[] = [
	['C1', '林甸 A under one a year: one in this and the last year', 'lindian', { class: 'A' }, {}, { 'two-years/authority/planned': 1 }, 'frequency'],
	['C1', '林甸 A none yet', 'lindian', { class: 'A' }, {}, {}, 'class-rule'],
	['C1', '林甸 B one a year', 'lindian', { class: 'B' }, {}, { [own]: 1 }, 'frequency'],
	['C1', '林甸 B none this year', 'lindian', { class: 'B' }, {}, { 'two-years/authority/planned': 1 }, 'class-rule'],
	['C1', '林甸 C under two a year', 'lindian', { class: 'C' }, {}, { [own]: 1 }, 'frequency'],
	['C1', '林甸 C none yet', 'lindian', { class: 'C' }, {}, {}, 'class-rule'],
	['C1', '林甸 D as needed, up to the cap that is ours', 'lindian', { class: 'D' }, {}, { [own]: 3 }, 'class-rule'],
	['C1', '林甸 D not over the cap', 'lindian', { class: 'D' }, {}, { [own]: 4 }, 'yearly-cap'],
	['C1', '林甸 counts visits of this authority only', 'lindian', { class: 'B' }, {}, { 'year/all/random': 3 }, 'class-rule'],
	['C1', '林甸 says nothing of sparing A on the spot', 'lindian', { class: 'A' }, { spareOnSite: true }, {}, 'class-rule'],
	['C2', 'A on the spot without evidence', 'national', { class: 'A' }, {}, {}, 'no-evidence'],
	['C2', 'A on the spot with evidence that names it', 'national', { class: 'A', named: true, level: 1 }, {}, {}, 'evidence'],
	['C2', 'A on paper: lowered, not zero', 'national', { class: 'A' }, { method: 'paper' }, {}, 'class-rule'],
	['C2', 'A over the network', 'national', { class: 'A' }, { method: 'network' }, {}, 'class-rule'],
	['C2', 'the discretion is about campaigns as well', 'national', { class: 'A' }, { campaign: true }, {}, 'no-evidence'],
	['C3', '淮安 A not in the pool', 'huaian', { class: 'A' }, {}, {}, 'class-out'],
	['C3', '淮安 A not in the pool of a joint check either', 'huaian', { class: 'A' }, { joint: true }, {}, 'class-out'],
	['C3', '淮安 A: no campaign, a figure of ours', 'huaian', { class: 'A' }, { campaign: true }, {}, 'campaign-out'],
	['C3', '淮安 B one random check a year', 'huaian', { class: 'B' }, {}, { 'year/all/random': 1 }, 'frequency'],
	['C3', '淮安 B: the limit is about random checks, a campaign passes', 'huaian', { class: 'B' }, { campaign: true }, { 'year/all/random': 1 }, 'class-rule'],
	['C3', '淮安 C not alone', 'huaian', { class: 'C' }, {}, {}, 'joint-only'],
	['C3', '淮安 C jointly', 'huaian', { class: 'C' }, { joint: true }, {}, 'class-rule'],
	['C3', '淮安 C one a half-year', 'huaian', { class: 'C' }, { joint: true }, { 'half-year/all/planned': 1 }, 'frequency'],
	['C3', '淮安 C no other planned check: no campaign', 'huaian', { class: 'C' }, { campaign: true }, {}, 'campaign-out'],
	['C3', '淮安 C no other planned check: no joint campaign', 'huaian', { class: 'C' }, { campaign: true, joint: true }, {}, 'campaign-out'],
	['C3', '淮安 D in campaigns', 'huaian', { class: 'D' }, { campaign: true }, {}, 'class-rule'],
	['C3', '淮安 binds 一般类 only: a key enterprise of class C', 'huaian', { class: 'C', keyClass: true }, {}, {}, 'key-class'],
	['C3', '淮安 binds 一般类 only: a key field, class A', 'huaian', { class: 'A' }, { keyField: true }, {}, 'key-field'],
	['C4', 'a valid result for the item', 'huaian', { recognised: true }, {}, {}, 'valid-result'],
	['C4', 'a valid result, but a key enterprise', 'huaian', { recognised: true, keyClass: true }, {}, {}, 'key-class'],
	['C4', 'a valid result, but a key field', 'huaian', { recognised: true }, { keyField: true }, {}, 'key-field'],
	['C4', 'a valid result, but a check that a law orders', 'huaian', { recognised: true }, { statutory: true }, {}, 'class-rule'],
	['C4', 'a valid result, where the preset recognises none', 'lindian', { recognised: true }, {}, {}, 'class-rule'],
	['C5', 'A in its observation period', 'national', { class: 'A', observed: true }, { method: 'paper' }, {}, 'observation'],
	['C5', 'B in its observation period', 'national', { class: 'B', observed: true }, {}, {}, 'observation'],
	['C5', 'C: the class fell, whatever still stands written', 'national', { class: 'C', observed: true }, {}, {}, 'class-rule'],
	['C5', 'D strict', 'national', { class: 'D', observed: true }, {}, {}, 'class-rule'],
	['C5', 'without a class nobody is observed', 'national', { class: 'none', observed: true }, {}, {}, 'unclassified'],
	['C5', 'it suspends no check that a law orders', 'national', { class: 'B', observed: true }, { statutory: true }, {}, 'class-rule'],
	['C5', 'nor one of a key field', 'national', { class: 'B', observed: true }, { keyField: true }, {}, 'key-field'],
	['C5', 'campaigns wait as well', 'national', { class: 'B', observed: true }, { campaign: true }, {}, 'observation'],
	['C5', 'where the preset has none it says nothing', 'huaian', { class: 'B', observed: true }, {}, {}, 'class-rule'],
	['C6', 'a campaign stands under the yearly cap', 'national', { class: 'B' }, { campaign: true }, { [own]: 1 }, 'yearly-cap'],
	['C6', 'a check that a law orders is planned and stands under it', 'national', { class: 'B' }, { statutory: true }, { [own]: 1 }, 'yearly-cap'],
	['C6', 'a key enterprise of class D has the higher of both caps', 'national', { class: 'D', keyClass: true }, {}, { [own]: 3 }, 'key-class'],
	['C6', 'and has one', 'national', { class: 'D', keyClass: true }, {}, { [own]: 4 }, 'yearly-cap']
];

describe('the shipped presets, clause by clause', () => {
	test.each(cases)('%s: %s', (_clause, _what, id, facts, terms, counts, reason) => {
		expect(ask(preset(id), facts, terms, counts).reason).toBe(reason);
	});

	test('林甸 has the published ranges exactly', () => {
		const of = (c: 'A' | 'B' | 'C' | 'D') => ratioFor(preset('lindian'), { keyClass: false, class: c, named: false });
		expect((['A', 'B', 'C', 'D'] as const).map((c) => [of(c).min, of(c).max])).toEqual([[0, 0.05], [0.05, 0.2], [0.21, 0.6], [0.61, 1]]);
		// A warning that names it raises the share within the range, never beyond it.
		for (const c of ['A', 'B', 'C', 'D'] as const) {
			const named = ratioFor(preset('lindian'), { keyClass: false, class: c, named: true, level: 4 });
			expect(named.max).toBe(of(c).max);
			expect(named.usual).toBeLessThanOrEqual(of(c).max);
		}
	});

	test('all may be drafted, and quote only what is a notice’s', () => {
		for (const { rules, source } of presetDefaults) {
			expect(v.safeParse(presetDraftSchema, rules).issues).toBeUndefined();
			expect(source).not.toBe('');
		}
		expect(preset('lindian').basis).toBe('field');
	});
});

describe('warnings as an input (D13)', () => {
	const factors = { blue: 1, yellow: 1.5, orange: 2, red: 3 };
	const rules: PresetRules = { ...preset('national'), warning: { factors, weights: { blue: 1, yellow: 5, orange: 20, red: 100 }, quote: '' } };

	test.each([[1, 0.1, 1], [2, 0.15, 5], [3, 0.2, 20], [4, 0.3, 100]])('level %s: share %s, weight %s', (level, share, weight) => {
		const verdict = ask({ ...rules, classes: { ...rules.classes, B: { ...rules.classes.B, ratio: { min: 1, usual: 1, max: 1 } } } }, { named: true, level });
		expect(ratioFor(rules, verdict.stratum).usual).toBeCloseTo(share);
		expect(verdict.weight).toBe(weight);
	});

	test('whom no warning names is drawn as usual, however hot its region', () => {
		const verdict = ask(rules, { named: false, level: 0 });
		expect([ratioFor(rules, verdict.stratum).usual, verdict.weight]).toEqual([0.1, 1]);
	});

	test('levels that are drawn equally often make one stratum', () => {
		const strata = [1, 2, 3, 4].map((level) => ask(preset('national'), { named: true, level }).stratum);
		expect(new Set(strata.map((s) => JSON.stringify(s))).size).toBe(1);
		expect(new Set([1, 2, 3, 4].map((level) => ask(rules, { named: true, level }).stratum.level))).toEqual(new Set([1, 2, 3, 4]));
	});
});

const overlay = {
	field: '食品经营', mode: 'overlay', quote: '',
	matrix: [{ grade: '低', tiers: { A: 'A', B: 'A', C: 'B', D: 'C', none: 'B' } }, { grade: '高', tiers: { A: 'C', B: 'C', C: 'D', D: 'D', none: 'C' } }]
} satisfies Professional;
const weights: Professional = {
	field: '特种设备', mode: 'weights', general: 0.3, professional: 0.7, grades: [{ grade: '一级', points: 0 }, { grade: '二级', points: 50 }, { grade: '三级', points: 100 }],
	classes: { A: 0, B: 30, C: 60, D: 100, none: 30 }, cuts: { B: 25, C: 50, D: 80 }, quote: ''
};

describe('professional grades (A8)', () => {
	const rules: PresetRules = { ...preset('national'), professional: [overlay, weights] };

	test.each([
		['食品经营', '高', 'A', 'C'], ['食品经营', '低', 'C', 'B'], ['食品经营', '高', 'none', 'C'], ['食品经营', 'unheard-of', 'A', null],
		['特种设备', '一级', 'A', 'A'], ['特种设备', '二级', 'A', 'B'], ['特种设备', '二级', 'C', 'C'], ['特种设备', '三级', 'D', 'D'], ['特种设备', '三级', 'B', 'C'],
		['药品', '高', 'A', null], [null, '高', 'A', null], ['食品经营', null, 'A', null], ['食品经营', 'constructor', 'A', null]
	] as const)('field %s, grade %s, class %s: tier %s', (field, grade, riskClass, tier) => {
		expect(tierOf(rules.professional, field, grade, riskClass)).toBe(tier);
	});

	test('a sum on a cut reaches it', () => {
		expect(pointsOf(weights as Extract<Professional, { mode: 'weights' }>, '二级', 'B')).toBeCloseTo(44);
		const exact = { ...weights, cuts: { B: 14, C: 44, D: 80 } } as Professional;
		expect(tierOf([exact], '特种设备', '二级', 'B')).toBe('C');
	});

	test('the tier decides for items of the field, and the class stays what it is', () => {
		const high = ask(rules, { class: 'A', grade: '高' }, { field: '食品经营' });
		expect(high).toMatchObject({ eligible: true, reason: 'grade-rule', stratum: { class: 'A', tier: 'C' } });
		expect(ratioFor(rules, high.stratum).usual).toBeCloseTo(0.2);
		expect(ask(rules, { class: 'C', grade: '低' }, { field: '食品经营' }).stratum).toMatchObject({ class: 'C', tier: 'B' });
		expect(ask(rules, { class: 'A', grade: '高' }, { field: '药品' }).reason).toBe('no-evidence');
	});

	test('a key field goes by the riskier of class and tier', () => {
		const lower = ask(rules, { class: 'C', grade: '低' }, { field: '食品经营', keyField: true });
		expect(ruledBy(lower.stratum)).toBe('C');
		expect(ruledBy(ask(rules, { class: 'A', grade: '高' }, { field: '食品经营', keyField: true }).stratum)).toBe('C');
		expect(ratioFor(rules, lower.stratum).usual).toBeCloseTo(0.2);
	});

	test('an observation period does not shield a field’s high tier', () => {
		expect(ask(rules, { class: 'A', grade: '高', observed: true }, { field: '食品经营' }).reason).toBe('grade-rule');
	});

	test.each([
		['weights that do not sum to 1', { ...weights, general: 0.4 }],
		['cuts that fall', { ...weights, cuts: { B: 60, C: 50, D: 80 } }],
		['a tier that is none', { ...overlay, matrix: [{ grade: '低', tiers: { ...overlay.matrix[0]!.tiers, A: 'E' } }] }],
		['a grade twice', { ...overlay, matrix: [overlay.matrix[0], overlay.matrix[0]] }],
		['no grades at all', { ...overlay, matrix: [] }]
	])('%s are refused', (_what, professional) => {
		expect(v.safeParse(presetRulesSchema, { ...rules, professional: [professional] }).success).toBe(false);
	});

	test('a field twice is refused', () => {
		expect(v.safeParse(presetRulesSchema, { ...rules, professional: [overlay, overlay] }).success).toBe(false);
	});
});

describe('rules stored earlier', () => {
	const limits = [{ max: 1, window: 'year', counting: 'authority', visits: 'planned', basis: 'cap' }];
	const rule = (inPool: string) => ({ inPool, onSite: 'as-usual', ratio: { min: 0, usual: 0.1, max: 1 }, limits, quote: '' });
	const old = {
		basis: 'own', ratioOf: 'share', baselineRatio: 0.1, warningFactor: 3, sample: { floor: 0, cap: 9 },
		classes: { A: rule('no'), B: rule('yes'), C: rule('joint-only'), D: rule('yes'), none: rule('yes') }, keyClass: { limits, quote: '' }, note: ''
	};

	test('still parse, and mean what they meant', () => {
		const rules = v.parse(presetRulesSchema, old);
		expect(rules.warning.factors).toEqual({ blue: 3, yellow: 3, orange: 3, red: 3 });
		expect(rules.classes.B.methods).toEqual(['on-site', 'paper', 'network']);
		expect([rules.recognition.on, rules.observation.mode, rules.professional]).toEqual([false, 'off', []]);
		expect((['A', 'B', 'C', 'D', 'none'] as const).map((k) => rules.classes[k].campaign)).toEqual(['no', 'yes', 'no', 'yes', 'yes']);
		expect(ratioFor(rules, { keyClass: false, class: 'B', named: true }).usual).toBeCloseTo(0.3);
		expect(ask(rules, { named: true, level: 3, observed: true, recognised: true })).toMatchObject({ reason: 'class-rule', weight: 1 });
	});

	test.each([
		['no cap', { keyClass: { limits: [], quote: '' } }],
		['ratio falls', { classes: { ...old.classes, D: { ...rule('yes'), ratio: { min: 0, usual: 0.05, max: 1 } } } }],
		['warning falls', { warning: { factors: { blue: 2, yellow: 1, orange: 2, red: 2 }, weights: { blue: 1, yellow: 1, orange: 1, red: 1 }, quote: '' } }],
		['observation for nobody', { observation: { mode: 'period', classes: [], months: 6, quote: '' } }]
	])('are read, but not drafted anew: %s', (message, change) => {
		expect(v.safeParse(presetRulesSchema, { ...old, ...change }).success).toBe(true);
		expect(v.safeParse(presetDraftSchema, { ...old, ...change }).issues?.[0].message).toBe(message);
	});
});

describe('methods by class', () => {
	const rules: PresetRules = { ...preset('national'), classes: { ...preset('national').classes, A: { ...preset('national').classes.A, methods: ['paper', 'network'] } } };
	test('what the class is not inspected by leaves it out, evidence or not', () => {
		expect(ask(rules, { class: 'A', named: true }).reason).toBe('method');
		expect(ask(rules, { class: 'A' }, { method: 'paper' }).reason).toBe('class-rule');
		expect(ask(rules, { class: 'A', keyClass: true }).reason).toBe('key-class');
	});
});

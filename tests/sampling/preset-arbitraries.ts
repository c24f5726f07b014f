import fc from 'fast-check';
import * as v from 'valibot';
import { checkMethods, classKeys, riskClasses, warningLevels, type ClassKey } from '#lib/sampling/classes.ts';
import type { Facts, Terms } from '#lib/sampling/pool/eligibility.ts';
import { presetDraftSchema, type Limit, type PresetRules } from '#lib/sampling/presets/presets.ts';

/** The professional field of the rules below, and grades of which the rules know all but the last. */
export const field = '食品经营';
export const grades = ['Ⅰ', 'Ⅱ', 'Ⅲ', 'unheard-of'] as const;
const known = grades.slice(0, 3);

const share = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
const limit = (visits: Limit['visits']): fc.Arbitrary<Limit> =>
	fc.record({
		max: fc.nat(4), window: fc.constantFrom('half-year', 'year', 'two-years'), counting: fc.constantFrom('authority', 'all'),
		visits: fc.constant(visits), basis: fc.constantFrom('clause', 'cap')
	});
/** One limit of planned checks at least (C6), and up to two of any kind. */
const limits = fc.tuple(limit('planned'), fc.array(fc.oneof(limit('random'), limit('planned')), { maxLength: 2 })).map(([one, more]) => [one, ...more]);

const byClass = <T>(one: fc.Arbitrary<T>) => fc.record({ A: one, B: one, C: one, D: one, none: one });
const tier = fc.constantFrom(...riskClasses);
const professional = fc.oneof(
	fc.record({ field: fc.constant(field), mode: fc.constant('overlay'), matrix: fc.tuple(...known.map((grade) => byClass(tier).map((tiers) => ({ grade, tiers })))), quote: fc.constant('') }),
	fc.record({
		general: fc.nat(10), grades: fc.tuple(...known.map((grade) => fc.nat(100).map((points) => ({ grade, points })))), classes: byClass(fc.nat(100)), cuts: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100))
	}).map(({ general, cuts, ...rest }) => {
		const [B, C, D] = cuts.sort((a, b) => a - b);
		return { field, mode: 'weights', general: general / 10, professional: 1 - general / 10, ...rest, cuts: { B, C, D }, quote: '' };
	})
);

/** Figures for A to D that do not fall. */
const rising = (one: fc.Arbitrary<number>) => fc.tuple(one, one, one, one).map((all) => all.sort((a, b) => a - b));
const ratios = fc.tuple(rising(share), rising(share), rising(share)).map((parts) =>
	[0, 1, 2, 3].map((i) => {
		const [min, usual, max] = parts.map((p) => p[i]!).sort((a, b) => a - b);
		return { min, usual, max };
	})
);
const levels = (one: fc.Arbitrary<number>) => rising(one).map((all) => Object.fromEntries(warningLevels.map((level, i) => [level, all[i]])));

/** Rules that may be drafted, of every kind. */
export const rulesArb: fc.Arbitrary<PresetRules> = fc
	.record({
		ratioOf: fc.constantFrom('baseline', 'share'), baselineRatio: share, ratios,
		classes: byClass(
			fc.record({
				inPool: fc.constantFrom('yes', 'no', 'joint-only'), campaign: fc.constantFrom('yes', 'no'), onSite: fc.constantFrom('as-usual', 'discretion'),
				methods: fc.subarray([...checkMethods], { minLength: 1 }), limits, quote: fc.constant('')
			})
		),
		keyLimits: limits,
		factors: levels(fc.integer({ min: 2, max: 20 }).map((n) => n / 2)), weights: levels(fc.integer({ min: 1, max: 100 })),
		recognition: fc.boolean(), observation: fc.constantFrom('off', 'period', 'trigger'), open: fc.constantFrom(['A'], ['A', 'B']),
		professional: fc.option(professional)
	})
	.map((r) =>
		v.parse(presetDraftSchema, {
			basis: 'own', ratioOf: r.ratioOf, baselineRatio: r.baselineRatio, warning: { factors: r.factors, weights: r.weights, quote: '' }, sample: { floor: 0, cap: 50 },
			classes: Object.fromEntries(classKeys.map((k, i) => [k, { ...r.classes[k], ratio: r.ratios[Math.min(i, 3)] }])),
			keyClass: { limits: r.keyLimits, quote: '' }, recognition: { on: r.recognition, quote: '' },
			observation: { mode: r.observation, classes: r.open, months: 12, quote: '' }, professional: r.professional === null ? [] : [r.professional], note: ''
		})
	);

/** What an enterprise is, without what was visited. */
export const beingArb: fc.Arbitrary<Omit<Facts, 'counts' | 'openTask'>> = fc.record({
	class: fc.constantFrom<ClassKey>(...classKeys), keyClass: fc.boolean(), grade: fc.option(fc.constantFrom(...grades)), observed: fc.boolean(),
	recognised: fc.boolean(), level: fc.nat(4)
}).map((e) => ({ ...e, named: e.level > 0 }));

export const termsArb: fc.Arbitrary<Terms> = fc.record({
	joint: fc.boolean(), method: fc.constantFrom(...checkMethods), statutory: fc.boolean(), keyField: fc.boolean(), field: fc.constantFrom(null, field, '特种设备'),
	campaign: fc.boolean(), spareOnSite: fc.boolean()
});

import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { classKeys, riskClasses } from '#lib/sampling/classes.ts';
import { judge, outReasons, parseStratum, rulesAsked, stratumText, type Facts, type Terms, type Verdict } from '#lib/sampling/pool/eligibility.ts';
import { presetDefaults } from '#lib/sampling/presets/defaults.ts';
import { isGuarded, limitsOf, presetRulesSchema, ratioFor, windowStart, type Limit, type PresetRules } from '#lib/sampling/presets/presets.ts';
import { beingArb, rulesArb, termsArb } from './preset-arbitraries.ts';

const shipped = presetDefaults.map((p) => [p.id, fc.constant(p.rules)] as const);
const presets: readonly (readonly [string, fc.Arbitrary<PresetRules>])[] = [...shipped, ['any rules that may be drafted', rulesArb]];

type Visit = { readonly on: string; readonly authority: number; readonly path: 'random' | 'campaign' | 'lead-check' };
const countOf = (visits: readonly Visit[], limit: Limit, authority: number, today: string): number =>
	visits.filter(
		(x) =>
			x.path !== 'lead-check' && x.on >= windowStart(limit.window, today) && x.on <= today &&
			(limit.counting === 'all' || x.authority === authority) && (limit.visits === 'planned' || x.path === 'random')
	).length;
const factsAfter = (being: Omit<Facts, 'counts' | 'openTask'>, rules: PresetRules, visits: readonly Visit[], authority: number, today: string): Facts => ({
	...being, openTask: false, counts: limitsOf(rules).map((l) => countOf(visits, l, authority, today))
});

/** The limits that are written for an object, without a look at how they are judged: the class's, and of what is guarded the widest. */
function writtenSets(rules: PresetRules, verdict: Verdict): readonly (readonly Limit[])[] {
	const { stratum } = verdict;
	if (!isGuarded(stratum)) return [rules.classes[stratum.tier ?? stratum.class].limits];
	return [rules.keyClass.limits, rules.classes[stratum.class].limits, rules.classes[stratum.tier ?? stratum.class].limits];
}
const planned = (set: readonly Limit[]) => set.filter((l) => l.visits === 'planned');
/** Most planned visits of one authority to one enterprise in a calendar year that a set of limits allows. */
const yearly = (set: readonly Limit[]): number => Math.min(...planned(set).map((l) => (l.window === 'half-year' ? 2 * l.max : l.max)));
/**
 * So with several sets of which any may allow a visit. One that counts by half-years does not look back at what another allowed in the half
 * before: then each half of the year holds what the widest allows.
 */
function yearlyOfAny(sets: readonly (readonly Limit[])[]): number {
	const widest = Math.max(...sets.map(yearly));
	if (sets.every((set) => planned(set).some((l) => l.window !== 'half-year'))) return widest;
	return Math.max(widest, 2 * Math.max(...sets.map((set) => Math.min(...planned(set).map((l) => l.max)))));
}

const history = fc.array(
	fc.record({ day: fc.nat(1095), authority: fc.nat(1), who: fc.nat(3), forCause: fc.boolean(), terms: termsArb }),
	{ maxLength: 60 }
);

describe.each(presets)('no planned draw breaks a cap or a limit: %s', (_name, rulesOf) => {
	test('whatever was visited before, by whom and why', () => {
		fc.assert(
			fc.property(rulesOf, fc.array(beingArb, { minLength: 4, maxLength: 4 }), history, (rules, beings, plan) => {
				const visits: Visit[][] = beings.map(() => []);
				for (const step of plan.sort((a, b) => a.day - b.day)) {
					const today = addDays('2024-01-01', step.day);
					const own = visits[step.who]!;
					// A for-cause visit asks no preset: nothing blocks it.
					if (step.forCause) {
						own.push({ on: today, authority: step.authority, path: 'lead-check' });
						continue;
					}
					const verdict = judge(rules, factsAfter(beings[step.who]!, rules, own, step.authority, today), step.terms);
					if (!verdict.eligible) continue;
					own.push({ on: today, authority: step.authority, path: step.terms.campaign ? 'campaign' : 'random' });
					const binding = (set: readonly Limit[]) => set.filter((l) => !(step.terms.campaign && l.visits === 'random'));
					const sets = writtenSets(rules, verdict);
					expect(sets.some((set) => binding(set).every((l) => countOf(own, l, step.authority, today) <= l.max))).toBe(true);
					const year = { window: 'year', counting: 'authority', visits: 'planned' } as Limit;
					expect(countOf(own, year, step.authority, today)).toBeLessThanOrEqual(yearlyOfAny(sets));
				}
			}),
			{ numRuns: 200 }
		);
	});

	test('for-cause visits count for nobody’s planned limits', () => {
		fc.assert(
			fc.property(rulesOf, beingArb, termsArb, fc.array(fc.nat(365), { maxLength: 20 }), (rules, being, terms, days) => {
				const causes: Visit[] = days.map((d) => ({ on: addDays('2026-01-01', d), authority: 0, path: 'lead-check' }));
				const judged = [[], causes].map((visits) => judge(rules, factsAfter(being, rules, visits, 0, '2026-12-31'), terms));
				expect(judged[0]).toEqual(judged[1]);
			})
		);
	});
});

describe.each(presets)('what is guarded is never lowered: %s', (_name, rulesOf) => {
	const guards = fc.constantFrom({ keyClass: true, keyField: false }, { keyClass: false, keyField: true }, { keyClass: true, keyField: true });
	const counted = fc.array(fc.nat(5), { minLength: 40, maxLength: 40 });

	test('neither below the same enterprise as 一般类, nor below the baseline', () => {
		fc.assert(
			fc.property(rulesOf, beingArb, termsArb, guards, counted, fc.boolean(), (rules, being, terms, guard, counts, openTask) => {
				const facts = { ...being, openTask, counts: counts.slice(0, limitsOf(rules).length) };
				const general = judge(rules, { ...facts, keyClass: false }, { ...terms, keyField: false });
				const guarded = judge(rules, { ...facts, keyClass: guard.keyClass }, { ...terms, keyField: guard.keyField });
				if (general.eligible) expect(guarded.eligible).toBe(true);
				const [least, ratio] = [ratioFor(rules, general.stratum), ratioFor(rules, guarded.stratum)];
				for (const part of ['min', 'usual', 'max'] as const) expect(ratio[part]).toBeGreaterThanOrEqual(least[part]);
				expect(ratio.usual).toBeGreaterThanOrEqual(rules.baselineRatio);
				expect(guarded.weight).toBe(general.weight);
			}),
			{ numRuns: 400 }
		);
	});

	test('nor by a tier of its grade', () => {
		fc.assert(
			fc.property(rulesOf, beingArb, termsArb, guards, counted, (rules, being, terms, guard, counts) => {
				const facts = { ...being, keyClass: guard.keyClass, openTask: false, counts: counts.slice(0, limitsOf(rules).length) };
				const under = { ...terms, keyField: guard.keyField };
				const [without, graded] = [judge(rules, { ...facts, grade: null }, under), judge(rules, facts, under)];
				if (without.eligible) expect(graded.eligible).toBe(true);
				const [least, ratio] = [ratioFor(rules, without.stratum), ratioFor(rules, graded.stratum)];
				for (const part of ['min', 'usual', 'max'] as const) expect(ratio[part]).toBeGreaterThanOrEqual(least[part]);
			}),
			{ numRuns: 400 }
		);
	});

	test('nothing but the open list and its limits keeps it out', () => {
		fc.assert(
			fc.property(rulesOf, beingArb, termsArb, guards, counted, (rules, being, terms, guard, counts) => {
				const facts = { ...being, keyClass: guard.keyClass, openTask: false, counts: counts.slice(0, limitsOf(rules).length) };
				const { eligible, reason } = judge(rules, facts, { ...terms, keyField: guard.keyField });
				expect(eligible ? ['key-class', 'key-field'] : ['yearly-cap', 'frequency']).toContain(reason);
			})
		);
	});
});

describe.each(presets)('every verdict: %s', (_name, rulesOf) => {
	const facts = fc.record({ being: beingArb, openTask: fc.boolean(), counts: fc.array(fc.nat(5), { minLength: 40, maxLength: 40 }) });
	const judgedArb = fc.tuple(rulesOf, facts, termsArb).map(([rules, f, terms]) => ({
		rules, terms, facts: { ...f.being, openTask: f.openTask, counts: f.counts.slice(0, limitsOf(rules).length) } satisfies Facts
	}));
	const ask = ({ rules, facts: of, terms }: { rules: PresetRules; facts: Facts; terms: Terms }) => judge(rules, of, terms);

	test('has a weight from 1 to 100, which evidence alone raises', () => {
		fc.assert(
			fc.property(judgedArb, (of) => {
				const { weight } = ask(of);
				expect(Number.isInteger(weight) && weight >= 1 && weight <= 100).toBe(true);
				const others = { ...of.facts, keyClass: !of.facts.keyClass, class: 'D', grade: null, counts: [] } as const;
				expect(ask({ ...of, facts: others }).weight).toBe(weight);
				if (!of.facts.named) expect(weight).toBe(1);
			})
		);
	});

	test('is the first rule that leaves it out, as the rules one by one tell', () => {
		fc.assert(
			fc.property(judgedArb, (of) => {
				const verdict = ask(of);
				const steps = rulesAsked(of.rules, of.facts, of.terms);
				expect(steps.map((s) => s.reason)).toEqual(outReasons);
				const first = steps.find((s) => s.said === 'out');
				expect(first?.reason ?? 'in').toBe(verdict.eligible ? 'in' : verdict.reason);
				expect(first?.limit ?? null).toEqual(verdict.limit);
			})
		);
	});

	test('has a ratio from 0 to 1, and a stratum whose name goes both ways', () => {
		fc.assert(
			fc.property(judgedArb, (of) => {
				const { stratum } = ask(of);
				const { min, usual, max } = ratioFor(of.rules, stratum);
				expect(0 <= min && min <= usual && usual <= max && max <= 1).toBe(true);
				expect(parseStratum(stratumText(stratum))).toEqual(stratum);
				expect(ratioFor(of.rules, parseStratum(stratumText(stratum))!)).toEqual({ min, usual, max });
			})
		);
	});

	test('stays the same when the rules are stored and read again', () => {
		fc.assert(
			fc.property(rulesOf, (rules) => {
				expect(v.parse(presetRulesSchema, JSON.parse(JSON.stringify(rules)))).toEqual(rules);
			})
		);
	});
});

describe('stratum names', () => {
	test('of every stratum there can be differ, and go both ways', () => {
		const all = [true, false].flatMap((keyClass) =>
			[true, false].flatMap((keyField) =>
				classKeys.flatMap((c) =>
					[null, ...riskClasses].flatMap((tier) =>
						[{ named: false, level: 0 }, ...[0, 1, 2, 3, 4].map((level) => ({ named: true, level }))].map((n) => ({ keyClass, keyField, class: c, tier, ...n }))
					)
				)
			)
		);
		for (const key of all) expect(parseStratum(stratumText(key))).toEqual(key);
		expect(new Set(all.map(stratumText)).size).toBe(all.length);
	});

	test.each(['G-E', 'G-C+5', 'G-C+0', 'FK-A', 'G-A/none', 'G-A3', ''])('%s is none', (text) => expect(parseStratum(text)).toBeNull());

	test('of draws before key fields and tiers are still read', () => {
		expect(parseStratum('G-C+')).toEqual({ keyClass: false, keyField: false, class: 'C', tier: null, named: true, level: 0 });
		expect(parseStratum('K-none')).toMatchObject({ keyClass: true, class: 'none', named: false });
	});
});

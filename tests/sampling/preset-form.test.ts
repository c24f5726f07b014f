import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { classKeys, warningLevels } from '#lib/sampling/classes.ts';
import { newProfessional, rulesFrom } from '#lib/sampling/presets/form.ts';
import { presetDefaults } from '#lib/sampling/presets/defaults.ts';
import { problemLabel, ruleChanges, ruleRows } from '#lib/sampling/presets/rows.ts';
import { presetDraftSchema, type Limit, type PresetRules } from '#lib/sampling/presets/presets.ts';
import { sourceOf } from '#lib/sampling/presets/rule-sources.ts';
import { judge } from '#lib/sampling/pool/eligibility.ts';
import { whatIfFrom } from '#lib/sampling/presets/what-if.ts';
import { rulesArb } from './preset-arbitraries.ts';

const preset = (id: string): PresetRules => presetDefaults.find((p) => p.id === id)!.rules;

/** What a browser sends for these rules, untouched: the names are those of the editor's fields. */
function sent(rules: PresetRules): FormData {
	const form = new FormData();
	const set = (name: string, value: string | number) => form.append(name, String(value));
	const percent = (n: number) => Number((n * 100).toFixed(4));
	const ratio = (n: number) => (rules.ratioOf === 'share' ? percent(n) : Number(n.toFixed(4)));
	const limits = (prefix: string, rows: readonly Limit[]) => {
		rows.forEach(({ max, ...limit }, i) => {
			set(`${prefix}-limit-${i}-max`, max);
			for (const [name, value] of Object.entries(limit)) set(`${prefix}-limit-${i}-${name}`, value);
		});
		set(`${prefix}-limit-${rows.length}-max`, '');
	};
	set('baseline', percent(rules.baselineRatio));
	set('floor', rules.sample.floor);
	set('cap', rules.sample.cap);
	for (const key of classKeys) {
		const rule = rules.classes[key];
		set(`${key}-pool`, rule.inPool);
		set(`${key}-campaign`, rule.campaign);
		set(`${key}-onsite`, rule.onSite);
		for (const method of rule.methods) set(`${key}-method`, method);
		for (const part of ['min', 'usual', 'max'] as const) set(`${key}-${part}`, ratio(rule.ratio[part]));
		limits(key, rule.limits);
	}
	limits('key', rules.keyClass.limits);
	for (const level of warningLevels) {
		set(`factor-${level}`, rules.warning.factors[level]);
		set(`weight-${level}`, rules.warning.weights[level]);
	}
	if (rules.recognition.on) set('recognition', 'on');
	set('obs-mode', rules.observation.mode);
	for (const key of rules.observation.classes) set('obs-class', key);
	set('obs-months', rules.observation.months);
	rules.professional.forEach((rule, i) => {
		const at = `prof-${i}`;
		set(`${at}-mode`, rule.mode);
		set(`${at}-field`, rule.field);
		set(`${at}-quote`, rule.quote);
		const grades = rule.mode === 'overlay' ? rule.matrix : rule.grades;
		grades.forEach((row, j) => {
			set(`${at}-grade-${j}`, row.grade);
			if ('points' in row) set(`${at}-grade-${j}-points`, row.points);
			else for (const key of classKeys) set(`${at}-grade-${j}-${key}`, row.tiers[key]);
		});
		set(`${at}-grade-${grades.length}`, '');
		if (rule.mode === 'overlay') return;
		set(`${at}-general`, percent(rule.general));
		set(`${at}-professional`, percent(rule.professional));
		for (const key of classKeys) set(`${at}-class-${key}`, rule.classes[key]);
		for (const key of ['B', 'C', 'D'] as const) set(`${at}-cut-${key}`, rule.cuts[key]);
	});
	set('note', rules.note);
	return form;
}

describe('the editor’s form', () => {
	test.each(presetDefaults.map((p) => [p.id, p.rules] as const))('sent back untouched changes nothing of %s', (_id, rules) => {
		expect(rulesFrom(sent(rules), rules)).toEqual(rules);
		expect(ruleChanges(rules, rulesFrom(sent(rules), rules))).toEqual([]);
	});

	test('says all that rules can say', () => {
		fc.assert(
			fc.property(rulesArb, (rules) => {
				const made = v.safeParse(presetDraftSchema, rulesFrom(sent(rules), rules));
				expect(made.success).toBe(true);
				expect(ruleRows(made.output as PresetRules)).toEqual(ruleRows(rules));
			})
		);
	});

	test.each([
		['a figure left empty', (f: FormData) => f.set('A-usual', ''), 'A 类 · 通常比例'],
		['a figure out of range', (f: FormData) => f.set('factor-red', '0.5'), '红色 · 比例倍数'],
		['no method at all', (f: FormData) => f.delete('B-method'), 'B 类 · 计划检查方式'],
		['a baseline over 100 %', (f: FormData) => f.set('baseline', '130'), '常规抽查比例'],
		['the last limit emptied', (f: FormData) => f.set('D-limit-0-max', ''), '年度上限']
	])('%s is refused by name', (_what, change, named) => {
		const rules = preset('national');
		const form = sent(rules);
		change(form);
		const made = v.safeParse(presetDraftSchema, rulesFrom(form, rules));
		const [issue] = made.issues!;
		expect(problemLabel(issue!.message, v.getDotPath(issue!) ?? '', ruleRows(rules))).toContain(named);
	});

	test('a new limit is written into the empty row, a new field begins with rules that pass', () => {
		const rules = preset('national');
		const form = sent(rules);
		for (const [name, value] of [['max', '2'], ['window', 'half-year'], ['counting', 'all'], ['visits', 'random'], ['basis', 'clause']]) form.set(`B-limit-1-${name}`, value!);
		expect(rulesFrom(form, rules).classes.B.limits[1]).toEqual({ max: 2, window: 'half-year', counting: 'all', visits: 'random', basis: 'clause' });
		const added = (['overlay', 'weights'] as const).map((mode, i) => newProfessional(mode, `f${i}`, { low: 'l', high: 'h' }));
		expect(v.safeParse(presetDraftSchema, { ...rules, professional: added }).success).toBe(true);
	});

	test('emptying a field’s name takes the field out, and the change is told', () => {
		const rules: PresetRules = { ...preset('national'), professional: [newProfessional('overlay', '食品', { low: 'l', high: 'h' })] };
		const form = sent(rules);
		form.set('prof-0-field', '');
		const after = rulesFrom(form, rules);
		expect(after.professional).toEqual([]);
		expect(ruleChanges(rules, after).map((c) => [c.label, c.after])).toEqual([['食品 · l', null], ['食品 · h', null]]);
	});
});

describe('the tester', () => {
	const ask = (id: string, search: string) => {
		const rules = preset(id);
		const { facts, terms } = whatIfFrom(new URLSearchParams(search), rules);
		const verdict = judge(rules, facts, terms);
		return { verdict, source: sourceOf(rules, verdict.reason, verdict.stratum) };
	};

	test.each([
		['huaian', 'class=C', 'joint-only', 'notice', '除进行一次随机性联合检查外'],
		['huaian', 'class=A&kind=campaign', 'campaign-out', 'ours', ''],
		['huaian', 'class=C&kind=campaign', 'campaign-out', 'notice', '不再安排其他检查'],
		['national', 'class=A', 'no-evidence', 'notice', '可不主动实施现场检查'],
		['national', 'class=A&asked=1', 'class-rule', 'notice', '合理降低抽查比例'],
		['national', 'class=A&level=3', 'evidence', 'notice', '投诉举报'],
		['national', 'class=B&count-0=1', 'yearly-cap', 'cap', ''],
		['national', 'class=B&recognised=1', 'valid-result', 'field', ''],
		['huaian', 'class=B&recognised=1', 'valid-result', 'notice', '互认'],
		['national', 'class=B&observed=1', 'observation', 'notice', '观察期'],
		['national', 'class=none', 'unclassified', 'ours', ''],
		['lindian', 'class=B&count-1=1', 'frequency', 'field', '保持1次/年']
	])('%s, %s: %s, by %s', (id, search, reason, origin, quote) => {
		const { verdict, source } = ask(id, search);
		expect([verdict.reason, source.origin]).toEqual([reason, origin]);
		expect(source.quote).toContain(quote);
		if (quote === '') expect(source.quote).toBe('');
	});

	test('reads nonsense as nothing', () => {
		const { facts, terms } = whatIfFrom(new URLSearchParams('class=E&level=9&count-0=-3&count-1=x&method=dance&field=none&grade=1'), preset('national'));
		expect(facts).toMatchObject({ class: 'B', level: 4, grade: null });
		expect(facts.counts.every((n) => n === 0)).toBe(true);
		expect(terms.method).toBe('on-site');
	});
});

import { m } from '#lib/messages/messages.js';
import { classKeys, warningLevels } from '../classes.ts';
import { basisLabel, classLabel, inPoolLabel, limitLabel, methodLabel, onSiteLabel, warningLevelLabel } from '../labels.ts';
import type { ClassRule, Observation, PresetRules } from './presets.ts';
import type { Professional } from './professional.ts';
import { percentOf } from './show.ts';

/** One setting of a preset in words: where it stands in the rules, its name, and what it says. */
export type RuleRow = { readonly path: string; readonly label: string; readonly text: string };

const modes: Record<Observation['mode'], () => string> = {
	off: m.presets_observation_off, period: m.presets_observation_period, trigger: m.presets_observation_trigger
};
export const observationLabel = (mode: Observation['mode']): string => modes[mode]();
export const campaignLabel = (campaign: ClassRule['campaign']): string => (campaign === 'yes' ? m.presets_campaign_yes() : m.presets_campaign_no());
const listed = (texts: readonly string[]): string => texts.join(m.presets_and()) || m.presets_none();
/** `A 类`, or the word for those without a class. */
export const classWord = (key: (typeof classKeys)[number]): string => (key === 'none' ? classLabel(key) : m.presets_class_of({ class: key }));

/** A ratio or factor as the preset means it: a share, or a multiple of the baseline. */
export const ratioText = (rules: Pick<PresetRules, 'ratioOf'>, figure: number): string => (rules.ratioOf === 'share' ? percentOf(figure) : `×${figure}`);

function professionalRows(rule: Professional): RuleRow[] {
	const row = (name: string, label: string, text: string): RuleRow => ({ path: `professional.${rule.field}.${name}`, label: `${rule.field} · ${label}`, text });
	if (rule.mode === 'overlay') {
		return rule.matrix.map(({ grade, tiers }) =>
			row(`matrix.${grade}`, grade, classKeys.map((key) => `${classLabel(key)}→${tiers[key]}`).join(m.common_comma()))
		);
	}
	return [
		row('general', m.presets_general_weight(), percentOf(rule.general)),
		row('professional', m.presets_professional_weight(), percentOf(rule.professional)),
		row('grades', m.presets_grade_points(), rule.grades.map(({ grade, points }) => `${grade} ${points}`).join(m.common_comma())),
		row('classes', m.presets_class_points(), classKeys.map((key) => `${classLabel(key)} ${rule.classes[key]}`).join(m.common_comma())),
		row('cuts', m.presets_cuts(), (['B', 'C', 'D'] as const).map((key) => `${key} ≥ ${rule.cuts[key]}`).join(m.common_comma()))
	];
}

/** All settings of a preset in words, in the order of the editor. */
export function ruleRows(rules: PresetRules): RuleRow[] {
	const rows: RuleRow[] = [
		{ path: 'basis', label: m.presets_basis(), text: basisLabel(rules.basis) },
		{ path: 'baselineRatio', label: m.sampling_presets_baseline(), text: percentOf(rules.baselineRatio) },
		{ path: 'sample.floor', label: m.presets_sample_floor(), text: String(rules.sample.floor) },
		{ path: 'sample.cap', label: m.presets_sample_cap(), text: String(rules.sample.cap) }
	];
	for (const key of classKeys) {
		const rule = rules.classes[key];
		const add = (name: string, label: string, text: string) => rows.push({ path: `classes.${key}.${name}`, label: `${classWord(key)} · ${label}`, text });
		add('inPool', m.sampling_presets_pool(), inPoolLabel(rule.inPool));
		add('campaign', m.presets_campaign(), campaignLabel(rule.campaign));
		add('onSite', m.sampling_presets_on_site(), onSiteLabel(rule.onSite));
		add('methods', m.presets_methods(), listed(rule.methods.map(methodLabel)));
		add('ratio.min', m.presets_ratio_min(), ratioText(rules, rule.ratio.min));
		add('ratio.usual', m.presets_ratio_usual(), ratioText(rules, rule.ratio.usual));
		add('ratio.max', m.presets_ratio_max(), ratioText(rules, rule.ratio.max));
		add('limits', m.sampling_presets_limits(), listed(rule.limits.map(limitLabel)));
	}
	rows.push({ path: 'keyClass.limits', label: `${m.presets_guarded()} · ${m.sampling_presets_limits()}`, text: listed(rules.keyClass.limits.map(limitLabel)) });
	warningLevels.forEach((level, i) => {
		const word = warningLevelLabel(i + 1);
		rows.push({ path: `warning.factors.${level}`, label: `${word} · ${m.presets_factor()}`, text: `×${rules.warning.factors[level]}` });
		rows.push({ path: `warning.weights.${level}`, label: `${word} · ${m.presets_weight()}`, text: String(rules.warning.weights[level]) });
	});
	const { recognition, observation } = rules;
	rows.push(
		{ path: 'recognition.on', label: m.presets_recognition(), text: recognition.on ? m.presets_on() : m.presets_off() },
		{ path: 'observation.mode', label: m.presets_observation(), text: observationLabel(observation.mode) },
		{ path: 'observation.classes', label: m.presets_observation_classes(), text: listed(observation.classes.map(classWord)) },
		{ path: 'observation.months', label: m.presets_observation_months(), text: String(observation.months) },
		...rules.professional.flatMap(professionalRows),
		{ path: 'note', label: m.sampling_presets_note(), text: rules.note }
	);
	return rows;
}

export type RuleChange = { readonly label: string; readonly before: string | null; readonly after: string | null };

/** What differs between two versions, in the order of the newer one; null where a setting is in one of them only. */
export function ruleChanges(before: PresetRules, after: PresetRules): RuleChange[] {
	const [old, now] = [ruleRows(before), ruleRows(after)];
	const textOf = (rows: readonly RuleRow[], path: string) => rows.find((r) => r.path === path)?.text ?? null;
	const changed = now.map(({ path, label, text }) => ({ label, before: textOf(old, path), after: text })).filter((c) => c.before !== c.after);
	const gone = old.filter(({ path }) => textOf(now, path) === null).map(({ label, text }) => ({ label, before: text, after: null }));
	return [...changed, ...gone];
}

const problems: Readonly<Record<string, () => string>> = {
	'min > usual': m.presets_problem_min, 'usual > max': m.presets_problem_max, 'share > 1': m.presets_problem_share,
	'floor > cap': m.presets_problem_floor, 'field twice': m.presets_problem_field_twice, 'no cap': m.presets_problem_no_cap,
	'ratio falls': m.presets_problem_ratio_falls, 'warning falls': m.presets_problem_warning_falls,
	'observation for nobody': m.presets_problem_observation, 'weights do not sum to 1': m.presets_problem_weights, 'cuts fall': m.presets_problem_cuts, 'grade twice': m.presets_problem_grade_twice
};

/**
 * What is wrong with rules that were refused, naming the setting.
 * @param what the schema's message. @param path where it stands, `classes.A.ratio.min`; '' where it is about several.
 * @param rows of the rules before the edit, whose names are used.
 */
export function problemLabel(what: string, path: string, rows: readonly RuleRow[]): string {
	const known = problems[what]?.();
	if (known !== undefined) return known;
	const row = rows.find((r) => path === r.path || path.startsWith(`${r.path}.`));
	const isProfessional = path.startsWith('professional');
	return m.presets_problem_setting({ setting: row?.label ?? (isProfessional ? m.presets_professional() : path || what) });
}

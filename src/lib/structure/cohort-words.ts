import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import { getLocale } from '#lib/messages/runtime.js';
import { monthText, percent, whereOf } from './class-words.ts';
import type { CohortFigures } from './cohort-figures.ts';
import type { Cohort, CohortMeasure, Grouping } from './cohorts.ts';
import { fewest } from './moves.ts';

export const cohortMeasureLabels: Readonly<Record<CohortMeasure, () => string>> = {
	alive: m.structure_measure_alive, ended: m.structure_measure_ended, bad: m.structure_measure_bad, record: m.structure_measure_record, 'class-d': m.structure_measure_class_d
};

/** What a measure counts, in a line. */
export const cohortRules: Readonly<Record<CohortMeasure, () => string>> = {
	alive: m.structure_rule_alive, ended: m.structure_rule_ended, bad: m.structure_rule_bad, record: m.structure_rule_record, 'class-d': m.structure_rule_class_d
};

export const recordKindLabels = (kind: string): string => itemLabel(kind);

/** `2026-08`, `2026 年第 3 季度`. */
export const cohortName = ({ from }: Pick<Cohort, 'from'>, by: Grouping): string =>
	by === 'month' ? from.slice(0, 7) : m.structure_quarter({ year: from.slice(0, 4), quarter: (Number(from.slice(5, 7)) + 2) / 3 });

/** What became of them in a line; empty where nothing is known. */
export function cohortSentence(place: { readonly name: string | null; readonly industryName: string | null }, { reach, whole, curve, parent, age }: CohortFigures): string {
	if (reach === null) return '';
	const at = (of: CohortFigures['curve']) => of.find((point) => point.age === age)?.share ?? null;
	const said = m.structure_cohort_said({ place: whereOf(place), from: monthText(reach.first), to: monthText(reach.last), founded: whole.founded.toLocaleString(getLocale()) });
	if (whole.founded < fewest) return said + m.structure_cohort_said_few();
	const [own, above] = [at(curve), parent && at(parent.curve)];
	if (own === null) return said + m.structure_stop();
	return (
		said +
		m.structure_cohort_said_alive({ months: age, share: percent(own) }) +
		(above === null || !parent ? '' : m.structure_cohort_said_parent({ place: parent.name ?? m.common_nation(), share: percent(above) })) +
		(whole.bad === null ? '' : m.structure_cohort_said_bad({ months: age, share: percent(whole.bad) })) +
		m.structure_stop()
	);
}

import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import type { CohortMeasure } from './cohorts.ts';

export const cohortMeasureLabels: Readonly<Record<CohortMeasure, () => string>> = {
	alive: m.structure_measure_alive, ended: m.structure_measure_ended, bad: m.structure_measure_bad, record: m.structure_measure_record, 'class-d': m.structure_measure_class_d
};

/** What a measure counts, in a line. */
export const cohortRules: Readonly<Record<CohortMeasure, () => string>> = {
	alive: m.structure_rule_alive, ended: m.structure_rule_ended, bad: m.structure_rule_bad, record: m.structure_rule_record, 'class-d': m.structure_rule_class_d
};

export const recordKindLabels = (kind: string): string => itemLabel(kind);

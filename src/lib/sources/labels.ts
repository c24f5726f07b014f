import type { Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import type { FormFault, KindFault, OwnFieldType } from '#lib/intake/kinds/definition.ts';
import type { SourceFault } from './form.ts';
import type { Grading, GradingLevel } from './grading.ts';
import type { Volume } from './volume.ts';
import type { Cadence } from './watermark.ts';

/** When a source has promised to deliver, in words. */
export function cadenceText(cadence: Cadence | null): string {
	if (cadence === null) return m.sources_cadence_on_demand();
	const plain = 'monthlyByDay' in cadence
		? m.sources_cadence_monthly_text({ day: cadence.monthlyByDay })
		: m.sources_cadence_working_days_text({ by: cadence.everyWorkingDaysBy });
	return cadence.graceDays ? m.sources_cadence_grace_text({ cadence: plain, days: cadence.graceDays }) : plain;
}

/** How many rows usually come, and how that is known. */
export function volumeText(volume: Volume | null): string {
	if (volume === null) return m.sources_volume_unknown();
	const { expected, usual, deliveries } = volume;
	if (volume.from === 'set') return usual === null ? m.sources_volume_set({ n: expected }) : m.sources_volume_set_usual({ n: expected, deliveries, ...usual });
	return m.sources_volume_learned({ n: expected, deliveries, low: usual!.low, high: usual!.high });
}

export const gradingLabels: Readonly<Record<Grading, () => string>> = {
	general: m.sources_grading_general, important: m.sources_grading_important, core: m.sources_grading_core
};
export const levelLabels: Readonly<Record<GradingLevel, () => string>> = {
	1: m.sources_grading_level_1, 2: m.sources_grading_level_2, 3: m.sources_grading_level_3, 4: m.sources_grading_level_4
};

/** A source's grade in words. */
export function gradeText(grading: string | null, level: number | null): string {
	if (grading === null) return m.sources_grading_none();
	return level === null ? (gradingLabels[grading as Grading]?.() ?? grading) : m.sources_grading_general_level({ level });
}

export const ownTypeLabels: Readonly<Record<OwnFieldType, () => string>> = {
	text: m.sources_kind_type_text, number: m.sources_kind_type_number, day: m.sources_kind_type_day, flag: m.sources_kind_type_flag,
	uscc: m.sources_kind_type_uscc
};

const faultTexts: Readonly<Record<SourceFault | KindFault, (value: { readonly value: string }) => string>> = {
	'name-missing': m.sources_fault_name,
	'name-taken': m.sources_fault_name_taken,
	'department-unknown': m.sources_fault_department,
	'region-unknown': m.sources_fault_region,
	'region-elsewhere': m.sources_fault_region_elsewhere,
	'kind-missing': m.sources_fault_kind_missing,
	'kind-unknown': m.sources_fault_kind_unknown,
	time: m.sources_fault_time,
	day: m.sources_fault_day,
	grace: m.sources_fault_grace,
	'contact-long': m.sources_fault_contact,
	volume: m.sources_fault_volume,
	'name-pattern': m.sources_fault_pattern,
	'label-missing': m.sources_fault_label,
	'label-taken': m.sources_fault_name_taken,
	'field-pattern': m.sources_fault_field_pattern,
	'field-ours': m.sources_fault_field_ours,
	'field-twice': m.sources_fault_field_twice,
	'field-label-missing': m.sources_fault_label,
	'header-twice': m.sources_fault_header_twice,
	'header-ours': m.sources_fault_header_ours,
	'type-fixed': m.sources_fault_type_fixed,
	'field-fixed': m.sources_fault_field_fixed,
	'too-many-fields': m.sources_fault_too_many
};

/** What is wrong at one place of a form, in words; null where nothing is. */
export function faultText(faults: readonly FormFault<SourceFault | KindFault>[] | undefined, at: string): string | null {
	const fault = faults?.find((one) => one.at === at);
	return fault === undefined ? null : faultTexts[fault.fault]({ value: fault.value ?? '' });
}

const refusals: Readonly<Record<string, () => string>> = {
	'not-allowed': m.sources_refused_not_allowed, 'not-found': m.sources_refused_not_found, 'no-reason': m.sources_refused_no_reason,
	unchanged: m.sources_refused_unchanged, 'in-use': m.sources_refused_in_use, 'no-grade': m.sources_grading_refused
};

/** Why something was refused, in words. */
export function sourceRefusalText(refusal: Refusal<string, { readonly faults?: readonly unknown[]; readonly message?: string }>): string {
	if (refusal.message !== undefined) return refusal.message;
	if (refusal.faults !== undefined) return m.sources_refused_invalid({ n: refusal.faults.length });
	return (refusals[refusal.reason] ?? m.sources_refused_unchanged)();
}

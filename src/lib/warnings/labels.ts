import { definedKinds, definedLabel } from '#lib/intake/kinds/defined-labels.ts';
import { m } from '#lib/messages/messages.js';
import type { Level } from './levels.ts';
import type { EvaluationState, Work } from './lifecycle.ts';

/** What every list and map says of warnings. What a warning is about is worded in subject-labels.ts, what is done with it in work-labels.ts. */

type Label = () => string;

const levelNames: Record<Level, Label> = {
	red: m.warnings_level_red, orange: m.warnings_level_orange, yellow: m.warnings_level_yellow, blue: m.warnings_level_blue
};
export const levelLabel = (level: Level): string => levelNames[level]();

const workNames: Record<Work, Label> = {
	new: m.warnings_work_new, acknowledged: m.warnings_work_acknowledged, investigating: m.warnings_work_investigating,
	disposed: m.warnings_work_disposed, closed: m.warnings_work_closed, reopened: m.warnings_work_reopened
};
export const workLabel = (work: Work): string => workNames[work]();

const evaluationNames: Record<EvaluationState, Label> = {
	pending: m.warnings_evaluation_pending, breaching: m.warnings_evaluation_breaching,
	cleared: m.warnings_evaluation_cleared, held: m.warnings_evaluation_held
};
export const evaluationLabel = (evaluation: EvaluationState): string => evaluationNames[evaluation]();

const itemNames: Readonly<Record<string, Label>> = {
	registration: m.warnings_item_registration, filing: m.warnings_item_filing, change: m.warnings_item_change,
	cancellation: m.warnings_item_cancellation, complaint: m.warnings_item_complaint, penalty: m.warnings_item_penalty,
	inspection: m.warnings_item_inspection, licence: m.warnings_item_licence, confirmation: m.warnings_item_confirmation,
	'compulsory-measure': m.warnings_item_compulsory_measure, 'annual-report': m.warnings_item_annual_report,
	investment: m.warnings_item_investment, pledge: m.warnings_item_pledge, 'abnormal-list': m.warnings_item_abnormal_list,
	'serious-violation': m.warnings_item_serious_violation, outside: m.api_outside_tag
};
/** Routing items are an open list: kinds of administrators have their own name, and what has none shows as it is stored. */
export const itemLabel = (item: string): string => itemNames[item]?.() ?? definedLabel(item) ?? item;
/** Items that indicators watch, for the filter and the routing table: those of the shipped ones, and the kinds of administrators. */
export const watchedItems = (): readonly string[] => ['complaint', 'registration', 'change', 'cancellation', ...definedKinds()];

/** `name` is the industry's; '*' and '-' have none. */
export function industryLabel(key: string, name: string | null): string {
	if (key === '*') return m.warnings_industry_all();
	return key === '-' ? m.warnings_industry_unknown() : (name ?? key);
}

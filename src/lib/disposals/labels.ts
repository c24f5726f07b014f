import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';
import { defaultMeasures } from './default-measures.ts';
import type { FieldFault } from './field-check.ts';
import type { Finding, ForbiddenKind } from './forbidden.ts';
import { fieldLimit } from './limits.ts';
import type { DisposalDoor } from './list-filter.ts';
import type { Measure, MeasureField } from './measure.ts';
import type { DisposalAction, DisposalState, Outcome, ServedWay } from './states.ts';

type Label = () => string;

/** What the office calls something, in the reader's language. */
export const namedIn = ({ name, nameEn }: { readonly name: string; readonly nameEn: string }): string => (getLocale() === 'en' ? nameEn : name);
export const fieldLabel = ({ label, labelEn }: { readonly label: string; readonly labelEn: string }): string => (getLocale() === 'en' ? labelEn : label);

/** The measure as a warning's history remembers it; entries of before the office's list hold its id only. */
export function rememberedMeasure(detail: Readonly<Record<string, unknown>>): string {
	const { measure, measureName, measureNameEn } = detail;
	if (typeof measureName === 'string' && typeof measureNameEn === 'string') return namedIn({ name: measureName, nameEn: measureNameEn });
	const shipped = defaultMeasures.find(({ id }) => id === measure);
	return shipped ? namedIn(shipped) : typeof measure === 'string' ? measure : '';
}

const stateNames: Record<DisposalState, Label> = {
	draft: m.disposals_state_draft, submitted: m.disposals_state_submitted, approved: m.disposals_state_approved, issued: m.disposals_state_issued,
	served: m.disposals_state_served, concluded: m.disposals_state_concluded, withdrawn: m.disposals_state_withdrawn
};
/** An inspection has no paper: what is issued is the request to the planners. */
export const disposalStateLabel = (state: DisposalState, follow: Measure['follow'] = 'none'): string =>
	follow === 'inspection' && state === 'issued' ? m.disposals_state_requested() : stateNames[state]();
/** The mark of the UI kit's `StatusTag`. */
export const disposalMark: Record<DisposalState, 'waiting' | 'running' | 'done' | 'off'> = {
	draft: 'waiting', submitted: 'running', approved: 'running', issued: 'running', served: 'running', concluded: 'done', withdrawn: 'off'
};

const stepNames: Record<DisposalAction | 'begin', Label> = {
	begin: m.disposals_step_begin, edit: m.disposals_step_edit, submit: m.disposals_step_submit, recall: m.disposals_step_recall,
	approve: m.disposals_step_approve, decline: m.disposals_step_decline, issue: m.disposals_step_issue, serve: m.disposals_step_serve,
	conclude: m.disposals_step_conclude, withdraw: m.disposals_step_withdraw
};
export const disposalStepLabel = (step: string): string => stepNames[step as DisposalAction]?.() ?? step;

const wayNames: Record<ServedWay, Label> = {
	'in-person': m.disposals_way_in_person, left: m.disposals_way_left, posted: m.disposals_way_posted, electronic: m.disposals_way_electronic,
	entrusted: m.disposals_way_entrusted, announced: m.disposals_way_announced, 'sent-internally': m.disposals_way_sent_internally
};
export const servedWayLabel = (way: ServedWay): string => wayNames[way]();

const outcomeNames: Record<Outcome, Label> = {
	corrected: m.disposals_outcome_corrected, explained: m.disposals_outcome_explained, 'no-problem': m.disposals_outcome_no_problem,
	'problem-found': m.disposals_outcome_problem_found, 'case-filed': m.disposals_outcome_case_filed,
	'accepted-elsewhere': m.disposals_outcome_accepted_elsewhere, 'no-answer': m.disposals_outcome_no_answer, other: m.disposals_outcome_other
};
export const outcomeLabel = (outcome: Outcome): string => outcomeNames[outcome]();

const doorNames: Record<DisposalDoor, Label> = {
	approve: m.disposals_door_approve, mine: m.disposals_door_mine, inspections: m.disposals_door_inspections, all: m.disposals_door_all
};
export const disposalDoorLabel = (door: DisposalDoor): string => doorNames[door]();

const findingNames: Record<ForbiddenKind, (said: { found: string }) => string> = {
	class: m.disposals_finding_class, level: m.disposals_finding_level, score: m.disposals_finding_score, indicator: m.disposals_finding_indicator,
	penalty: m.disposals_finding_penalty, complainant: m.disposals_finding_complainant, identity: m.disposals_finding_identity, gap: m.disposals_finding_gap
};
export const findingLabel = ({ kind, found }: Finding): string => findingNames[kind]({ found });

const fieldFaultNames: Record<FieldFault, (said: { limit: number }) => string> = {
	date: m.disposals_field_bad_date, time: m.disposals_field_bad_time, choice: m.disposals_field_bad_choice, long: m.disposals_field_bad_long,
	past: m.disposals_field_past, unsaid: m.disposals_field_unsaid
};
/** What is wrong with a field, and the remedy. */
export const fieldFaultLabel = (fault: FieldFault): string => fieldFaultNames[fault]({ limit: fieldLimit });

const typeNames: Record<MeasureField['type'], Label> = {
	text: m.disposals_type_text, date: m.disposals_type_date, 'any-date': m.disposals_type_any_date, time: m.disposals_type_time, choice: m.disposals_type_choice
};
export const fieldTypeLabel = (type: MeasureField['type']): string => typeNames[type]();

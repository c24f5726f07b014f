import { m } from '#lib/messages/messages.js';
import type { PoolReason } from './pool/eligibility.ts';
import { warningLevels, type ClassKey } from './classes.ts';
import { reasonLength, redrawReasonLength } from './reasons.ts';
import type { ClassRule, Limit, PresetRules, StratumKey } from './presets/presets.ts';
import type { InspectionResult, LeadGround } from './tasks/results.ts';
import type { TaskState, TaskStep } from './tasks/task.ts';

type Label = () => string;

const states: Record<TaskState, Label> = {
	draft: m.sampling_state_draft,
	committed: m.sampling_state_committed,
	drawn: m.sampling_state_drawn,
	done: m.sampling_state_done,
	cancelled: m.sampling_state_cancelled
};
export const stateLabel = (state: TaskState): string => states[state]();

const steps: Record<TaskStep, Label> = {
	scope: m.sampling_step_scope,
	pool: m.sampling_step_pool,
	settings: m.sampling_step_settings,
	draw: m.sampling_step_draw,
	results: m.sampling_step_results
};
/** @param all everybody is visited: nothing is drawn. */
export const stepLabel = (step: TaskStep, all: boolean): string => (all && step === 'draw' ? m.sampling_step_fix : steps[step])();

const reasons: Record<PoolReason, Label> = {
	'open-task': m.sampling_reason_open_task,
	'yearly-cap': m.sampling_reason_yearly_cap,
	'class-out': m.sampling_reason_class_out,
	'joint-only': m.sampling_reason_joint_only,
	frequency: m.sampling_reason_frequency,
	'no-evidence': m.sampling_reason_no_evidence,
	'key-class': m.sampling_reason_key_class,
	evidence: m.sampling_reason_evidence,
	'class-rule': m.sampling_reason_class_rule,
	unclassified: m.sampling_reason_unclassified,
	'campaign-out': m.presets_reason_campaign_out,
	method: m.presets_reason_method,
	observation: m.presets_reason_observation,
	'valid-result': m.presets_reason_valid_result,
	'key-field': m.presets_reason_key_field,
	'grade-rule': m.presets_reason_grade_rule
};
export const reasonLabel = (reason: PoolReason): string => reasons[reason]();

const results: Record<InspectionResult, Label> = {
	'no-problem': m.sampling_result_no_problem,
	'annual-report-missing': m.sampling_result_annual_report_missing,
	'disclosure-missing': m.sampling_result_disclosure_missing,
	'disclosure-false': m.sampling_result_disclosure_false,
	unreachable: m.sampling_result_unreachable,
	'ordered-to-correct': m.sampling_result_ordered_to_correct,
	uncooperative: m.sampling_result_uncooperative,
	'no-activity': m.sampling_result_no_activity,
	'follow-up': m.sampling_result_follow_up
};
/** The text of a result; imported results of another vocabulary are shown as they came. */
export const resultLabel = (result: string): string => (results as Partial<Record<string, Label>>)[result]?.() ?? result;

const grounds: Record<LeadGround, Label> = {
	complaint: m.sampling_ground_complaint,
	'monitoring-finding': m.sampling_ground_monitoring_finding,
	'transferred-case': m.sampling_ground_transferred_case,
	'other-law': m.sampling_ground_other_law,
	request: m.sampling_ground_request
};
export const groundLabel = (ground: string): string => (grounds as Partial<Record<string, Label>>)[ground]?.() ?? ground;

const leadStates = { open: m.sampling_lead_state_open, done: m.sampling_lead_state_done, cancelled: m.sampling_lead_state_cancelled };
export const leadStateLabel = (state: string): string => (leadStates as Partial<Record<string, Label>>)[state]?.() ?? state;

const methods = { 'on-site': m.sampling_method_on_site, paper: m.sampling_method_paper, network: m.sampling_method_network };
export const methodLabel = (method: string): string => (methods as Partial<Record<string, Label>>)[method]?.() ?? method;

const inspectorStates = { active: m.sampling_inspector_state_active, leave: m.sampling_inspector_state_leave, left: m.sampling_inspector_state_left };
export const inspectorStateLabel = (state: string): string => (inspectorStates as Partial<Record<string, Label>>)[state]?.() ?? state;

const presetStates = { draft: m.sampling_preset_state_draft, active: m.sampling_preset_state_active };
export const presetStateLabel = (state: string): string => (presetStates as Partial<Record<string, Label>>)[state]?.() ?? state;

const bases: Record<PresetRules['basis'], Label> = { notice: m.sampling_basis_notice, field: m.sampling_basis_field, own: m.sampling_basis_own };
export const basisLabel = (basis: PresetRules['basis']): string => bases[basis]();

const pools: Record<ClassRule['inPool'], Label> = { yes: m.sampling_in_pool_yes, no: m.sampling_in_pool_no, 'joint-only': m.sampling_in_pool_joint_only };
export const inPoolLabel = (inPool: ClassRule['inPool']): string => pools[inPool]();

const onSites: Record<ClassRule['onSite'], Label> = { 'as-usual': m.sampling_on_site_as_usual, discretion: m.sampling_on_site_discretion };
export const onSiteLabel = (onSite: ClassRule['onSite']): string => onSites[onSite]();

/** `A`…`D`, or the word for an enterprise without a class. */
export const classLabel = (key: ClassKey | null): string => (key === null || key === 'none' ? m.sampling_class_none() : key);

const windows = { 'half-year': m.sampling_window_half_year, year: m.sampling_window_year, 'two-years': m.sampling_window_two_years };
const countings = { authority: m.sampling_counting_authority, all: m.sampling_counting_all };
const kinds = { random: m.sampling_visits_random, planned: m.sampling_visits_planned };
export const windowLabel = (window: Limit['window']): string => windows[window]();
export const countingLabel = (counting: Limit['counting']): string => countings[counting]();
export const visitsLabel = (visits: Limit['visits']): string => kinds[visits]();
/** 每年本机关计划检查至多 2 次. */
export const limitLabel = (limit: Limit): string =>
	m.sampling_limit_text({
		window: windows[limit.window](),
		counting: countings[limit.counting](),
		visits: kinds[limit.visits](),
		max: limit.max
	});

const levels = { blue: m.common_level_blue, yellow: m.common_level_yellow, orange: m.common_level_orange, red: m.common_level_red };
/** The word of a level by its number in `Facts.level`, 1 to 4; a number that is none is the lowest. */
export const warningLevelLabel = (level: number): string => levels[warningLevels[level - 1] ?? 'blue']();

/** A stratum for people inside: 重点类 · C · 专业层级 D · 有线索. */
export const stratumLabel = (stratum: StratumKey): string =>
	[
		stratum.keyClass ? m.sampling_presets_key() : null,
		stratum.keyField ? m.presets_key_field() : null,
		classLabel(stratum.class),
		stratum.tier ? m.presets_tier_of({ tier: stratum.tier }) : null,
		stratum.named ? m.sampling_reason_evidence() : null,
		stratum.level ? warningLevelLabel(stratum.level) : null
	]
		.filter((part) => part !== null)
		.join(' · ');

const refusals = {
	'not-allowed': m.sampling_refuse_not_allowed,
	'not-found': m.sampling_refuse_not_found,
	conflict: m.sampling_refuse_conflict,
	'wrong-state': m.sampling_refuse_wrong_state,
	'own-work': m.sampling_refuse_own_work,
	'named-enterprise': m.sampling_refuse_named_enterprise,
	'scope-empty': m.sampling_refuse_scope_empty,
	'item-unknown': m.sampling_refuse_item_unknown,
	'due-in-the-past': m.sampling_refuse_due_in_the_past,
	'no-preset': m.sampling_refuse_no_preset,
	'pool-empty': m.sampling_refuse_pool_empty,
	'pool-not-larger': m.sampling_refuse_pool_not_larger,
	'limits-leave-none': m.sampling_refuse_limits_leave_none,
	'too-few-inspectors': m.sampling_refuse_too_few_inspectors,
	'new-class-month': m.sampling_refuse_new_class_month,
	'pool-changed': m.sampling_refuse_pool_changed,
	'inspectors-changed': m.sampling_refuse_inspectors_changed,
	'pool-tampered': m.sampling_refuse_pool_tampered,
	'reason-missing': () => m.sampling_refuse_reason_missing({ n: reasonLength }),
	'not-drawn': m.sampling_refuse_not_drawn,
	'not-entered': m.sampling_refuse_not_entered,
	'result-unknown': m.sampling_refuse_result_unknown,
	'not-a-day': m.sampling_refuse_not_a_day,
	'before-the-draw': m.sampling_refuse_before_the_draw,
	'in-the-future': m.sampling_refuse_in_the_future,
	'already-reviewed': m.sampling_refuse_already_reviewed,
	'evidence-too-short': m.sampling_refuse_evidence_too_short,
	'evidence-not-naming': m.sampling_refuse_evidence_not_naming,
	'warning-does-not-name': m.sampling_refuse_warning_does_not_name,
	'ground-unknown': m.sampling_refuse_ground_unknown,
	'inspector-not-allowed': m.sampling_refuse_inspector_not_allowed,
	'name-missing': m.sampling_refuse_name_missing,
	'rules-invalid': m.sampling_refuse_rules_invalid,
	'id-invalid': m.sampling_refuse_id_invalid,
	'id-taken': m.sampling_refuse_id_taken,
	'input-invalid': m.sampling_refuse_input_invalid,
	'region-outside': m.sampling_refuse_region_outside,
	'control-not-filed': m.draws_refuse_control_not_filed,
	'too-few-experts': m.draws_refuse_too_few_experts,
	'entropy-missing': m.draws_refuse_entropy_missing,
	'redraw-reason-missing': () => m.draws_refuse_redraw_reason_missing({ n: redrawReasonLength }),
	'results-entered': m.draws_refuse_results_entered,
	'weighted-inside-only': m.draws_refuse_weighted_inside_only,
	'visit-made': m.joint_refuse_visit_made
};
/** What to tell a person about a refusal. */
export const refusalLabel = (reason: string): string =>
	(refusals as Partial<Record<string, Label>>)[reason]?.() ?? m.sampling_refuse_other({ reason });

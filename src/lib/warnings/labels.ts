import { definedKinds, definedLabel } from '#lib/intake/kinds/defined-labels.ts';
import { m } from '#lib/messages/messages.js';
import type { ClosingReason } from './closing-reasons.ts';
import type { Escalation } from './escalation.ts';
import type { GroupTie, ScopeKind, SubjectRole } from './evaluation.ts';
import type { HistoryEvent } from './history.ts';
import type { Level } from './levels.ts';
import type { EvaluationState, Obligation, Work } from './lifecycle.ts';

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

const changeNames: Readonly<Record<string, Label>> = {
	'legal-representative': m.warnings_change_legal_representative, address: m.warnings_change_address,
	shareholders: m.warnings_change_shareholders, capital: m.warnings_change_capital, name: m.warnings_change_name,
	scope: m.warnings_change_scope, executives: m.warnings_change_executives
};
/** What exactly happened: a changed item by its name, else as the source wrote it. */
export const eventItemLabel = (item: string | null): string => (item === null ? '—' : (changeNames[item]?.() ?? item));

const unitNames: Readonly<Record<string, Label>> = {
	registration: m.warnings_unit_registration, filing: m.warnings_unit_filing, change: m.warnings_unit_change,
	cancellation: m.warnings_unit_cancellation, complaint: m.warnings_unit_complaint, penalty: m.warnings_unit_penalty
};
/** Whether the warning is about what several enterprises share. */
export const isShared = (scopeKind: ScopeKind): boolean => scopeKind !== 'cell' && scopeKind !== 'enterprise';

/** What is counted, after a number: 件投诉举报, 户企业. */
export function unitLabel(item: string, scopeKind: ScopeKind): string {
	if (isShared(scopeKind)) return item === 'registration' ? m.warnings_unit_enterprises_registration() : m.warnings_unit_enterprises();
	return unitNames[item]?.() ?? m.warnings_unit_other();
}

const countedAsEnterprises = ['registration', 'cancellation'];
/** The measure word after a number: 件 or 户; nothing in English. */
export const counterLabel = (item: string, scopeKind: ScopeKind): string =>
	isShared(scopeKind) || countedAsEnterprises.includes(item) ? m.warnings_counter_enterprises() : m.warnings_counter_events();

const scopeNames: Record<ScopeKind, Label> = {
	cell: m.warnings_scope_cell, enterprise: m.warnings_scope_enterprise, address: m.warnings_scope_address,
	person: m.warnings_scope_person, phone: m.warnings_scope_phone,
	place: m.links_scope_place, agent: m.links_scope_agent, group: m.links_scope_group
};
export const scopeLabel = (kind: ScopeKind): string => scopeNames[kind]();

const tieNames: Record<GroupTie['kind'], Label> = {
	address: m.links_tie_address, place: m.links_tie_place, person: m.links_tie_person, phone: m.links_tie_phone, agent: m.links_tie_agent,
	'agent-place': m.links_tie_agent_place
};
/** What enterprises of a group share. */
export const tieLabel = (kind: GroupTie['kind']): string => tieNames[kind]();

const streamNames: Readonly<Record<string, Label>> = {
	registration: m.links_stream_registration, 'young-cancellation': m.links_stream_young_cancellation, transfer: m.links_stream_transfer,
	'change-storm': m.links_stream_change_storm
};
/** What enterprises of a group did, by the method `linked-group · transfer`. */
export const streamLabel = (method: string | undefined): string => streamNames[method?.split(' · ')[1] ?? '']?.() ?? '';

const roleNames: Record<SubjectRole, Label> = {
	named: m.warnings_role_named, member: m.warnings_role_member, contributor: m.warnings_role_contributor
};
export const subjectRoleLabel = (role: SubjectRole): string => roleNames[role]();

/** `name` is the industry's; '*' and '-' have none. */
export function industryLabel(key: string, name: string | null): string {
	if (key === '*') return m.warnings_industry_all();
	return key === '-' ? m.warnings_industry_unknown() : (name ?? key);
}

const actionNames: Record<HistoryEvent['action'], Label> = {
	raise: m.warnings_action_raise, refresh: m.warnings_action_refresh, worsen: m.warnings_action_worsen, ease: m.warnings_action_ease,
	clear: m.warnings_action_clear, hold: m.warnings_action_hold, resume: m.warnings_action_resume,
	acknowledge: m.warnings_action_acknowledge, investigate: m.warnings_action_investigate, dispose: m.warnings_action_dispose,
	close: m.warnings_action_close, reopen: m.warnings_action_reopen, assign: m.warnings_action_assign,
	'hand-over': m.warnings_action_hand_over, accept: m.warnings_action_accept, decline: m.warnings_action_decline,
	recall: m.warnings_action_recall, reassign: m.warnings_action_reassign, merge: m.warnings_action_merge, split: m.warnings_action_split,
	undo: m.warnings_action_undo, escalate: m.warnings_action_escalate, return: m.warnings_action_return,
	absorb: m.warnings_action_absorb, release: m.warnings_action_release, note: m.warnings_action_note, snooze: m.warnings_action_snooze, wake: m.warnings_action_wake, disposal: m.warnings_action_disposal
};
export const actionLabel = (action: string): string => actionNames[action as HistoryEvent['action']]?.() ?? action;

const reasonNames: Record<ClosingReason, Label> = {
	confirmed: m.warnings_reason_confirmed, 'already-handled': m.warnings_reason_already_handled,
	'normal-cause': m.warnings_reason_normal_cause, 'indicator-wrong': m.warnings_reason_indicator_wrong,
	'data-wrong': m.warnings_reason_data_wrong, duplicate: m.warnings_reason_duplicate
};
export const closingReasonLabel = (reason: ClosingReason): string => reasonNames[reason]();

const owedNames: Record<Exclude<Obligation, null>, Label> = {
	acknowledge: m.warnings_owe_acknowledge, dispose: m.warnings_owe_dispose, close: m.warnings_owe_close
};
export const owedLabel = (obligation: Exclude<Obligation, null>): string => owedNames[obligation]();

const escalationNames: Record<1 | 2 | 3, Label> = { 1: m.desk_escalated_deputy, 2: m.desk_escalated_head, 3: m.desk_escalated_above };
/** How far up an overdue obligation was reported; empty: nobody yet. */
export const escalationLabel = (escalation: Escalation): string => (escalation === 0 ? '' : escalationNames[escalation]());

const methodNames: Readonly<Record<string, Label>> = {
	'calendar-nb': m.warnings_method_calendar, 'slow-cusum': m.warnings_method_slow, 'farrington-flexible': m.warnings_method_farrington, 'shrunk-nb': m.warnings_method_shrunk,
	'enterprise-rise': m.warnings_method_rise,
	'shared-link': m.warnings_method_habit, 'repeated-changes': m.warnings_method_fixed, 'prepaid-card': m.warnings_method_fixed,
	'shell-transfer': m.warnings_method_fixed, 'register-then-cancel': m.warnings_method_fixed,
	'linked-group': m.links_method_name
};
/** `farrington-flexible · 5 a · φ 1.3` in words: method, years (a) or weeks (w) of history, dispersion. */
export function methodLabel(method: string): string {
	return method
		.split(' · ')
		.map((part) => {
			const [, n, unit] = /^(\d+) ([aw])$/.exec(part) ?? [];
			if (n !== undefined) return unit === 'a' ? m.warnings_method_years({ n }) : m.warnings_method_weeks({ n });
			return part.startsWith('φ ') ? m.warnings_method_phi({ n: part.slice(2) }) : (methodNames[part]?.() ?? streamNames[part]?.() ?? part);
		})
		.join(' · ');
}

import { m } from '#lib/messages/messages.js';
import type { Handed } from './handing.ts';
import type { NoticeKind } from './kinds.ts';
import type { NewNotice } from './notify.server.ts';
import type { Choice } from './rhythm.ts';

const kinds: Record<NoticeKind, () => string> = {
	assigned: m.notices_kind_assigned, 'hand-over-offered': m.notices_kind_hand_over_offered, 'hand-over-declined': m.notices_kind_hand_over_declined,
	'hand-over-accepted': m.notices_kind_hand_over_accepted, raised: m.notices_kind_raised, worsened: m.notices_kind_worsened,
	reminder: m.notices_kind_reminder, escalated: m.notices_kind_escalated, resurfaced: m.notices_kind_resurfaced, returned: m.notices_kind_returned,
	'disposal-to-approve': m.notices_kind_disposal_to_approve, 'disposal-approved': m.notices_kind_disposal_approved,
	'disposal-declined': m.notices_kind_disposal_declined, 'incident-merged': m.notices_kind_incident_merged, 'result-back': m.notices_kind_result_back,
	'inspection-requested': m.notices_kind_inspection_requested, 'sampling-to-approve': m.notices_kind_sampling_to_approve,
	'sampling-returned': m.notices_kind_sampling_returned, 'sampling-approved': m.notices_kind_sampling_approved, 'task-rechecked': m.notices_kind_task_rechecked,
	'results-to-review': m.notices_kind_results_to_review, 'visits-assigned': m.notices_kind_visits_assigned, 'visit-returned': m.notices_kind_visit_returned,
	'rectification-to-check': m.notices_kind_rectification_to_check, 'rectification-checked': m.notices_kind_rectification_checked,
	'report-drafted': m.reports_notice_drafted, 'report-to-review': m.reports_notice_to_review, 'report-to-issue': m.reports_notice_to_issue,
	'report-returned': m.reports_notice_returned, 'report-issued': m.reports_notice_issued, 'report-withdrawn': m.reports_notice_withdrawn, 'report-due': m.reports_notice_due
};
export const noticeKindLabel = (kind: NoticeKind): string => kinds[kind]();

const objects: Record<Exclude<NewNotice['objectKind'], 'warnings'>, () => string> = {
	warning: () => '', incident: m.notices_incident, disposal: m.notices_disposal, sampling_plan: m.notices_plan, campaign: m.notices_campaign, sampling_task: m.notices_task,
	lead_check: m.notices_lead_check, own_task: m.notices_own_task, own_lead_check: m.notices_lead_check, report: m.reports_object, reports: m.reports_kind_yearly
};
/** The word before a number; a warning's number stands alone. */
export const noticeObjectLabel = (kind: Exclude<NewNotice['objectKind'], 'warnings'>): string => objects[kind]();

const choices: Record<Choice, () => string> = { none: m.notices_choice_none, digest: m.notices_choice_digest, 'at-once': m.notices_choice_at_once };
export const choiceLabel = (choice: Choice): string => choices[choice]();

const problems: Readonly<Record<string, (detail: string) => string>> = {
	'host-not-listed': (detail) => m.notices_problem_host_not_listed({ detail }), 'not-encrypted': m.notices_problem_not_encrypted, unreachable: m.notices_problem_unreachable,
	'login-refused': m.notices_problem_login_refused, tls: m.notices_problem_tls, refused: m.notices_problem_refused, 'no-answer': m.notices_problem_no_answer,
	'no-smtp': m.notices_problem_no_smtp, redirected: m.notices_problem_redirected, answered: m.notices_problem_answered,
	'secret-changed': m.notices_problem_secret_changed, 'worker-ended': m.notices_problem_worker_ended
};

/** Why a message did not get through, with the server's own words. */
export function problemLabel(problem: string | null, detail: string | null): string {
	if (problem === null) return '';
	const words = problems[problem]?.(detail ?? '') ?? problem;
	return detail && problem !== 'host-not-listed' ? `${words} (${detail})` : words;
}

/** Null: it was taken. */
export const handedProblem = (handed: Handed | null): string | null =>
	handed === null || handed.end === 'sent' ? null : problemLabel(handed.problem, handed.detail);

const states: Readonly<Record<string, () => string>> = {
	waiting: m.notices_state_waiting, 'handing-over': m.notices_state_handing_over, sent: m.notices_state_sent, unknown: m.notices_state_unknown,
	'given-up': m.notices_state_given_up, dropped: m.notices_state_dropped
};
export const outgoingStates = ['sent', 'waiting', 'handing-over', 'unknown', 'given-up', 'dropped'] as const;
export const outgoingStateLabel = (state: string): string => states[state]?.() ?? state;

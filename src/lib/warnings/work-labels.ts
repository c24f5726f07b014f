import { m } from '#lib/messages/messages.js';
import type { ClosingReason } from './closing-reasons.ts';
import type { Escalation } from './escalation.ts';
import type { HistoryEvent } from './history.ts';
import type { Obligation } from './lifecycle.ts';

type Label = () => string;

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

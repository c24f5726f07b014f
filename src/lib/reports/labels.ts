import { m } from '#lib/messages/messages.js';
import { auditActionLabel } from '#lib/access/audit-labels.ts';
import type { ReportKind } from './period.ts';
import type { ReportState } from './states.ts';

const kinds: Readonly<Record<ReportKind, () => string>> = {
	monthly: m.reports_kind_monthly, quarterly: m.reports_kind_quarterly, yearly: m.reports_kind_yearly, effect: m.reports_kind_effect
};
export const reportKindLabel = (kind: ReportKind): string => kinds[kind]();

const states: Readonly<Record<ReportState, () => string>> = {
	draft: m.reports_state_draft, submitted: m.reports_state_submitted, reviewed: m.reports_state_reviewed, issued: m.reports_state_issued, withdrawn: m.reports_state_withdrawn,
	replaced: m.reports_state_replaced, discarded: m.reports_state_discarded
};
export const reportStateLabel = (state: ReportState): string => states[state]();
export const reportMark = { draft: 'waiting', submitted: 'running', reviewed: 'running', issued: 'done', withdrawn: 'off', replaced: 'off', discarded: 'off' } as const;

/** A step of the history, as the audit trail calls it. */
export const reportStepLabel = (action: string): string => auditActionLabel(action);

/** What it was that ended a report. */
export function closedText(state: ReportState, closed: { readonly by: string | null; readonly reason: string }, at: string): string {
	const said = { name: closed.by ?? '', at, reason: closed.reason };
	if (state === 'withdrawn') return m.reports_closed_withdrawn(said);
	return state === 'replaced' ? m.reports_closed_replaced(said) : m.reports_closed_discarded(said);
}

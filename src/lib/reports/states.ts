/** From the first draft to what replaced it. What is issued is never changed: it is withdrawn, or a new edition replaces it. */
export const reportStates = ['draft', 'submitted', 'reviewed', 'issued', 'withdrawn', 'replaced', 'discarded'] as const;
export type ReportState = (typeof reportStates)[number];

export const reportActions = ['edit', 'refresh', 'submit', 'recall', 'return', 'review', 'issue', 'withdraw', 'replace', 'discard'] as const;
export type ReportAction = (typeof reportActions)[number];

/** What the audit trail calls what was done with a report; a new edition is a step of its own. */
export const reportSteps = ['begin', 'compose', 'edit', 'refresh', 'submit', 'recall', 'return', 'review', 'issue', 'withdraw', 'discard', 'new-edition', 'remark'] as const;
export type ReportStep = (typeof reportSteps)[number];

/** Which step leads where. `replace` is done by the new edition, when it is issued. */
const moves = {
	draft: { edit: 'draft', refresh: 'draft', submit: 'submitted', discard: 'discarded' },
	submitted: { recall: 'draft', return: 'draft', review: 'reviewed' },
	reviewed: { recall: 'draft', return: 'draft', issue: 'issued' },
	issued: { withdraw: 'withdrawn', replace: 'replaced' },
	withdrawn: {},
	replaced: {},
	discarded: {}
} as const satisfies Record<ReportState, Partial<Record<ReportAction, ReportState>>>;

/** Where a step leads; null where it is not open. */
export function afterStep(state: ReportState, action: ReportAction): ReportState | null {
	return (moves[state] as Partial<Record<ReportAction, ReportState>>)[action] ?? null;
}

/** Somebody still has to do something about it. */
export const openReportStates: readonly ReportState[] = ['draft', 'submitted', 'reviewed'];
/** It was issued once, and its text is frozen. */
export const frozenStates: readonly ReportState[] = ['issued', 'withdrawn', 'replaced'];

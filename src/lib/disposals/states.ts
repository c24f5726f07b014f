/** From the first word to what came of it. What is issued cannot be taken back, only concluded. */
export const disposalStates = ['draft', 'submitted', 'approved', 'issued', 'served', 'concluded', 'withdrawn'] as const;
export type DisposalState = (typeof disposalStates)[number];

export const disposalActions = ['edit', 'submit', 'recall', 'approve', 'decline', 'issue', 'serve', 'conclude', 'withdraw'] as const;
export type DisposalAction = (typeof disposalActions)[number];

/** Which step leads where. A text that was approved is changed only after it was recalled, and then needs approval again. */
const moves = {
	draft: { edit: 'draft', submit: 'submitted', withdraw: 'withdrawn' },
	submitted: { recall: 'draft', approve: 'approved', decline: 'draft', withdraw: 'withdrawn' },
	approved: { recall: 'draft', issue: 'issued', withdraw: 'withdrawn' },
	issued: { serve: 'served', conclude: 'concluded' },
	served: { conclude: 'concluded' },
	concluded: {},
	withdrawn: {}
} as const satisfies Record<DisposalState, Partial<Record<DisposalAction, DisposalState>>>;

/** Where a step leads; null where it is not open. A paper has to be served before it is concluded, what has no paper is never served. */
export function afterStep(state: DisposalState, action: DisposalAction, paper: boolean): DisposalState | null {
	if (action === 'serve' && !paper) return null;
	if (action === 'conclude' && paper && state === 'issued') return null;
	return (moves[state] as Partial<Record<DisposalAction, DisposalState>>)[action] ?? null;
}

/** Whether somebody still has to do something about it. */
export const openStates: readonly DisposalState[] = ['draft', 'submitted', 'approved', 'issued', 'served'];

/** Ways of service (送达): those of 《民事诉讼法》, which administrative organs follow, and electronic service. */
export const servedWays = ['in-person', 'left', 'posted', 'electronic', 'entrusted', 'announced', 'sent-internally'] as const;
export type ServedWay = (typeof servedWays)[number];

export const outcomes = ['corrected', 'explained', 'no-problem', 'problem-found', 'case-filed', 'accepted-elsewhere', 'no-answer', 'other'] as const;
export type Outcome = (typeof outcomes)[number];

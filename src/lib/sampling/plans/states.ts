export const planStates = ['draft', 'submitted', 'approved', 'filed', 'closed'] as const;
export type PlanState = (typeof planStates)[number];

/** What may be done in which state. From its approval on a plan is fixed: a change is another plan that amends it. */
export const planMoves = {
	draft: { submit: 'submitted', close: 'closed' },
	submitted: { approve: 'approved', return: 'draft', recall: 'draft' },
	approved: { file: 'filed' },
	filed: { close: 'closed' },
	closed: {}
} as const satisfies Record<PlanState, Partial<Record<string, PlanState>>>;
export type PlanMove = 'submit' | 'approve' | 'return' | 'recall' | 'file' | 'close';

/** The state after a move; null when the move is illegal there. */
export function afterPlanMove(state: PlanState, move: PlanMove): PlanState | null {
	return (planMoves[state] as Partial<Record<PlanMove, PlanState>>)[move] ?? null;
}

/** May tasks be made under a plan? Approval binds; the filing tells others of it. */
export const planInForce = (state: string): boolean => state === 'approved' || state === 'filed';

/** `JH2026-0001`. */
export const planNumber = (year: string, serial: number): string => `JH${year}-${String(serial).padStart(4, '0')}`;

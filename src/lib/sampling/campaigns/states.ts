export const campaignStates = ['draft', 'submitted', 'approved', 'done', 'cancelled'] as const;
export type CampaignState = (typeof campaignStates)[number];

/** What may be done in which state. */
export const campaignMoves = {
	draft: { submit: 'submitted', cancel: 'cancelled' },
	submitted: { approve: 'approved', return: 'draft', recall: 'draft', cancel: 'cancelled' },
	approved: { finish: 'done', cancel: 'cancelled' },
	done: {},
	cancelled: {}
} as const satisfies Record<CampaignState, Partial<Record<string, CampaignState>>>;
export type CampaignMove = 'submit' | 'approve' | 'return' | 'recall' | 'finish' | 'cancel';

/** The state after a move; null when the move is illegal there. */
export function afterCampaignMove(state: CampaignState, move: CampaignMove): CampaignState | null {
	return (campaignMoves[state] as Partial<Record<CampaignMove, CampaignState>>)[move] ?? null;
}

/** `ZX2026-0001`. */
export const campaignNumber = (year: string, serial: number): string => `ZX${year}-${String(serial).padStart(4, '0')}`;

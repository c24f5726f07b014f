export const rectificationStates = ['open', 'corrected', 'not-corrected', 'dropped'] as const;
export type RectificationState = (typeof rectificationStates)[number];
export type RectificationMove = 'corrected' | 'not-corrected' | 'dropped';

/** What a follow-up check may find. What was not put right may be looked at again; what was put right or dropped is over. */
export const rectificationMoves = {
	open: ['corrected', 'not-corrected', 'dropped'],
	'not-corrected': ['corrected', 'dropped'],
	corrected: [],
	dropped: []
} as const satisfies Record<RectificationState, readonly RectificationMove[]>;

/** May this be found of a rectification in this state? */
export function mayMove(state: string, move: string): move is RectificationMove {
	return ((rectificationMoves as Partial<Record<string, readonly string[]>>)[state] ?? []).includes(move);
}

/** Days an enterprise is given where the order names none: ours. */
export const defaultRectificationDays = 30;

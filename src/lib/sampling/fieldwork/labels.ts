import { m } from '#lib/messages/messages.js';
import type { Sheet } from './sheet.server.ts';

type Mark = 'waiting' | 'running' | 'done' | 'late' | 'failed' | 'off';

const sheetStates = {
	open: ['waiting', m.fieldwork_state_open],
	returned: ['late', m.fieldwork_state_returned],
	entered: ['running', m.sampling_review_wait],
	reviewed: ['done', m.sampling_reviewed],
	over: ['off', m.fieldwork_state_over]
} as const satisfies Record<Sheet['state'], readonly [Mark, () => string]>;

/** The mark and word of a visit's state. */
export function sheetState(state: Sheet['state']): { readonly state: Mark; readonly label: string } {
	const [mark, label] = sheetStates[state];
	return { state: mark, label: label() };
}

const rectification = {
	open: ['running', m.fieldwork_rect_open],
	corrected: ['done', m.fieldwork_rect_corrected],
	'not-corrected': ['failed', m.fieldwork_rect_not_corrected],
	dropped: ['off', m.fieldwork_rect_dropped]
} as const;

/** The mark and word of a rectification's state. @param late open, and its day is over. */
export function rectificationState(state: string, late = false): { readonly state: Mark; readonly label: string } {
	if (late) return { state: 'late', label: m.fieldwork_rect_late() };
	const known = (rectification as Partial<Record<string, readonly [Mark, () => string]>>)[state];
	return known ? { state: known[0], label: known[1]() } : { state: 'off', label: state };
}

const publication = { due: ['waiting', m.fieldwork_pub_due], published: ['done', m.fieldwork_pub_published], exempt: ['off', m.fieldwork_pub_exempt] } as const;

/** The mark and word of a publication's state. @param late due, and its day is over. */
export function publicationState(state: string, late = false): { readonly state: Mark; readonly label: string } {
	if (late) return { state: 'late', label: m.fieldwork_pub_overdue() };
	const known = (publication as Partial<Record<string, readonly [Mark, () => string]>>)[state];
	return known ? { state: known[0], label: known[1]() } : { state: 'off', label: state };
}


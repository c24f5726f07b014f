import type { ShownState } from './watermark.ts';

/** The mark of a source's state, beside its word. */
export const stateMarks = {
	'on-time': 'done', 'on-demand': 'off', late: 'late', missing: 'failed', partial: 'late', 'changed-coverage': 'late', stopped: 'off'
} as const satisfies Readonly<Record<ShownState, string>>;

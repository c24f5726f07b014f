import type { Work } from './lifecycle.ts';

/** How far the work is, as the mark beside its word. */
export function workMark(work: Work): 'waiting' | 'running' | 'done' | 'off' {
	if (work === 'new' || work === 'reopened') return 'waiting';
	if (work === 'closed') return 'off';
	return work === 'disposed' ? 'done' : 'running';
}

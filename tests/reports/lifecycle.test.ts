import { expect, test } from 'vitest';
import { afterStep, frozenStates, reportActions, type ReportState } from '#lib/reports/states.ts';

test.each([
	['draft', { edit: 'draft', refresh: 'draft', submit: 'submitted', discard: 'discarded' }],
	['submitted', { recall: 'draft', return: 'draft', review: 'reviewed' }],
	['reviewed', { recall: 'draft', return: 'draft', issue: 'issued' }],
	['issued', { withdraw: 'withdrawn', replace: 'replaced' }],
	['withdrawn', {}],
	['replaced', {}],
	['discarded', {}]
] as const)('from %s', (state, open) => {
	expect(Object.fromEntries(reportActions.flatMap((action) => (afterStep(state, action) === null ? [] : [[action, afterStep(state, action)]])))).toEqual(open);
});

test('nothing leads from what was issued back to a draft', () => {
	const reached = new Set<string>(['issued']);
	for (const state of reached) for (const action of reportActions) {
		const next = afterStep(state as ReportState, action);
		if (next !== null) reached.add(next);
	}
	expect([...reached].sort()).toEqual([...frozenStates].sort());
});

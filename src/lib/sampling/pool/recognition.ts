import type { InspectionResult } from '../tasks/results.ts';

/**
 * Results that can stand in for another visit about the same item within its validity (C4, 结果互认): those of an inspection that took
 * place and came to an end. Nobody met, nobody let in, nothing to look at, or a matter still pending is no result to recognise.
 */
export const recognisedResults = [
	'no-problem', 'annual-report-missing', 'disclosure-missing', 'disclosure-false', 'ordered-to-correct'
] as const satisfies readonly InspectionResult[];

import { isDay } from '#lib/calendar/days.ts';

/** What an inspection found: the nine results of the field's published vocabulary. */
export const inspectionResults = [
	'no-problem',
	'annual-report-missing',
	'disclosure-missing',
	'disclosure-false',
	'unreachable',
	'ordered-to-correct',
	'uncooperative',
	'no-activity',
	'follow-up'
] as const;
export type InspectionResult = (typeof inspectionResults)[number];

/**
 * The gravest first. The order is ours: what resists or deceives, what still needs handling, what was ordered to be put right, what the
 * register's own duties miss, and last what found nothing.
 */
export const gravestFirst = [
	'uncooperative',
	'disclosure-false',
	'follow-up',
	'ordered-to-correct',
	'unreachable',
	'annual-report-missing',
	'disclosure-missing',
	'no-activity',
	'no-problem'
] as const satisfies readonly InspectionResult[];

/** The result that stands for a visit of several items. Null for none. */
export function gravestOf(results: readonly string[]): InspectionResult | null {
	return gravestFirst.find((result) => results.includes(result)) ?? null;
}

/** Results that may end in an order to put something right (责令改正), so that somebody has to look again. */
export const correctableResults = [
	'ordered-to-correct', 'annual-report-missing', 'disclosure-missing', 'disclosure-false', 'follow-up', 'uncooperative', 'unreachable'
] as const satisfies readonly InspectionResult[];

/** Why a named enterprise may be visited without a draw. */
export const leadGrounds = ['complaint', 'monitoring-finding', 'transferred-case', 'other-law', 'request'] as const;
export type LeadGround = (typeof leadGrounds)[number];

export type EvidenceRefusal = 'evidence-too-short' | 'evidence-not-naming';

/** A ground needs evidence that names the enterprise: a hot region or industry never is evidence. Null when it will do. */
export function evidenceRefusal(evidence: string, uscc: string): EvidenceRefusal | null {
	if (!evidence.toUpperCase().includes(uscc)) return 'evidence-not-naming';
	// A heading with nothing after it is no clue.
	const text = evidence.replace(/\s/g, '');
	return text.length < uscc.length + 6 || /[：:]$/.test(text) ? 'evidence-too-short' : null;
}

/** A visit lies between the draw and today. Days are `YYYY-MM-DD`. */
export function visitDayRefusal(visitedOn: string, from: string, today: string): 'not-a-day' | 'before-the-draw' | 'in-the-future' | null {
	if (!isDay(visitedOn)) return 'not-a-day';
	if (visitedOn < from) return 'before-the-draw';
	return visitedOn > today ? 'in-the-future' : null;
}

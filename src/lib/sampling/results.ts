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

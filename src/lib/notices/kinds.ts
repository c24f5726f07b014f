/** What a person is told about. Each has its sentence in `labels.ts`. */
export const noticeKinds = [
	'assigned', 'hand-over-offered', 'hand-over-declined', 'returned', 'raised', 'worsened', 'reminder', 'escalated', 'resurfaced',
	'disposal-to-approve', 'disposal-declined', 'inspection-requested', 'result-back', 'hand-over-accepted', 'disposal-approved', 'incident-merged',
	'sampling-to-approve', 'sampling-returned', 'task-rechecked', 'results-to-review', 'visits-assigned', 'visit-returned', 'rectification-to-check', 'rectification-checked',
	'sampling-approved', 'report-drafted', 'report-to-review', 'report-to-issue', 'report-returned', 'report-issued', 'report-withdrawn', 'report-due'
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const isNoticeKind = (text: string): text is NoticeKind => (noticeKinds as readonly string[]).includes(text);

/** Nobody has to do anything about these. */
export const forInformation: readonly NoticeKind[] = ['hand-over-accepted', 'disposal-approved', 'incident-merged', 'rectification-checked', 'sampling-approved', 'report-issued', 'report-withdrawn'];

/** Kinds that a person may let through in quiet hours. */
export const urgentKinds: readonly NoticeKind[] = ['escalated', 'worsened'];

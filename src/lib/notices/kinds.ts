/** What a person is told about. Each has its sentence in {@link ./labels.ts}. */
export const noticeKinds = [
	'assigned', 'hand-over-offered', 'hand-over-declined', 'hand-over-accepted', 'raised', 'worsened', 'reminder', 'escalated', 'resurfaced',
	'returned', 'disposal-to-approve', 'disposal-approved', 'disposal-declined', 'incident-merged', 'result-back'
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const isNoticeKind = (text: string): text is NoticeKind => (noticeKinds as readonly string[]).includes(text);

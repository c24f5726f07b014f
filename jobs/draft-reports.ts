import { dayOf } from '#lib/calendar/days.ts';
import { makeDueDrafts } from '#lib/reports/auto.server.ts';
import { composeDraft } from '#lib/reports/compose-draft.server.ts';
import type { Job } from './job.ts';

/** Each morning the reports that can be told and reminders of yearly summaries; on request one report, for the person who asked. */
export const draftReportsJob: Job = {
	name: 'draft-reports',
	// After the evening's figures are final and before people come to work.
	schedule: { every: 'day', at: '06:40' },
	catchUp: { hours: 23, missed: 'latest' },
	run({ db, dueAt, payload, signal, progress, log }) {
		const composing = { signal, progress, log };
		return payload === null ? makeDueDrafts(db, dayOf(dueAt), composing) : composeDraft(db, String(payload['reportId']), composing);
	}
};

import { dayOf } from '#lib/calendar/days.ts';
import { findPartialDays, learnDelays } from '#lib/sources/learn.server.ts';
import type { Job } from './job.ts';

/** Learns how late each source usually is, and finds the days of which one brought far too little. */
export const watchSources: Job = {
	name: 'watch-sources',
	schedule: { every: 'minutes', minutes: 30 },
	catchUp: { hours: 2, missed: 'latest' },
	async run({ db, dueAt }) {
		const today = dayOf(dueAt);
		const { learned } = await learnDelays(db, today);
		return { learned, ...(await findPartialDays(db, today)) };
	}
};

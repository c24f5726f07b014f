import { keepObligations } from '#lib/warnings/obligations.server.ts';
import type { Job } from './job.ts';

/** Reminds, reports upwards what is overdue, ends snoozes, and gives back what nobody can work on. */
export const keepObligationsJob: Job = {
	name: 'keep-obligations',
	schedule: { every: 'minutes', minutes: 10 },
	catchUp: { hours: 1, missed: 'latest' },
	run: ({ db }) => keepObligations(db)
};

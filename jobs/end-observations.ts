import { dayOf } from '#lib/calendar/days.ts';
import { endFallen } from '#lib/sampling/observation/periods.server.ts';
import type { Job } from './job.ts';

/** Ends observation periods of enterprises whose class fell or whom a warning names. After the evening's monitors, and what a month's classes bring. */
export const endObservations: Job = {
	name: 'end-observations',
	schedule: { every: 'day', at: '05:10' },
	catchUp: { hours: 48, missed: 'latest' },
	run: ({ db, dueAt }) => endFallen(db, dayOf(dueAt))
};

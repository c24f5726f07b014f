import { summariseClasses, summariseRegister } from '#lib/structure/summarise.server.ts';
import type { Job } from './job.ts';

/** Counts how classes moved once new ones are there. Cheap when there are none. */
export const summariseClassesJob: Job = {
	name: 'summarise-classes',
	schedule: { every: 'minutes', minutes: 5 },
	catchUp: { hours: 1, missed: 'latest' },
	run: ({ db }) => summariseClasses(db)
};

/** Counts moves and cohorts anew by the places and industries the register has now. Before planners and leaders sit down. */
export const summariseRegisterJob: Job = {
	name: 'summarise-register',
	schedule: { every: 'day', at: '04:40' },
	catchUp: { hours: 24, missed: 'latest' },
	run: ({ db }) => summariseRegister(db)
};

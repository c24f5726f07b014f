import { dayOf } from '#lib/calendar/days.ts';
import { suggestItemNames } from '#lib/indicators/coverage/item-names.server.ts';
import type { Job } from './job.ts';

/** Suggests which names of items took the place of others, and which are codes that nobody translated. */
export const suggestNames: Job = {
	name: 'suggest-names',
	schedule: { every: 'day', at: '04:20' },
	catchUp: { hours: 48, missed: 'latest' },
	async run({ db, dueAt }) {
		return suggestItemNames(db, dayOf(dueAt));
	}
};

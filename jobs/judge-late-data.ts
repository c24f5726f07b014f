import { databaseClock } from '#lib/calendar/clock.server.ts';
import { judgeArrived } from '#lib/indicators/late/arrived.server.ts';
import type { Job } from './job.ts';

/** Judges evenings again as soon as the data that they lacked has come; nobody has to wait for the next evening. */
export const judgeLateData: Job = {
	name: 'judge-late-data',
	schedule: { every: 'minutes', minutes: 5 },
	// One run looks at all deliveries since the last.
	catchUp: { hours: 1, missed: 'latest' },
	async run({ db }) {
		return judgeArrived(db, await databaseClock(db)());
	}
};

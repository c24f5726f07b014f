import { databaseClock } from '#lib/calendar/clock.server.ts';
import { recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { refreshWatermarks } from '#lib/sources/watermarks.server.ts';
import type { Job } from './job.ts';

/** Counts again what the merges touched, and judges which sources are late by now. Cheap when there is nothing to do. */
export const rollUpCounts: Job = {
	name: 'roll-up-counts',
	schedule: { every: 'minutes', minutes: 1 },
	// One run takes up everything that is noted, whenever it was.
	catchUp: { hours: 1, missed: 'latest' },
	async run({ db }) {
		const { changed } = await refreshWatermarks(db, databaseClock(db));
		return { ...(await recomputeTouched(db)), watermarks: changed };
	}
};

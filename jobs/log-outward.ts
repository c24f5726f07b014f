import { logOutward, takenDatasets } from '#lib/outward/log.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { Job } from './job.ts';

/** Adds what is new, corrected or withdrawn to the log of what leaves, for the datasets that somebody takes. */
export const logOutwardJob: Job = {
	name: 'log-outward',
	schedule: { every: 'minutes', minutes: 15 },
	catchUp: { hours: 1, missed: 'latest' },
	async run({ db, signal }) {
		const detail: Record<string, number> = {};
		for (const dataset of await takenDatasets(db, settings().outbox)) {
			signal.throwIfAborted();
			detail[dataset] = (await logOutward(db, dataset)).added;
		}
		return detail;
	}
};

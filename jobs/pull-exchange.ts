import { pullDue } from '#lib/intake/exchange/run.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { Job } from './job.ts';

/** Reads the exchange tables of other databases that are due. Which are is kept with each of them. */
export const pullExchangeJob: Job = {
	name: 'pull-exchange',
	schedule: { every: 'minutes', minutes: 1 },
	catchUp: { hours: 1, missed: 'latest' },
	run: ({ db, dataDir, signal, log }) => pullDue(db, { from: { dataDir, exchangeUrls: settings().exchangeUrls }, signal, log })
};

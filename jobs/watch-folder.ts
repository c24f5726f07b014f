import { join } from 'node:path';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import { watchFolder } from '#lib/intake/folder/folder.server.ts';
import { dropForgottenBodies } from '#lib/intake/push/spool.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { Job } from './job.ts';

/** Takes in the files that somebody put into the watched folder, and throws away what pushes that broke off left behind. */
export const watchFolderJob: Job = {
	name: 'watch-folder',
	schedule: { every: 'minutes', minutes: 1 },
	catchUp: { hours: 1, missed: 'latest' },
	async run({ db, dataDir, signal, log }) {
		const run = await watchFolder(db, { inbox: settings().inboxDir ?? join(dataDir, 'inbox'), now: await databaseClock(db)(), signal, log });
		// By this host's clock, as the files' times are.
		await dropForgottenBodies(dataDir, new Date());
		if (run.failed > 0) throw new Error(`${run.failed} files of the watched folder could not be dealt with; see the log`);
		return run;
	}
};

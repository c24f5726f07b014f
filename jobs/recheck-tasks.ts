import { recheckTasks } from '#lib/sampling/draw/recheck.server.ts';
import type { Job } from './job.ts';

/** Looks at undrawn tasks again when a new month of classes has come. After the night's files, before planners sit down. */
export const recheckTasksJob: Job = {
	name: 'recheck-tasks',
	schedule: { every: 'day', at: '05:30' },
	catchUp: { hours: 48, missed: 'latest' },
	run: ({ db }) => recheckTasks(db)
};

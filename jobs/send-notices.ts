import { sendDue } from '#lib/notices/send.server.ts';
import { ownWays } from '#lib/notices/ways.server.ts';
import type { Job } from './job.ts';

/** Sends what people and departments are told outside the application. What is due stands with each message. */
export const sendNoticesJob: Job = {
	name: 'send-notices',
	schedule: { every: 'minutes', minutes: 1 },
	catchUp: { hours: 1, missed: 'latest' },
	apart: true,
	run: ({ db, dataDir, signal, log }) => sendDue(db, { ways: { ...ownWays(), dataDir }, signal, log })
};

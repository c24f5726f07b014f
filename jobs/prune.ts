import { sql } from 'kysely';
import { pruneSnapshots } from '#lib/risk-map/snapshots.server.ts';
import type { Job } from './job.ts';

/** How long the house-keeping tables remember. The audit trail and everything about enterprises are never pruned. */
const keep = { sessions: '0 days', failures: '2 days', runs: '400 days', requests: '30 days', feed: '7 days', notices: '400 days', outgoing: '400 days' } as const;

/** Deletes ended sessions, old sign-in failures, the records of old runs, news that every open page has long seen, read notices, and figures that nobody cited. */
export const prune: Job = {
	name: 'prune',
	schedule: { every: 'day', at: '03:40' },
	catchUp: { hours: 24, missed: 'latest' },
	async run({ db }) {
		const before = (age: string) => sql<Date>`clock_timestamp() - ${age}::interval`;
		const results = await Promise.all([
			db.deleteFrom('app_session').where('expires_at', '<', before(keep.sessions)).executeTakeFirst(),
			db.deleteFrom('login_failure').where('last_at', '<', before(keep.failures)).executeTakeFirst(),
			db.deleteFrom('job_run').where('due_at', '<', before(keep.runs)).executeTakeFirst(),
			db.deleteFrom('job_request').where('finished_at', '<', before(keep.requests)).executeTakeFirst(),
			db.deleteFrom('warning_feed').where('at', '<', before(keep.feed)).executeTakeFirst(),
			// Longer than a run of the machine looks back: the key of a notice is what keeps it from being told again.
			db.deleteFrom('notice').where('created_at', '<', before(keep.notices)).where('read_at', 'is not', null).executeTakeFirst(),
			db.deleteFrom('outgoing').where('ended_at', '<', before(keep.outgoing)).executeTakeFirst()
		]);
		return { deleted: (await pruneSnapshots(db)) + results.reduce((sum, result) => sum + Number(result.numDeletedRows), 0) };
	}
};

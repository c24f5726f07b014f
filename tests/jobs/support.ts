import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Job, JobContext } from '../../jobs/job.ts';
import type { Workshop } from '../../jobs/lane.ts';

/** A clock that stands still until it is told to move. */
export type FakeClock = { now: Date };

export function clockAt(time: string): FakeClock {
	return { now: new Date(`${time}+08:00`) };
}

export function workshop(db: Kysely<DB>, worker: string, clock: FakeClock, jobs: readonly Job[], signal?: AbortSignal): Workshop {
	return {
		db,
		owner: () => db,
		worker,
		jobs,
		clock: async () => clock.now,
		dataDir: '.',
		signal: signal ?? new AbortController().signal,
		log: () => undefined
	};
}

/** A daily job at 02:00 that notes when it was due. */
export function dailyJob(
	notes: string[],
	catchUp: Job['catchUp'] = { hours: 24 * 10, missed: 'each' },
	run?: (context: JobContext) => Promise<void>
): Job {
	return {
		name: 'daily',
		schedule: { every: 'day', at: '02:00' },
		catchUp,
		async run(context) {
			await run?.(context);
			notes.push(new Date(context.dueAt.getTime() + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' '));
			return { notes: notes.length };
		}
	};
}

import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Job, JobContext } from '../../jobs/job.ts';
import type { Workshop } from '../../jobs/lane.ts';

/** Asks for a run of a job, as the pages do. */
export async function enqueue(db: Kysely<DB>, job: string, payload: Readonly<Record<string, unknown>>): Promise<number> {
	const row = await db.insertInto('job_request').values({ job, payload: JSON.stringify(payload) }).returning('id').executeTakeFirstOrThrow();
	return row.id;
}

/** How far a request is. */
export function requestState(db: Kysely<DB>, id: number) {
	return db.selectFrom('job_request').select(['state', 'progress', 'result', 'error']).where('id', '=', id).executeTakeFirstOrThrow();
}

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

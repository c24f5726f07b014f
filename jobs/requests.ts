import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { leaseMs } from './ledger.ts';

/** Work that somebody asked for: a preview, counts now, an export. */
export type JobRequest = {
	readonly id: number;
	readonly job: string;
	readonly payload: Readonly<Record<string, unknown>>;
	readonly requestedAt: Date;
	readonly worker: string;
};

export type RequestState = {
	readonly state: 'waiting' | 'running' | 'done' | 'failed';
	/** 0 to 1; null while unknown. */
	readonly progress: number | null;
	readonly result: unknown;
	readonly error: string | null;
};

/**
 * Asks the worker for a run of a job; returns the number to look it up by. Takes a transaction as well: then the worker sees the
 * request together with what it is about.
 *
 * @param requestedBy id of the person, null for the system
 */
export async function enqueue(
	db: Kysely<DB>,
	job: string,
	payload: Readonly<Record<string, unknown>>,
	requestedBy: string | null
): Promise<number> {
	const row = await db
		.insertInto('job_request')
		.values({ job, payload: JSON.stringify(payload), requested_by: requestedBy })
		.returning('id')
		.executeTakeFirstOrThrow();
	return row.id;
}

/** How far a request is; null when there is none of this number by this person. */
export async function requestState(db: Kysely<DB>, id: number, requestedBy: string): Promise<RequestState | null> {
	const row = await db
		.selectFrom('job_request')
		.select(['state', 'progress', 'result', 'error'])
		.where('id', '=', id)
		.where('requested_by', '=', requestedBy)
		.executeTakeFirst();
	return row === undefined ? null : { ...row, state: row.state as RequestState['state'] };
}

/** Takes the oldest request that waits, or whose worker has died; of the jobs that this worker knows. */
export async function claimRequest(db: Kysely<DB>, jobs: readonly string[], worker: string, now: Date): Promise<JobRequest | null> {
	const { rows } = await sql<{ id: number; job: string; payload: Record<string, unknown>; requested_at: Date }>`
		update job_request set state = 'running', claimed_by = ${worker}, lease_until = ${new Date(now.getTime() + leaseMs)}
		where id = (
			select id from job_request
			where (state = 'waiting' or (state = 'running' and (lease_until <= ${now} or claimed_by = ${worker})))
				and job = any (${jobs as string[]})
			order by id limit 1
			for update skip locked
		)
		returning id, job, payload, requested_at
	`.execute(db);
	const row = rows[0];
	return row === undefined ? null : { id: row.id, job: row.job, payload: row.payload, requestedAt: row.requested_at, worker };
}

function mine(db: Kysely<DB>, request: JobRequest) {
	return db
		.updateTable('job_request')
		.where('id', '=', request.id)
		.where('claimed_by', '=', request.worker)
		.where('state', '=', 'running');
}

/** A sign of life with what has been reached. False: another worker has taken the request over, stop. */
export async function extendRequest(db: Kysely<DB>, request: JobRequest, now: Date, progress: number | null): Promise<boolean> {
	const lease_until = new Date(now.getTime() + leaseMs);
	const result = await mine(db, request).set({ lease_until, progress }).executeTakeFirst();
	return result.numUpdatedRows === 1n;
}

export async function finishRequest(
	db: Kysely<DB>,
	request: JobRequest,
	now: Date,
	outcome: { readonly detail: Readonly<Record<string, unknown>> } | { readonly error: string }
): Promise<void> {
	await mine(db, request)
		.set(
			'error' in outcome
				? { state: 'failed', finished_at: now, error: outcome.error }
				: { state: 'done', finished_at: now, progress: 1, result: JSON.stringify(outcome.detail) }
		)
		.execute();
}

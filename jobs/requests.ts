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

/** A request whose worker ended so often while at it is what ends them. */
const attempts = 5;
/** Shown to who asked. */
const abandoned = `处理时后台进程 ${attempts} 次中断，不再重试 (given up: its worker ended ${attempts} times)`;

/**
 * Takes the oldest request that waits, or whose worker has died; of the jobs that this worker knows. One that has ended its worker again
 * and again has failed.
 */
export async function claimRequest(db: Kysely<DB>, jobs: readonly string[], worker: string, now: Date): Promise<JobRequest | null> {
	const leftBehind = sql<boolean>`state = 'running' and (lease_until <= ${now} or claimed_by = ${worker})`;
	await db
		.updateTable('job_request')
		.set({ state: 'failed', finished_at: now, error: abandoned })
		.where(leftBehind)
		.where('attempt', '>=', attempts)
		.execute();
	const { rows } = await sql<{ id: number; job: string; payload: Record<string, unknown>; requested_at: Date }>`
		update job_request set state = 'running', claimed_by = ${worker}, lease_until = ${new Date(now.getTime() + leaseMs)}, attempt = attempt + 1
		where id = (
			select id from job_request
			where (state = 'waiting' or (${leftBehind}))
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

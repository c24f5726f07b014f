import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { dueTimes } from './due.ts';
import type { Job } from './job.ts';

/** A run that this worker has taken: `attempt` tells it from an earlier one of the same due time. */
export type Claim = {
	readonly job: string;
	readonly dueAt: Date;
	readonly worker: string;
	readonly attempt: number;
};

/** Without a sign of life for this long a worker counts as dead. Several missed heartbeats, so that a pause is no death. */
export const leaseMs = 60_000;
export const heartbeatMs = 10_000;
/** A run that failed is tried again after 1, 4, 9, 16 minutes, and then not any more. */
const attempts = 5;
const retryMs = (attempt: number) => attempt * attempt * 60_000;
/** Guards the choice of a job's next run ("QSJR"); the second key is the job's name. */
const choiceLock = 0x51534a52;

/** The database's clock, the only one that all workers share. */
export async function databaseNow(db: Kysely<DB>): Promise<Date> {
	const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
	return rows[0]!.now;
}

/**
 * Takes the oldest run of the job that is due and that nobody has done or is doing, if there is one. Runs of one job never overlap.
 *
 * @param now by the database's clock, see {@link databaseNow}
 */
export async function claimRun(db: Kysely<DB>, job: Job, worker: string, now: Date): Promise<Claim | null> {
	if (job.schedule === null) return null;
	const due = dueTimes(job.schedule, now, job.catchUp.hours);
	if (due.length === 0) return null;
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${choiceLock}, hashtext(${job.name}))`.execute(trx);
		const wanted = await missedTimes(trx, job, due);
		if (wanted[0] === undefined) return null;
		await abandonHopeless(trx, job.name, wanted[0], now);
		const known = await trx
			.selectFrom('job_run')
			.select(['due_at', 'state', 'attempt', 'claimed_by', 'lease_until', 'finished_at'])
			.where('job', '=', job.name)
			.where((eb) => eb.or([eb('due_at', 'in', wanted), eb('state', '=', 'running')]))
			.execute();
		// A worker works on one scheduled run at a time: what bears its name is left over from a lost connection.
		if (known.some((run) => run.state === 'running' && run.lease_until > now && run.claimed_by !== worker)) return null;
		const dueAt = nextDue(wanted, known, now);
		return dueAt === null ? null : insertClaim(trx, job.name, dueAt, worker, now);
	});
}

/**
 * The due times that have to be made up for. A job that never ran has missed nothing: it begins with the latest one. What lies
 * before its first run (or, where one run covers all, before its last) was never missed: it comes up when a clock is set back.
 */
async function missedTimes(db: Kysely<DB>, job: Job, due: readonly Date[]): Promise<readonly Date[]> {
	const ran = await db
		.selectFrom('job_run')
		.select((eb) => [eb.fn.min('due_at').as('first'), eb.fn.max('due_at').as('last')])
		.where('job', '=', job.name)
		.executeTakeFirstOrThrow();
	const latest = due.slice(-1);
	if (ran.first === null) return latest;
	if (job.catchUp.missed === 'each') return due.filter((dueAt) => dueAt >= ran.first);
	return latest.filter((dueAt) => dueAt >= ran.last);
}

type KnownRun = {
	readonly due_at: Date;
	readonly state: string;
	readonly attempt: number;
	readonly finished_at: Date | null;
};

/** Which of the due times comes next; null when all are done, or when the one before has to be tried again first. */
function nextDue(wanted: readonly Date[], known: readonly KnownRun[], now: Date): Date | null {
	const runs = new Map(known.map((run) => [run.due_at.getTime(), run]));
	for (const dueAt of wanted) {
		const run = runs.get(dueAt.getTime());
		if (run === undefined || run.state === 'running') return dueAt;
		if (run.state === 'failed' && run.attempt < attempts) {
			return run.finished_at !== null && run.finished_at.getTime() + retryMs(run.attempt) <= now.getTime() ? dueAt : null;
		}
	}
	return null;
}

/** One statement is lock, de-duplication and take-over: who gets a row back has the run. */
async function insertClaim(db: Kysely<DB>, job: string, dueAt: Date, worker: string, now: Date): Promise<Claim | null> {
	const row = await db
		.insertInto('job_run')
		.values({
			job,
			due_at: dueAt,
			claimed_by: worker,
			claimed_at: now,
			lease_until: new Date(now.getTime() + leaseMs),
			state: 'running'
		})
		.onConflict((conflict) =>
			conflict
				.columns(['job', 'due_at'])
				.doUpdateSet((eb) => ({
					claimed_by: eb.ref('excluded.claimed_by'),
					claimed_at: eb.ref('excluded.claimed_at'),
					lease_until: eb.ref('excluded.lease_until'),
					attempt: eb('job_run.attempt', '+', 1),
					state: eb.ref('excluded.state'),
					error: null
				}))
				.where((eb) =>
					eb.or([
						eb('job_run.state', '=', 'failed'),
						eb('job_run.lease_until', '<=', now),
						eb('job_run.claimed_by', '=', worker)
					])
				)
				.where('job_run.state', '!=', 'done')
		)
		.returning('attempt')
		.executeTakeFirst();
	return row === undefined ? null : { job, dueAt, worker, attempt: row.attempt };
}

/** A run that ended its worker each time is not given to yet another one; one that later runs have replaced is let go. */
async function abandonHopeless(db: Kysely<DB>, job: string, oldestWanted: Date, now: Date): Promise<void> {
	await db
		.updateTable('job_run')
		.set({ state: 'failed', finished_at: now, error: 'abandoned: its worker ended' })
		.where('job', '=', job)
		.where('state', '=', 'running')
		.where('lease_until', '<=', now)
		.where((eb) => eb.or([eb('attempt', '>=', attempts), eb('due_at', '<', oldestWanted)]))
		.execute();
}

function mine(db: Kysely<DB>, claim: Claim) {
	return db
		.updateTable('job_run')
		.where('job', '=', claim.job)
		.where('due_at', '=', claim.dueAt)
		.where('claimed_by', '=', claim.worker)
		.where('attempt', '=', claim.attempt)
		.where('state', '=', 'running');
}

/** A sign of life. False: another worker has taken the run over, stop. */
export async function extendClaim(db: Kysely<DB>, claim: Claim, now: Date): Promise<boolean> {
	const result = await mine(db, claim).set({ lease_until: new Date(now.getTime() + leaseMs) }).executeTakeFirst();
	return result.numUpdatedRows === 1n;
}

/** Writes the end of a run down; nothing happens when it was taken over meanwhile. */
export async function finishRun(
	db: Kysely<DB>,
	claim: Claim,
	now: Date,
	outcome: { readonly detail: Readonly<Record<string, unknown>> } | { readonly error: string }
): Promise<void> {
	await mine(db, claim)
		.set(
			'error' in outcome
				? { state: 'failed', finished_at: now, error: outcome.error }
				: { state: 'done', finished_at: now, error: null, detail: JSON.stringify(outcome.detail) }
		)
		.execute();
}

/** Gives up what a worker that stops has not finished, so that the next one need not wait for the lease. Stopping is no failed attempt. */
export async function releaseClaims(db: Kysely<DB>, worker: string, now: Date): Promise<void> {
	const release = { lease_until: now };
	await db.updateTable('job_run').set(release).where('claimed_by', '=', worker).where('state', '=', 'running').execute();
	await db
		.updateTable('job_request')
		.set((eb) => ({ ...release, attempt: eb('attempt', '-', 1) }))
		.where('claimed_by', '=', worker)
		.where('state', '=', 'running')
		.execute();
}

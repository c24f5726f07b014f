import type { Kysely } from 'kysely';
import { isDatabaseDown } from '#db/errors.ts';
import type { DB } from '#db/types.ts';
import type { Job, JobContext } from './job.ts';
import { claimRun, extendClaim, finishRun, heartbeatMs } from './ledger.ts';
import { claimRequest, extendRequest, finishRequest } from './requests.ts';

/** What a worker's lanes share. */
export type Workshop = {
	readonly db: Kysely<DB>;
	readonly owner: () => Kysely<DB>;
	readonly worker: string;
	readonly jobs: readonly Job[];
	/** The database's clock; a test's own in tests. */
	readonly clock: (db: Kysely<DB>) => Promise<Date>;
	readonly dataDir: string;
	readonly signal: AbortSignal;
	readonly log: (message: string) => void;
	/** Default: every ten seconds. */
	readonly heartbeatMs?: number;
};

/** Somebody looks at how far a request is, and may call it off. */
const requestBeatMs = 1_000;

type Outcome = { readonly detail: Readonly<Record<string, unknown>> } | { readonly error: string };

/** Makes all scheduled runs that are due, one after the other. Returns how many. */
export async function runScheduled(shop: Workshop): Promise<number> {
	let runs = 0;
	for (const job of shop.jobs) {
		// Awaiting inside the loop: a worker makes one scheduled run at a time, so that they do not fight for the same rows.
		while (!shop.signal.aborted) {
			const claim = await claimRun(shop.db, job, shop.worker, await shop.clock(shop.db));
			if (claim === null) break;
			const alive = (now: Date) => extendClaim(shop.db, claim, now);
			const outcome = await work(shop, job, { dueAt: claim.dueAt, payload: null }, alive);
			if (outcome !== null) await finishRun(shop.db, claim, await shop.clock(shop.db), outcome);
			runs++;
		}
	}
	return runs;
}

/** Serves all requests that wait, oldest first. Returns how many. */
export async function runRequests(shop: Workshop): Promise<number> {
	let runs = 0;
	const names = shop.jobs.map((job) => job.name);
	while (!shop.signal.aborted) {
		const request = await claimRequest(shop.db, names, shop.worker, await shop.clock(shop.db));
		if (request === null) break;
		const job = shop.jobs.find((candidate) => candidate.name === request.job)!;
		const alive = (now: Date, progress: number | null) => extendRequest(shop.db, request, now, progress);
		const outcome = await work(shop, job, { dueAt: request.requestedAt, payload: request.payload }, alive, requestBeatMs);
		if (outcome !== null) await finishRequest(shop.db, request, await shop.clock(shop.db), outcome);
		runs++;
	}
	return runs;
}

/** Runs a job under its claim. Null: the claim was lost or the worker stops, so its end is not ours to write down. */
async function work(
	shop: Workshop,
	job: Job,
	run: Pick<JobContext, 'dueAt' | 'payload'>,
	alive: (now: Date, progress: number | null) => Promise<boolean>,
	beatMs = heartbeatMs
): Promise<Outcome | null> {
	const lost = new AbortController();
	const signal = AbortSignal.any([shop.signal, lost.signal]);
	let progress: number | null = null;
	const beat = setInterval(() => {
		// A heartbeat that fails says nothing: the lease outlasts several of them.
		const extended = shop.clock(shop.db).then((now) => alive(now, progress));
		void extended.then((ours) => ours || lost.abort(new Error('another worker has taken over'))).catch(() => undefined);
	}, shop.heartbeatMs ?? beatMs);
	const started = performance.now();
	try {
		const detail = await job.run({
			...run,
			db: shop.db,
			owner: shop.owner,
			dataDir: shop.dataDir,
			signal,
			progress: (fraction) => (progress = fraction),
			log: (message) => shop.log(`${job.name}: ${message}`)
		});
		if (signal.aborted) return null;
		shop.log(`${job.name}: done in ${Math.round(performance.now() - started)} ms`);
		return { detail: detail ?? {} };
	} catch (error) {
		// The database went away under it: nothing can be written down now, and the run is made again when it is back.
		if (isDatabaseDown(error)) throw error;
		if (signal.aborted) return null;
		shop.log(`${job.name}: failed, ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
		return { error: error instanceof Error ? error.message : String(error) };
	} finally {
		clearInterval(beat);
	}
}

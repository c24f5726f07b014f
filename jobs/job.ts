import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Schedule } from './due.ts';

/** What a run is given. */
export type JobContext = {
	/** As the application role. */
	readonly db: Kysely<DB>;
	/** Opens the database as the schema's owner, for the few jobs that make tables; closed by the worker. */
	readonly owner: () => Kysely<DB>;
	readonly dataDir: string;
	/** When the run was due; for a request, when it was made. By the database's clock, never in the future. */
	readonly dueAt: Date;
	/** What the request asks for; null for a scheduled run. */
	readonly payload: Readonly<Record<string, unknown>> | null;
	/** Aborted when the worker stops or has lost the claim: end soon; the run will be taken up again. */
	readonly signal: AbortSignal;
	/** How far a request is, 0 to 1. */
	readonly progress: (fraction: number) => void;
	readonly log: (message: string) => void;
};

/** A file `jobs/<name>.ts` exports one, and `jobs/schedule.ts` lists it. */
export type Job = {
	readonly name: string;
	/** Null: on request only. */
	readonly schedule: Schedule | null;
	readonly catchUp: {
		/** What was due longer ago than this is let go. */
		readonly hours: number;
		/** `each`: every missed run is made up for, oldest first (a run for each evening). `latest`: one run covers all. */
		readonly missed: 'each' | 'latest';
	};
	/** Runs beside the other scheduled runs: it waits for other servers, and nobody should wait for it, nor it for the evening's run. */
	readonly apart?: true;
	/**
	 * Does the work; what it returns is kept as the run's detail. Must be safe to repeat: a run whose worker died, or whose
	 * database was away at the end, is made again. Throwing is failing.
	 */
	readonly run: (context: JobContext) => Promise<Readonly<Record<string, unknown>> | void>;
};

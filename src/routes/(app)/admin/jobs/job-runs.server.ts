import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

const shown = 100;
/** Longest error text shown; the first line says what happened, the rest is for the log. */
const errorLength = 200;

export type JobRun = {
	readonly job: string;
	readonly due_at: Date;
	readonly started_at: Date;
	readonly finished_at: Date | null;
	readonly attempt: number;
	/** `abandoned`: its lease ran out while it was running. */
	readonly state: 'running' | 'done' | 'failed' | 'abandoned';
	/** Numbers of the run's detail only: how many, never which. */
	readonly counts: Readonly<Record<string, number>>;
	readonly error: string | null;
};

type JobRunRow = Omit<JobRun, 'counts'> & { readonly detail: unknown };

const columns = sql`
	job, due_at, claimed_at as started_at, finished_at, attempt, detail, left(split_part(error, E'\n', 1), ${errorLength}) as error,
	case when state = 'running' and lease_until < now() then 'abandoned' else state end as state
`;

/** The latest run of each job, with its failures of the last seven days. */
export async function latestRuns(db: Kysely<DB>): Promise<(JobRun & { readonly failures: number })[]> {
	const { rows } = await sql<JobRunRow & { failures: number }>`
		select l.*, coalesce(f.failures, 0)::int as failures
		from (select distinct on (job) ${columns} from job_run order by job, due_at desc) l
		left join (
			select job, count(*) as failures from job_run where state = 'failed' and due_at > now() - interval '7 days' group by job
		) f on f.job = l.job
		order by l.job
	`.execute(db);
	return rows.map(({ failures, ...row }) => ({ ...runOf(row), failures }));
}

/** Runs newest first, of one job or all. */
export async function listRuns(db: Kysely<DB>, filter: { readonly job: string; readonly state: string }): Promise<JobRun[]> {
	const { rows } = await sql<JobRunRow>`
		select * from (select ${columns} from job_run where ${filter.job} in ('', job)) r
		where ${filter.state} in ('', state)
		order by due_at desc, job limit ${shown}
	`.execute(db);
	return rows.map(runOf);
}

function runOf({ detail, ...row }: JobRunRow): JobRun {
	const entries = typeof detail === 'object' && detail !== null ? Object.entries(detail) : [];
	return { ...row, counts: Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number')) };
}

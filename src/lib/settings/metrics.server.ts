import { sql, type Kysely } from 'kysely';
import { isDatabaseDown } from '#db/errors.ts';
import type { DB } from '#db/types.ts';
import type { Metric } from './metrics.ts';

/** What an operator watches: the process, the database, the jobs. Numbers of work only, nothing about any enterprise. */
export async function readMetrics(db: Kysely<DB>): Promise<Metric[]> {
	const memory = process.memoryUsage();
	const own: Metric[] = [
		{ name: 'process_resident_memory_bytes', help: 'Memory of the web process.', kind: 'gauge', samples: [{ value: memory.rss }] },
		{ name: 'process_heap_bytes', help: 'JavaScript heap in use.', kind: 'gauge', samples: [{ value: memory.heapUsed }] },
		{ name: 'process_uptime_seconds', help: 'Since the web process started.', kind: 'gauge', samples: [{ value: Math.round(process.uptime()) }] }
	];
	const fromDatabase = await databaseMetrics(db).catch((error: unknown) => {
		if (isDatabaseDown(error)) return null;
		throw error;
	});
	const up: Metric = {
		name: 'qianshao_database_up',
		help: 'Whether the database answers.',
		kind: 'gauge',
		samples: [{ value: fromDatabase === null ? 0 : 1 }]
	};
	return [...own, up, ...(fromDatabase ?? [])];
}

async function databaseMetrics(db: Kysely<DB>): Promise<Metric[]> {
	const [size, runs, requests, sessions] = await Promise.all([
		sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db),
		sql<{ job: string; last: Date; failed: number }>`
			select job, max(finished_at) filter (where state = 'done') as last,
				count(*) filter (where state = 'failed' and due_at > clock_timestamp() - interval '1 day') as failed
			from job_run where due_at > clock_timestamp() - interval '40 days' group by job order by job
		`.execute(db),
		sql<{ state: string; n: number }>`
			select state, count(*) as n from job_request where state in ('waiting', 'running') group by state order by state
		`.execute(db),
		sql<{ n: number }>`select count(*) as n from app_session where expires_at > clock_timestamp()`.execute(db)
	]);
	return [
		{ name: 'qianshao_database_bytes', help: 'Size of the database.', kind: 'gauge', samples: [{ value: size.rows[0]!.bytes }] },
		{
			name: 'qianshao_job_last_success_timestamp_seconds',
			help: 'When a run of the job last ended well.',
			kind: 'gauge',
			samples: runs.rows.filter((row) => row.last !== null).map((row) => ({ labels: { job: row.job }, value: row.last.getTime() / 1000 }))
		},
		{
			name: 'qianshao_job_runs_failed',
			help: 'Runs due within a day that have failed.',
			kind: 'gauge',
			samples: runs.rows.map((row) => ({ labels: { job: row.job }, value: row.failed }))
		},
		{
			name: 'qianshao_job_requests',
			help: 'Requests that wait or are worked on.',
			kind: 'gauge',
			samples: requests.rows.map((row) => ({ labels: { state: row.state }, value: row.n }))
		},
		{ name: 'qianshao_sessions', help: 'Sessions that have not ended.', kind: 'gauge', samples: [{ value: sessions.rows[0]!.n }] }
	];
}

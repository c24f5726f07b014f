import { sql, type Kysely } from 'kysely';
import { poolOf } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import { dayOf } from '#lib/calendar/days.ts';
import type { DiskState } from './disk.ts';
import type { Metric } from './metrics.ts';
import { partitionState } from './partitions.server.ts';

/** The runs of each job: the last that ended well, how long it took, what failed since. */
export async function jobMetrics(db: Kysely<DB>): Promise<Metric[]> {
	const [runs, requests] = await Promise.all([
		sql<{ job: string; last: Date | null; seconds: number | null; failed: number }>`
			select r.job, l.finished_at as last, extract(epoch from l.finished_at - l.claimed_at)::float8 as seconds, r.failed
			from (
				select job, count(*) filter (where state = 'failed' and due_at > clock_timestamp() - interval '1 day') as failed
				from job_run where due_at > clock_timestamp() - interval '40 days' group by job
			) r
			left join lateral (select finished_at, claimed_at from job_run where job = r.job and state = 'done' order by due_at desc limit 1) l on true
			order by r.job
		`.execute(db),
		sql<{ job: string; state: string; n: number; oldest: number }>`
			select job, state, count(*) as n, extract(epoch from clock_timestamp() - min(requested_at))::float8 as oldest
			from job_request where state in ('waiting', 'running') group by job, state order by job, state
		`.execute(db)
	]);
	const ended = runs.rows.flatMap(({ job, last, seconds }) => (last === null ? [] : [{ job, last, seconds: seconds ?? 0 }]));
	return [
		{
			name: 'qianshao_job_last_success_timestamp_seconds', help: 'When a run of the job last ended well.', kind: 'gauge',
			samples: ended.map(({ job, last }) => ({ labels: { job }, value: last.getTime() / 1_000 }))
		},
		{
			name: 'qianshao_job_last_duration_seconds', help: 'How long that run took.', kind: 'gauge',
			samples: ended.map(({ job, seconds }) => ({ labels: { job }, value: seconds }))
		},
		{
			name: 'qianshao_job_runs_failed', help: 'Runs due within a day that have failed.', kind: 'gauge',
			samples: runs.rows.map(({ job, failed }) => ({ labels: { job }, value: failed }))
		},
		{
			name: 'qianshao_job_requests', help: 'Requests that wait or are worked on.', kind: 'gauge',
			samples: requests.rows.map(({ job, state, n }) => ({ labels: { job, state }, value: n }))
		},
		{
			name: 'qianshao_job_request_oldest_seconds', help: 'Age of the oldest of them.', kind: 'gauge',
			samples: requests.rows.map(({ job, state, oldest }) => ({ labels: { job, state }, value: Math.round(oldest) }))
		}
	];
}

/** How far what leaves has come, and its takers. */
export async function outwardMetrics(db: Kysely<DB>): Promise<Metric[]> {
	const [heads, takers] = await Promise.all([
		db.selectFrom('outward_mark').select(['dataset', 'head']).orderBy('dataset').execute(),
		db
			.selectFrom('outward_taker as t')
			.innerJoin('api_token as a', 'a.id', 't.token_id')
			.select(['t.dataset', 'a.name as taker', 't.position'])
			.where('a.revoked_at', 'is', null)
			.orderBy('t.dataset')
			.orderBy('a.name')
			.execute()
	]);
	return [
		{
			name: 'qianshao_outward_head', help: 'The last number of each dataset that leaves.', kind: 'gauge',
			samples: heads.map(({ dataset, head }) => ({ labels: { dataset }, value: head }))
		},
		{
			name: 'qianshao_outward_taker_position', help: 'Up to which number each taker has it.', kind: 'gauge',
			samples: takers.map(({ dataset, taker, position }) => ({ labels: { dataset, taker }, value: position }))
		}
	];
}

/** Parts of the event table made ahead. */
export async function partitionMetrics(db: Kysely<DB>): Promise<Metric[]> {
	const { monthsAhead, defaultRows } = await partitionState(db, dayOf(await databaseClock(db)()));
	return [
		{ name: 'qianshao_partition_months_ahead', help: 'Months to come, without a gap, whose events have a part of their own.', kind: 'gauge', samples: [{ value: monthsAhead }] },
		{ name: 'qianshao_partition_default_rows', help: 'Events of months without a part of their own, counted up to 100000.', kind: 'gauge', samples: [{ value: defaultRows }] }
	];
}

/** This process's connections. */
export function poolMetrics(db: Kysely<DB>): Metric[] {
	const { totalCount, idleCount, waitingCount, options } = poolOf(db);
	return [
		{
			name: 'qianshao_database_pool_connections', help: 'Connections of the web process by state.', kind: 'gauge',
			samples: [{ labels: { state: 'used' }, value: totalCount - idleCount }, { labels: { state: 'idle' }, value: idleCount }]
		},
		{ name: 'qianshao_database_pool_connections_max', help: 'Connections that it may open.', kind: 'gauge', samples: [{ value: options.max }] },
		{ name: 'qianshao_database_pool_waiting', help: 'Requests that wait for a connection.', kind: 'gauge', samples: [{ value: waitingCount }] }
	];
}

/** Room for data, and whether intake has stopped for want of it. */
export function diskMetrics(disk: DiskState): Metric[] {
	const known = (value: number) => (disk.level === 'unknown' ? [] : [{ value }]);
	return [
		{ name: 'qianshao_disk_free_bytes', help: 'Free on the fuller file system of data folder and embedded database.', kind: 'gauge', samples: known(disk.free) },
		{ name: 'qianshao_disk_total_bytes', help: 'Size of that file system.', kind: 'gauge', samples: known(disk.total) },
		{ name: 'qianshao_disk_stop_below_bytes', help: 'With less than this free nothing is taken in.', kind: 'gauge', samples: [{ value: disk.stopBelow }] },
		{ name: 'qianshao_intake_stopped', help: 'Whether nothing is taken in because the disk is nearly full.', kind: 'gauge', samples: [{ value: disk.level === 'full' ? 1 : 0 }] }
	];
}

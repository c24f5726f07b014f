import { sql, type Kysely } from 'kysely';
import { isDatabaseDown } from '#db/errors.ts';
import type { DB } from '#db/types.ts';
import { pushQueueState } from '#lib/intake/push/push.server.ts';
import { diskState } from './disk.ts';
import { intakeMetrics } from './metrics-intake.server.ts';
import { diskMetrics, jobMetrics, outwardMetrics, partitionMetrics, poolMetrics } from './metrics-keeping.server.ts';
import type { Metric } from './metrics.ts';

/** What an operator watches: the process, disk, database, jobs, intake. Numbers of work only, nothing about any enterprise. */
export async function readMetrics(db: Kysely<DB>, disk: typeof diskState = diskState): Promise<Metric[]> {
	const own = [...processMetrics(), ...poolMetrics(db), ...pushMetrics(), ...diskMetrics(await disk())];
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

function processMetrics(): Metric[] {
	const memory = process.memoryUsage();
	return [
		{ name: 'process_resident_memory_bytes', help: 'Memory of the web process.', kind: 'gauge', samples: [{ value: memory.rss }] },
		{ name: 'process_heap_bytes', help: 'JavaScript heap in use.', kind: 'gauge', samples: [{ value: memory.heapUsed }] },
		{ name: 'process_uptime_seconds', help: 'Since the web process started.', kind: 'gauge', samples: [{ value: Math.round(process.uptime()) }] }
	];
}

function pushMetrics(): Metric[] {
	const { waiting, running, spoolBytes } = pushQueueState();
	return [
		{
			name: 'qianshao_push_batches', help: 'Pushed batches in this process, by state.', kind: 'gauge',
			samples: [{ labels: { state: 'waiting' }, value: waiting }, { labels: { state: 'running' }, value: running }]
		},
		{ name: 'qianshao_push_spool_bytes', help: 'Bytes of pushed batches on disk.', kind: 'gauge', samples: [{ value: spoolBytes }] }
	];
}

async function databaseMetrics(db: Kysely<DB>): Promise<Metric[]> {
	const size = await sql<{ bytes: number; sessions: number }>`
		select pg_database_size(current_database()) as bytes, (select count(*) from app_session where expires_at > clock_timestamp()) as sessions
	`.execute(db);
	const { bytes, sessions } = size.rows[0]!;
	// One after the other: a look at the figures should not take the pool's connections from those who work.
	return [
		{ name: 'qianshao_database_bytes', help: 'Size of the database.', kind: 'gauge', samples: [{ value: bytes }] },
		{ name: 'qianshao_sessions', help: 'Sessions that have not ended.', kind: 'gauge', samples: [{ value: sessions }] },
		...(await jobMetrics(db)),
		...(await intakeMetrics(db)),
		...(await outwardMetrics(db)),
		...(await partitionMetrics(db))
	];
}

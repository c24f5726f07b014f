import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Metric } from './metrics.ts';

/** How far behind each source is, and what came of what it sent. Sources and kinds are tens; regions and batches are no labels. */
export async function intakeMetrics(db: Kysely<DB>): Promise<Metric[]> {
	const [sources, states, batches, rejects, notes] = await Promise.all([
		sql<{ source: string; kind: string; lag: number; received: Date }>`
			select s.name as source, w.kind, extract(epoch from clock_timestamp() - (min(w.complete_up_to) + 1)::timestamptz)::float8 as lag, max(w.last_received_at) as received
			from watermark w join source s on s.id = w.source_id where s.state = 'active' group by s.name, w.kind order by s.name, w.kind
		`.execute(db),
		sql<{ state: string; n: number }>`select state, count(*) as n from watermark group by state order by state`.execute(db),
		sql<{ state: string; n: number; accepted: number; duplicates: number; versions: number; rejected: number }>`
			select state, count(*) as n, sum(accepted)::int8 as accepted, sum(duplicates)::int8 as duplicates, sum(versions)::int8 as versions, sum(rejected)::int8 as rejected
			from intake_batch group by state order by state
		`.execute(db),
		sql<{ source: string; n: number }>`
			select s.name as source, count(*) as n from intake_reject r join intake_batch b on b.id = r.batch_id join source s on s.id = b.source_id
			where r.state = 'open' group by s.name order by s.name
		`.execute(db),
		sql<{ n: number }>`select count(*) as n from count_touched`.execute(db)
	]);
	const total = (pick: (row: (typeof batches.rows)[number]) => number) => batches.rows.reduce((sum, row) => sum + pick(row), 0);
	return [
		{
			name: 'qianshao_source_lag_seconds', help: 'Since the end of the last day up to which a source is complete, in the region that is furthest behind.', kind: 'gauge',
			samples: sources.rows.map(({ source, kind, lag }) => ({ labels: { source, kind }, value: Math.round(lag) }))
		},
		{
			name: 'qianshao_source_last_received_timestamp_seconds', help: 'When a source last delivered rows of a kind.', kind: 'gauge',
			samples: sources.rows.map(({ source, kind, received }) => ({ labels: { source, kind }, value: received.getTime() / 1_000 }))
		},
		{
			name: 'qianshao_source_regions', help: 'Sources by kind and region, by state of delivery.', kind: 'gauge',
			samples: states.rows.map(({ state, n }) => ({ labels: { state }, value: n }))
		},
		{
			name: 'qianshao_intake_batches_total', help: 'Batches by what became of them.', kind: 'counter',
			samples: batches.rows.map(({ state, n }) => ({ labels: { state }, value: n }))
		},
		{
			name: 'qianshao_intake_rows_total', help: 'Rows of all batches by result; versions are accepted rows that correct.', kind: 'counter',
			samples: [
				{ labels: { result: 'accepted' }, value: total((row) => row.accepted) },
				{ labels: { result: 'duplicate' }, value: total((row) => row.duplicates) },
				{ labels: { result: 'version' }, value: total((row) => row.versions) },
				{ labels: { result: 'rejected' }, value: total((row) => row.rejected) }
			]
		},
		{
			name: 'qianshao_intake_rejects_open', help: 'Refused rows that nobody has mended or dropped yet.', kind: 'gauge',
			samples: rejects.rows.map(({ source, n }) => ({ labels: { source }, value: n }))
		},
		{ name: 'qianshao_count_notes_waiting', help: 'Notes of touched days that are not counted yet.', kind: 'gauge', samples: [{ value: notes.rows[0]!.n }] }
	];
}

import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { readMetrics } from '#lib/settings/metrics.server.ts';
import { prometheusText, type Metric } from '#lib/settings/metrics.ts';
import { monthsAhead } from '#lib/settings/partitions.server.ts';
import { testDatabase } from '../support/database.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';

const disk = async (level: 'ok' | 'full' | 'unknown') => ({ level, path: '/data', free: 5, total: 9, stopBelow: 3, tellBelow: 4 });
const value = (metrics: readonly Metric[], name: string, labels: Record<string, string> = {}) =>
	metrics.find((metric) => metric.name === name)?.samples.find((sample) => Object.entries(labels).every(([label, text]) => sample.labels?.[label] === text))?.value;

test('says how far sources are behind, what came in, what was refused and what waits', async () => {
	await using database = await referenceDatabase();
	const { owner, db } = database;
	await owner.insertInto('department').values({ id: 'city', name: '常州市局', region_code: '320400' }).execute();
	const header = '统一社会信用代码,企业名称,登记日期,区划代码\n';
	await imported(db, 'registrations', `${header}${usccOf(1)},甲,2026-05-03,320412\n${usccOf(2)},乙,2026-05-03,320412\n错码,丙,2026-05-03,320412\n`, { source: '登记系统' });
	await owner.insertInto('job_request').values({ job: 'import-upload' }).execute();
	await sql`
		insert into job_run (job, due_at, claimed_by, claimed_at, lease_until, state, finished_at) values
		('prune', now() - interval '1 hour', 'w', '2026-05-01 00:00+08', now(), 'done', '2026-05-01 00:00:12.5+08'),
		('prune', now(), 'w', now(), now(), 'failed', now())
	`.execute(owner);
	const metrics = await readMetrics(db, () => disk('full'));
	expect(value(metrics, 'qianshao_source_lag_seconds', { source: '登记系统', kind: 'registration' })).toBeGreaterThan(86_400);
	expect(value(metrics, 'qianshao_source_last_received_timestamp_seconds', { source: '登记系统' })).toBeGreaterThan(1_700_000_000);
	expect(value(metrics, 'qianshao_intake_rows_total', { result: 'accepted' })).toBe(2);
	expect(value(metrics, 'qianshao_intake_rows_total', { result: 'rejected' })).toBe(1);
	expect(value(metrics, 'qianshao_intake_batches_total', { state: 'done' })).toBe(1);
	expect(value(metrics, 'qianshao_intake_rejects_open', { source: '登记系统' })).toBe(1);
	expect(value(metrics, 'qianshao_job_requests', { job: 'import-upload', state: 'waiting' })).toBe(1);
	expect(value(metrics, 'qianshao_job_last_duration_seconds', { job: 'prune' })).toBe(12.5);
	expect(value(metrics, 'qianshao_job_runs_failed', { job: 'prune' })).toBe(1);
	expect(value(metrics, 'qianshao_intake_stopped')).toBe(1);
	expect(value(metrics, 'qianshao_disk_free_bytes')).toBe(5);
	expect(value(metrics, 'qianshao_database_pool_connections', { state: 'used' })).toBeGreaterThanOrEqual(0);
	expect(value(metrics, 'qianshao_partition_months_ahead')).toBeGreaterThan(0);
	expect(value(metrics, 'qianshao_partition_default_rows')).toBe(0);
	// Nothing of any enterprise.
	expect(prometheusText(metrics)).not.toMatch(new RegExp(`${usccOf(1)}|甲|错码`));
});

test('every name ends with its unit or is a plain number, once, with help', async () => {
	await using database = await testDatabase();
	const metrics = await readMetrics(database.db, () => disk('unknown'));
	expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
	for (const { name, help, kind } of metrics) {
		expect(name).toMatch(/^(qianshao|process)_[a-z_]+$/);
		expect(help).toMatch(/\.$/);
		if (kind === 'counter') expect(name).toMatch(/_total$/);
	}
	expect(value(metrics, 'qianshao_disk_free_bytes')).toBeUndefined();
	expect(value(metrics, 'qianshao_intake_stopped')).toBe(0);
});

describe('months made ahead', () => {
	const parts = (...months: string[]) => months.map((month) => `event_${month.replace('-', '_')}`);
	const cases: readonly [what: string, names: string[], months: number][] = [
		['none', [], 0],
		['the present month only', parts('2026-11'), 0],
		['three', parts('2026-11', '2026-12', '2027-01', '2027-02'), 3],
		['a gap ends them', parts('2026-12', '2027-02', '2027-03'), 1],
		['the default part is no month', ['event_default', ...parts('2026-12')], 1]
	];
	test.each(cases)('%s', (_, names, months) => expect(monthsAhead(names, '2026-11-21')).toBe(months));
});

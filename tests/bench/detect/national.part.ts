import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BenchContext } from '../context.ts';

const file = new URL('./national-worker.ts', import.meta.url);
const workers = 2;
const kinds = 3;

type Made = { readonly events: number };
type Judged = { readonly series: number; readonly findings: number; readonly weekly: number; readonly daily: number; readonly weeklySeconds: number };

/**
 * A national evening: 3,000 counties × 97 divisions × 3 kinds, on two workers. Every kind learns its calendar (which evenings do once a
 * week), judges all cells and their parents over 1 to 21 days, and every cell with an event a week by the weekly detector as well.
 */
export async function run({ report, log }: BenchContext): Promise<void> {
	log('making counts of three kinds');
	const pool = Array.from({ length: workers }, (_, w) => {
		const seeds = Array.from({ length: kinds }, (_, k) => k + 1).filter((seed) => seed % workers === w);
		return new Worker(file, { workerData: { seeds } });
	});
	const made = await Promise.all(pool.map(async (worker) => ((await once(worker, 'message')) as [Made])[0]));
	const begun = performance.now();
	const answers = pool.map((worker) => once(worker, 'message') as Promise<[readonly Judged[]]>);
	for (const worker of pool) worker.postMessage('go');
	const judged = (await Promise.all(answers)).flatMap(([kinds]) => kinds);
	const seconds = (performance.now() - begun) / 1000;
	await Promise.all(pool.map((worker) => worker.terminate()));
	const sum = (of: (kind: Judged) => number) => judged.reduce((total, kind) => total + of(kind), 0);
	report('national evening: events', made.reduce((total, { events }) => total + events, 0), 'events');
	report('national evening: series judged by day', sum((kind) => kind.series), 'series');
	report('national evening: series judged by week', sum((kind) => kind.weekly), 'series');
	report('national evening: findings', sum((kind) => kind.findings), 'findings');
	report('national evening: core time of days', sum((kind) => kind.daily), 's');
	report('national evening: core time of weeks', sum((kind) => kind.weeklySeconds), 's');
	report('national evening, 2 cores', seconds, 's');
	report('national evening: peak memory', process.resourceUsage().maxRSS / 1024, 'MB');
}

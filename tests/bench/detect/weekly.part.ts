import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { methods, type Method } from '#lib/detection/weekly/method-options.ts';
import type { BenchContext } from '../context.ts';

const file = new URL('./weekly-worker.ts', import.meta.url);

/** Weeks judged per second, by method, on one core and on all: the last 49 of 624 weeks of simulated series. */
export async function run({ report, log }: BenchContext): Promise<void> {
	for (const method of methods) {
		for (const cores of [...new Set([1, availableParallelism()])]) {
			log(`${method} on ${cores}`);
			const { weeks, seconds, core } = await measure(method, cores);
			const on = cores === 1 ? 'one core' : `${cores} cores`;
			report(`${method}, ${on}`, weeks / seconds, 'series-weeks/s');
			report(`${method}, ${on}`, (1000 * core) / weeks, 'ms of a core per series-week');
		}
	}
}

/** Every worker makes its series and judges some of them first; the clock runs from then on. */
async function measure(method: Method, cores: number): Promise<{ readonly weeks: number; readonly seconds: number; readonly core: number }> {
	const workers = Array.from({ length: cores }, (_, i) => new Worker(file, { workerData: { method, seed: i + 1 } }));
	await Promise.all(workers.map((worker) => once(worker, 'message')));
	const begun = performance.now();
	const done = workers.map((worker) => once(worker, 'message'));
	for (const worker of workers) worker.postMessage('go');
	const counts = (await Promise.all(done)).map(([said]) => said as { readonly weeks: number; readonly core: number });
	const seconds = (performance.now() - begun) / 1000;
	await Promise.all(workers.map((worker) => worker.terminate()));
	return { weeks: counts.reduce((sum, { weeks }) => sum + weeks, 0), seconds, core: counts.reduce((sum, { core }) => sum + core, 0) };
}

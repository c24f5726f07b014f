import { parentPort, workerData } from 'node:worker_threads';
import { judgeOf } from '#lib/detection/weekly/judges.ts';
import { chooseMethod, type Method } from '#lib/detection/weekly/method-options.ts';
import { coreSeconds } from './core-seconds.ts';
import { currentSizes, firstTested, pastSizes, scenarios, simulate, weeks } from '../quality/outbreaks.ts';

const { method, seed } = workerData as { readonly method: Method; readonly seed: number };
const choice = chooseMethod(method, {}, 52);
if (!choice.ok) throw new Error(choice.reason);
const { chosen } = choice;

/** EARS is so fast that its series are judged many times over. */
const rounds = method.startsWith('ears') ? 40 : 1;
const series = scenarios.flatMap((scenario, i) =>
	pastSizes.map((past, j) => [...simulate(scenario, past, currentSizes[(i + j) % currentSizes.length]!, seed * 1000 + i * 8 + j).counts])
);

function judge(all: readonly (readonly number[])[]): number {
	let judged = 0;
	for (const counts of all) {
		const judgeWeek = judgeOf(chosen, { name: '', first: 1, dated: false, counts, population: null }, 'week');
		for (let week = firstTested; week < weeks; week++) if (judgeWeek(week) !== 'outside') judged++;
	}
	return judged;
}

judge(series);
parentPort!.once('message', () => {
	const begun = coreSeconds();
	let judged = 0;
	for (let round = 0; round < rounds; round++) judged += judge(series);
	parentPort!.postMessage({ weeks: judged, core: coreSeconds() - begun });
});
parentPort!.postMessage('ready');

import { autoOf } from '#lib/detection/weekly/auto.ts';
import { farringtonOf } from '#lib/detection/weekly/farrington.ts';
import { farringtonDefaults } from '#lib/detection/weekly/options.ts';
import { everyPeriods } from '#lib/detection/weekly/reference-weeks.ts';
import { quasiPoissonLaw } from '#lib/detection/weekly/threshold.ts';
import { probabilityOf, upperTail } from '#lib/detection/tails.ts';
import type { BenchContext } from '../context.ts';
import { currentSizes, pastSizes, scenarios, simulate, type SimulatedSeries } from './outbreaks.ts';
import { otherShapes, simulateShape } from './other-shapes.ts';
import { asGiven, atRate, scoreOf, verdictsOf, type Verdicts } from './weekly-score.ts';

const alpha = 0.01;
/** Seeds that nothing was tuned on. */
const seeds = [11, 12, 13, 14, 15];

/** Cases a week of the other shapes. */
const levels = [2, 8, 40] as const;

type Judge = (week: number) => { readonly alarm: boolean; readonly p: number };

const methods: Readonly<Record<string, (series: SimulatedSeries) => Judge>> = {
	reference: (series) => {
		const judge = farringtonOf(series.counts, null, everyPeriods(52), farringtonDefaults);
		return (week) => {
			const said = judge(week);
			return typeof said === 'string' ? { alarm: false, p: 1 } : said;
		};
	},
	/** Knows expectation and dispersion, looks at one week. */
	oracle: ({ counts, mean, phi }) => (week) => {
		const law = quasiPoissonLaw(mean[week]!, phi);
		const p = upperTail(counts[week]! + 1, law) + probabilityOf(counts[week]!, law) / 2;
		return { alarm: p < alpha, p };
	},
	auto: ({ counts }) => {
		const judge = autoOf({ counts, exposure: null, seasonality: { year: 52, harmonics: 2, weekday: null }, alpha });
		return (week) => judge(week)!;
	}
};

/** Probability of detection and false alarms over the 42 scenarios, past and current outbreak sizes crossed; then on series made otherwise. */
export async function run(context: BenchContext): Promise<void> {
	for (const [name, method] of Object.entries(methods)) {
		const everything: Verdicts[] = [];
		for (const seed of seeds) {
			context.log(`${name}, seed ${seed}`);
			const all = judged(method, seed);
			everything.push(...all);
			context.report(`${name} seed ${seed}: detected at 1 % false alarms`, scoreOf(all, atRate(all, alpha)).detected, 'share');
		}
		const nominal = scoreOf(everything, asGiven);
		const ranked = scoreOf(everything, atRate(everything, alpha));
		context.report(`${name}: detected at 1 % false alarms`, ranked.detected, 'share');
		context.report(`${name}: detected, nominal alpha`, nominal.detected, 'share');
		context.report(`${name}: false alarms, nominal alpha`, nominal.falseAlarms, 'share');
		context.report(`${name}: false alarms of the worst scenario, nominal alpha`, nominal.worst, 'share');
		for (const size of pastSizes) {
			const some = everything.filter(({ pastSize }) => pastSize === size);
			context.report(`${name}: detected after past outbreaks of k = ${size}, nominal alpha`, scoreOf(some, asGiven).detected, 'share');
			context.report(`${name}: detected after past outbreaks of k = ${size}, 1 % false alarms`, scoreOf(some, atRate(some, alpha)).detected, 'share');
		}
		for (const shape of otherShapes) {
			context.log(`${name}, ${shape}`);
			const all = levels.flatMap((level) =>
				currentSizes.flatMap((size) =>
					seeds.map((seed) => {
						const series = simulateShape(shape, level, size, (seed * 64 + level) * 16 + size);
						return verdictsOf(0, 5, series, method(series));
					})
				)
			);
			context.report(`${name}, ${shape}: detected, nominal alpha`, scoreOf(all, asGiven).detected, 'share');
			context.report(`${name}, ${shape}: false alarms, nominal alpha`, scoreOf(all, asGiven).falseAlarms, 'share');
			context.report(`${name}, ${shape}: detected at 1 % false alarms`, scoreOf(all, atRate(all, alpha)).detected, 'share');
		}
	}
}

function judged(method: (series: SimulatedSeries) => Judge, seed: number): Verdicts[] {
	const all: Verdicts[] = [];
	scenarios.forEach((scenario, index) => {
		for (const pastSize of pastSizes) {
			for (const currentSize of currentSizes) {
				const series = simulate(scenario, pastSize, currentSize, ((seed * 64 + index) * 16 + pastSize) * 16 + currentSize);
				all.push(verdictsOf(index, pastSize, series, method(series)));
			}
		}
	});
	return all;
}

import { addMonths, monthsBetween } from '#lib/calendar/days.ts';
import { fewest } from './moves.ts';

/** What is held against an enterprise by a public record; the first of any of them is its first record. */
export const recordKinds = ['abnormal-list', 'serious-violation', 'penalty'] as const;

/** First steps in a life that are counted; see the table `cohort_step`. */
export const steps = ['founded', 'ended', 'undated', 'bad', 'record', 'class-d'] as const;
export type Step = (typeof steps)[number];

/** What a cell of the triangle shows. */
export const cohortMeasures = ['alive', 'ended', 'bad', 'record', 'class-d'] as const;
export type CohortMeasure = (typeof cohortMeasures)[number];

/** Ages in months that are shown: at the end of the n-th month after the one of establishment. */
export const ages = [1, 3, 6, 12, 24, 36] as const;
export type Age = (typeof ages)[number];
export const oldest = 36;

export const groupings = ['quarter', 'month'] as const;
export type Grouping = (typeof groupings)[number];
const monthsIn = { quarter: 3, month: 1 } as const;

/** So many enterprises of a cohort (first day of its month) took a step for the first time in a month. */
export type StepCount = { readonly cohort: string; readonly step: Step; readonly month: string; readonly n: number };

export type CohortCell = {
	readonly age: Age;
	/** Null: not all of the cohort has reached this age yet, or what it shows was not known from its beginning. */
	readonly n: number | null;
	readonly share: number | null;
};

export type Cohort = {
	/** First days of its first and last month. */
	readonly from: string;
	readonly to: string;
	/** Enterprises, without those whose end has no date. */
	readonly founded: number;
	readonly undated: number;
	/** Too few to judge. */
	readonly few: boolean;
	readonly cells: readonly CohortCell[];
};

/** Which months can be shown. All first days of months; ages are full up to the end of `last`. */
export type Reach = { readonly first: string; readonly last: string };

/** Cohorts newest first. @param knownFrom the first cohort of which the measure is known; null: none. */
export function cohortTriangle(counts: readonly StepCount[], measure: CohortMeasure, grouping: Grouping, reach: Reach, knownFrom: string | null): readonly Cohort[] {
	const size = monthsIn[grouping];
	const byCohort = Map.groupBy(counts, (count) => count.cohort);
	const cohorts: Cohort[] = [];
	for (let from = firstStart(reach.first, grouping); addMonths(from, size - 1) <= reach.last; from = addMonths(from, size)) {
		const months = Array.from({ length: size }, (_, i) => addMonths(from, i));
		const to = months[size - 1]!;
		const own = months.flatMap((month) => byCohort.get(month) ?? []);
		const sum = (step: Step, within = Infinity) => own.reduce((total, one) => (one.step === step && monthsBetween(one.cohort, one.month) <= within ? total + one.n : total), 0);
		const founded = sum('founded');
		const isKnown = measure === 'alive' || measure === 'ended' || (knownFrom !== null && knownFrom <= from);
		const cells = ages.map((age): CohortCell => {
			if (!isKnown || founded === 0 || addMonths(to, age) > reach.last) return { age, n: null, share: null };
			const n = measure === 'alive' ? founded - sum('ended', age) : sum(measure, age);
			return { age, n, share: n / founded };
		});
		cohorts.push({ from, to, founded, undated: sum('undated'), few: founded < fewest, cells });
	}
	return cohorts.reverse();
}

/** The first quarter or month that begins no earlier. */
function firstStart(month: string, grouping: Grouping): string {
	const into = (Number(month.slice(5, 7)) - 1) % monthsIn[grouping];
	return into === 0 ? month : addMonths(month, monthsIn[grouping] - into);
}

/** One age of a survival curve. */
export type SurvivalPoint = {
	readonly age: number;
	/** Share alive, 0 to 1. */
	readonly share: number;
	/** Enterprises whose end in this month of age would have been seen. */
	readonly atRisk: number;
	readonly ended: number;
};

/**
 * The life table of all cohorts together (the product-limit estimate of Kaplan and Meier, 1958, by months of age): each age is judged by the
 * cohorts that have all reached it, so that young ones count as far as they go. Ends where fewer than thirty were left to judge by.
 */
export function survival(counts: readonly StepCount[], reach: Reach): readonly SurvivalPoint[] {
	const founded = new Map<string, number>();
	const endedAt = new Map<string, number>();
	for (const { cohort, step, month, n } of counts) {
		if (cohort < reach.first || cohort > reach.last) continue;
		if (step === 'founded') founded.set(cohort, (founded.get(cohort) ?? 0) + n);
		if (step === 'ended') endedAt.set(`${cohort} ${monthsBetween(cohort, month)}`, (endedAt.get(`${cohort} ${monthsBetween(cohort, month)}`) ?? 0) + n);
	}
	const left = new Map(founded);
	const points: SurvivalPoint[] = [];
	let share = 1;
	for (let age = 0; age <= oldest; age++) {
		let [atRisk, ended] = [0, 0];
		for (const cohort of founded.keys()) {
			if (addMonths(cohort, age) > reach.last) continue;
			const gone = endedAt.get(`${cohort} ${age}`) ?? 0;
			atRisk += left.get(cohort)!;
			ended += gone;
			left.set(cohort, left.get(cohort)! - gone);
		}
		if (atRisk < fewest) break;
		share *= 1 - ended / atRisk;
		points.push({ age, share, atRisk, ended });
	}
	return points;
}

/** The share of all cohorts together that took a step by an age, of those that have all reached it; null where too few have. */
export function shareBy(counts: readonly StepCount[], step: Exclude<Step, 'founded' | 'undated'>, age: number, reach: Reach): number | null {
	let [founded, taken] = [0, 0];
	for (const one of counts) {
		if (one.cohort < reach.first || addMonths(one.cohort, age) > reach.last) continue;
		if (one.step === 'founded') founded += one.n;
		if (one.step === step && monthsBetween(one.cohort, one.month) <= age) taken += one.n;
	}
	return founded < fewest ? null : taken / founded;
}

import type { CohortQuery } from './cohort-query.ts';
import { cohortTriangle, shareBy, survival, type Cohort, type Reach, type StepCount, type SurvivalPoint } from './cohorts.ts';
import type { CohortPart, CohortView } from './cohorts.server.ts';

/** The age in months at which parts are compared. */
const comparedAge = 12;

/** What all cohorts together came to by that age; null: too few, or not known. */
type Judged = { readonly founded: number; readonly ended: number | null; readonly bad: number | null };

/** Everything the page of cohorts shows; plain data. */
export type CohortFigures = Pick<CohortView, 'reach' | 'recordsFrom' | 'missingRecords' | 'classesFrom'> & {
	readonly age: typeof comparedAge;
	/** The first cohort of which the measure is known; null: of all, or of none. */
	readonly knownFrom: string | null;
	readonly whole: Judged;
	readonly cohorts: readonly Cohort[];
	readonly curve: readonly SurvivalPoint[];
	readonly parent: { readonly name: string | null; readonly curve: readonly SurvivalPoint[] } | null;
	readonly parts: readonly (Omit<CohortPart, 'counts'> & Judged)[];
};

/** @param reach the months that are shown, where they are not those of now: figures that were shown before. */
export function cohortFigures({ counts, parts, parent, ...view }: CohortView, query: CohortQuery, reach: Reach | null = view.reach): CohortFigures {
	const { recordsFrom, missingRecords, classesFrom } = view;
	const knownFrom = query.measure === 'record' || query.measure === 'bad' ? recordsFrom : query.measure === 'class-d' ? classesFrom : null;
	const recordReach = reach && recordsFrom !== null && recordsFrom <= reach.last ? { first: recordsFrom > reach.first ? recordsFrom : reach.first, last: reach.last } : null;
	const judged = (of: readonly StepCount[]): Judged => ({
		founded: of.reduce((sum, one) => (reach && one.step === 'founded' && one.cohort >= reach.first && one.cohort <= reach.last ? sum + one.n : sum), 0),
		ended: reach && shareBy(of, 'ended', comparedAge, reach),
		bad: recordReach && shareBy(of, 'bad', comparedAge, recordReach)
	});
	return {
		reach, recordsFrom, missingRecords, classesFrom, knownFrom,
		age: comparedAge,
		whole: judged(counts),
		cohorts: reach === null ? [] : cohortTriangle(counts, query.measure, query.by, reach, knownFrom),
		curve: reach === null ? [] : survival(counts, reach),
		parent: parent && reach && { name: parent.name, curve: survival(parent.counts, reach) },
		parts: parts.map(({ counts: own, ...part }) => ({ ...part, ...judged(own) }))
	};
}

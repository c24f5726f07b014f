import { isDay } from '#lib/calendar/days.ts';
import { isIndustry } from './class-query.ts';
import { ages, cohortMeasures, groupings, type Age, type CohortMeasure, type Grouping } from './cohorts.ts';
import { firstPage, writeTurn, type Turn } from '#lib/enterprises/turn.ts';
import { isAmong, isMonth, isOne, isRegion, notUnderstood } from '#lib/address/understood.ts';

/** What the address of the page of cohorts says. */
export type CohortQuery = {
	readonly region: string;
	readonly industry: string | null;
	/** The month that another view showed: nothing here depends on it, and going back leads to it. First day; null: none. */
	readonly month: string | null;
	readonly measure: CohortMeasure;
	readonly by: Grouping;
};

/** Whose enterprises are listed: those established from the first to the last month, and what became of them by an age; null: all of them. */
export type CohortRowsQuery = CohortQuery & { readonly from: string; readonly to: string; readonly age: Age | null; readonly exact: boolean; readonly snapshot?: string | null };

export function parseCohortQuery(params: URLSearchParams, region: string): CohortQuery {
	const asked = params.get('region') ?? '';
	const industry = params.get('industry') ?? '';
	const month = params.get('month') ?? '';
	return {
		region: /^(\d\d){1,3}$/.test(asked) ? asked.padEnd(6, '0') : region,
		industry: isIndustry(industry) ? industry : null,
		month: isMonth(month) ? `${month}-01` : null,
		measure: cohortMeasures.find((measure) => measure === params.get('measure')) ?? 'alive',
		by: groupings.find((grouping) => grouping === params.get('by')) ?? 'quarter'
	};
}

export function cohortHref(query: CohortQuery, change: Partial<CohortQuery> = {}): string {
	return `/map/cohorts?${cohortParams({ ...query, ...change })}`;
}

function cohortParams(query: CohortQuery): URLSearchParams {
	const params = new URLSearchParams({ region: query.region, measure: query.measure, by: query.by });
	if (query.industry !== null) params.set('industry', query.industry);
	if (query.month !== null) params.set('month', query.month.slice(0, 7));
	return params;
}

export function cohortRowsHref(query: CohortRowsQuery, turn: Turn = firstPage): string {
	const params = cohortParams(query);
	params.set('from', query.from.slice(0, 7));
	params.set('to', query.to.slice(0, 7));
	if (query.age !== null) params.set('age', String(query.age));
	if (query.exact) params.set('exact', '1');
	if (query.snapshot) params.set('snapshot', query.snapshot);
	writeTurn(params, turn);
	return `/map/cohorts/rows?${params}`;
}

/** @param latest first day of the last month there can be. */
export const misreadCohort = (params: URLSearchParams, latest: string): readonly string[] => {
	const isPast = (given: string) => isMonth(given) && `${given}-01` <= latest;
	return notUnderstood(params, {
		region: isRegion, industry: isIndustry, month: isMonth, measure: isAmong(cohortMeasures), by: isAmong(groupings), from: isPast, to: isPast, age: isAmong(ages), exact: isOne
	});
};

/** Null where the address names no months. */
export function parseCohortRows(params: URLSearchParams, region: string): CohortRowsQuery | null {
	const [from, to] = [`${params.get('from') ?? ''}-01`, `${params.get('to') ?? ''}-01`];
	if (!isDay(from) || !isDay(to) || to < from) return null;
	return { ...parseCohortQuery(params, region), from, to, age: ages.find((age) => String(age) === params.get('age')) ?? null, exact: params.get('exact') === '1' };
}

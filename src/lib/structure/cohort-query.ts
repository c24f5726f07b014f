import { isDay } from '#lib/calendar/days.ts';
import { isIndustry } from './class-query.ts';
import { ages, cohortMeasures, groupings, type Age, type CohortMeasure, type Grouping } from './cohorts.ts';

/** What the address of the page of cohorts says. */
export type CohortQuery = {
	readonly region: string;
	readonly industry: string | null;
	readonly measure: CohortMeasure;
	readonly by: Grouping;
};

/** Whose enterprises are listed: those established from the first to the last month, and what became of them by an age; null: all of them. */
export type CohortRowsQuery = Omit<CohortQuery, 'by'> & { readonly from: string; readonly to: string; readonly age: Age | null; readonly exact: boolean };

export function parseCohortQuery(params: URLSearchParams, region: string): CohortQuery {
	const asked = params.get('region') ?? '';
	const industry = params.get('industry') ?? '';
	return {
		region: /^(\d\d){1,3}$/.test(asked) ? asked.padEnd(6, '0') : region,
		industry: isIndustry(industry) ? industry : null,
		measure: cohortMeasures.find((measure) => measure === params.get('measure')) ?? 'alive',
		by: groupings.find((grouping) => grouping === params.get('by')) ?? 'quarter'
	};
}

export function cohortHref(query: CohortQuery, change: Partial<CohortQuery> = {}): string {
	const q = { ...query, ...change };
	const params = new URLSearchParams({ region: q.region, measure: q.measure, by: q.by });
	if (q.industry !== null) params.set('industry', q.industry);
	return `/map/cohorts?${params}`;
}

export function cohortRowsHref(query: CohortRowsQuery, after: string | null = null): string {
	const params = new URLSearchParams({ region: query.region, measure: query.measure, from: query.from.slice(0, 7), to: query.to.slice(0, 7) });
	if (query.industry !== null) params.set('industry', query.industry);
	if (query.age !== null) params.set('age', String(query.age));
	if (query.exact) params.set('exact', '1');
	if (after !== null) params.set('after', after);
	return `/map/cohorts/rows?${params}`;
}

/** Null where the address names no months. */
export function parseCohortRows(params: URLSearchParams, region: string): CohortRowsQuery | null {
	const [from, to] = [`${params.get('from') ?? ''}-01`, `${params.get('to') ?? ''}-01`];
	if (!isDay(from) || !isDay(to) || to < from) return null;
	const { by: _, ...query } = parseCohortQuery(params, region);
	return { ...query, from, to, age: ages.find((age) => String(age) === params.get('age')) ?? null, exact: params.get('exact') === '1' };
}

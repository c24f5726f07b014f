import { isAmong, notUnderstood } from '#lib/address/understood.ts';
import { leadGrounds, type LeadGround } from '../tasks/results.ts';

/** What can be asked for: `review` an open check with a result that waits for its review. */
export const leadListStates = ['open', 'review', 'done', 'cancelled'] as const;
export type LeadListState = (typeof leadListStates)[number];

export type LeadFilter = {
	/** The year in which it was opened; null: every year. */
	readonly year: number | null;
	readonly state: LeadListState | null;
	readonly ground: LeadGround | null;
	/** Part of number or name, or a credit code. */
	readonly q: string;
	/** The page begins after this many rows. */
	readonly skip: number;
};

export const leadPage = 50;

/** The filter an address asks for. */
export function parseLeadFilter(params: URLSearchParams): LeadFilter {
	const [year, skip] = [Number(params.get('year') ?? 0), Number(params.get('skip') ?? 0)];
	return {
		year: Number.isInteger(year) && year >= 2000 && year <= 2999 ? year : null,
		state: leadListStates.find((state) => state === params.get('state')) ?? null,
		ground: leadGrounds.find((ground) => ground === params.get('ground')) ?? null,
		q: (params.get('q') ?? '').trim().slice(0, 60),
		skip: Number.isInteger(skip) && skip > 0 && skip <= 100_000 ? skip : 0
	};
}

/** What an address asks of the list that is not understood, as `name=value`. */
export function misreadLeads(params: URLSearchParams): readonly string[] {
	const { year } = parseLeadFilter(params);
	return notUnderstood(params, { year: (given) => Number(given) === year, state: isAmong(leadListStates), ground: isAmong(leadGrounds) });
}

/** The address of a filter; what is not set stays out of it. */
export function leadQuery(filter: LeadFilter, change: Partial<LeadFilter> = {}): string {
	const { year, state, ground, q, skip } = { ...filter, skip: 0, ...change };
	const query = new URLSearchParams();
	if (year !== null) query.set('year', String(year));
	if (state !== null) query.set('state', state);
	if (ground !== null) query.set('ground', ground);
	if (q !== '') query.set('q', q);
	if (skip > 0) query.set('skip', String(skip));
	return `?${query}`;
}

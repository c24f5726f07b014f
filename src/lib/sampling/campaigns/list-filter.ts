import { campaignStates, type CampaignState } from './states.ts';

export type CampaignFilter = {
	/** The year in which it begins; null: every year. */
	readonly year: number | null;
	readonly state: CampaignState | null;
	/** Part of number or name. */
	readonly q: string;
	/** The page begins after this many rows. */
	readonly skip: number;
};

export const campaignPage = 50;

/** The filter an address asks for. */
export function parseCampaignFilter(params: URLSearchParams): CampaignFilter {
	const [year, skip] = [Number(params.get('year') ?? 0), Number(params.get('skip') ?? 0)];
	return {
		year: Number.isInteger(year) && year >= 2000 && year <= 2999 ? year : null,
		state: campaignStates.find((state) => state === params.get('state')) ?? null,
		q: (params.get('q') ?? '').trim().slice(0, 60),
		skip: Number.isInteger(skip) && skip > 0 && skip <= 100_000 ? skip : 0
	};
}

/** The address of a filter; what is not set stays out of it. */
export function campaignQuery(filter: CampaignFilter, change: Partial<CampaignFilter> = {}): string {
	const { year, state, q, skip } = { ...filter, skip: 0, ...change };
	const query = new URLSearchParams();
	if (year !== null) query.set('year', String(year));
	if (state !== null) query.set('state', state);
	if (q !== '') query.set('q', q);
	if (skip > 0) query.set('skip', String(skip));
	return `?${query}`;
}

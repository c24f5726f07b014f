import { isAmong, notUnderstood } from '#lib/address/understood.ts';
import { disposalStates, type DisposalState } from './states.ts';

/** Who looks: what waits for my approval, what I have to do, inspections without a visit yet, and all of the jurisdiction. */
export const disposalDoors = ['approve', 'mine', 'inspections', 'all'] as const;
export type DisposalDoor = (typeof disposalDoors)[number];

export type DisposalFilter = {
	readonly door: DisposalDoor;
	readonly state: DisposalState | null;
	/** Id of a measure. */
	readonly measure: string | null;
	/** Number of paper or warning, addressee, or credit code; a part is enough. */
	readonly q: string;
	/** The page begins after this many rows. */
	readonly skip: number;
};

export const disposalPage = 50;

/** The filter an address asks for; `home` is the door of who asks for none. */
export function parseDisposalFilter(params: URLSearchParams, home: DisposalDoor): DisposalFilter {
	const skip = Number(params.get('skip') ?? 0);
	return {
		door: disposalDoors.find((door) => door === params.get('door')) ?? home,
		state: disposalStates.find((state) => state === params.get('state')) ?? null,
		measure: /^[\w-]{1,60}$/.exec(params.get('measure') ?? '')?.[0] ?? null,
		q: (params.get('q') ?? '').trim().slice(0, 60),
		skip: Number.isInteger(skip) && skip > 0 && skip <= 100_000 ? skip : 0
	};
}

/** What an address asks of the list that is not understood, as `name=value`. @param measures ids of those that can be chosen. */
export const misreadDisposals = (params: URLSearchParams, measures: readonly string[]): readonly string[] =>
	notUnderstood(params, { door: isAmong(disposalDoors), state: isAmong(disposalStates), measure: isAmong(measures) });

/** The address of a filter; what is not set stays out of it. */
export function disposalQuery(filter: DisposalFilter, change: Partial<DisposalFilter> = {}): string {
	const { door, state, measure, q, skip } = { ...filter, skip: 0, ...change };
	const query = new URLSearchParams({ door });
	if (state !== null) query.set('state', state);
	if (measure !== null) query.set('measure', measure);
	if (q !== '') query.set('q', q);
	if (skip > 0) query.set('skip', String(skip));
	return `?${query}`;
}

import type { Place } from './place.server.ts';

/** Enterprises on one page of a list. */
export const perPage = 50;

/** Deeper pages are a question for an export, and would make the database sort half the register; as with the map's rows. */
export const lastPage = 199;

/** One enterprise behind a figure: no person, no telephone. */
export type ListedEnterprise = {
	readonly uscc: string;
	readonly name: string;
	readonly regionName: string | null;
	readonly industryName: string | null;
	readonly establishedOn: string | null;
	readonly status: string;
	readonly cancelledOn: string | null;
};

/** A page of the enterprises behind a figure, in the order of credit codes. */
export type EnterpriseList<Row extends ListedEnterprise> = {
	readonly place: Place;
	/** What the summary counted: the figure that was opened. */
	readonly counted: number;
	/** From 0. */
	readonly page: number;
	readonly rows: readonly Row[];
	readonly hasNext: boolean;
};

/** Cuts one more row than a page holds into the page and whether another follows. */
export function pageOf<Row>(rows: readonly Row[], page: number): { readonly page: number; readonly rows: readonly Row[]; readonly hasNext: boolean } {
	return { page, rows: rows.slice(0, perPage), hasNext: rows.length > perPage && page < lastPage };
}

/** The number of a page as an address says it, from 0; what makes no sense is the first. */
export function parsePage(text: string | null): number {
	return Math.min(lastPage, Math.max(0, Math.trunc(Number(text)) || 0));
}

/** How many enterprises there were at the end of the list; null where the end is not in sight. */
export function foundBy({ page, rows, hasNext }: Pick<EnterpriseList<ListedEnterprise>, 'page' | 'rows' | 'hasNext'>): number | null {
	return hasNext || page === lastPage || (rows.length === 0 && page > 0) ? null : page * perPage + rows.length;
}

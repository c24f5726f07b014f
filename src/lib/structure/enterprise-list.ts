/** Enterprises on one page of a list. */
export const perPage = 50;

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

/** A page of a list in the order of credit codes. `next`: the code after which the following page begins; null: this is the last. */
export type ListPage<Row extends ListedEnterprise> = { readonly rows: readonly Row[]; readonly next: string | null };

/** Cuts one more row than a page holds into the page and where the next begins. */
export function pageOf<Row extends ListedEnterprise>(rows: readonly Row[]): ListPage<Row> {
	const shown = rows.slice(0, perPage);
	return { rows: shown, next: rows.length > perPage ? shown[shown.length - 1]!.uscc : null };
}

/** A credit code as a place to go on from; null for anything else. */
export function parseAfter(text: string | null): string | null {
	return text !== null && /^[0-9A-Z]{18}$/.test(text) ? text : null;
}

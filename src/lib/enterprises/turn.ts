/** Rows on one page of a list of enterprises. */
export const perPage = 50;

/**
 * A page of a list in the order of its keys: what comes after one of them, or the last before one. To count rows off instead would cost more
 * with each page, minutes in a register of millions. A key is a credit code, after its county's code where the list goes by county, with
 * `~id` where an enterprise has several rows.
 */
export type Turn = {
	readonly after: string | null;
	readonly before: string | null;
	/** Which page this is, from 0: only said, never asked by. */
	readonly page: number;
};

export const firstPage: Turn = { after: null, before: null, page: 0 };

export type ListPage<Row> = {
	/** From 0. */
	readonly page: number;
	readonly rows: readonly Row[];
	/** Null: there is none. */
	readonly previous: Turn | null;
	readonly next: Turn | null;
};

/** Cuts one more row than a page holds into the page and those beside it. @param rows away from where the turn begins. */
export function pageOf<Row extends { readonly uscc: string }>(rows: readonly Row[], turn: Turn, keyOf: (row: Row) => string = ({ uscc }) => uscc): ListPage<Row> {
	const [isBack, more] = [turn.before !== null, rows.length > perPage];
	const shown = rows.slice(0, perPage);
	if (isBack) shown.reverse();
	const [first, last] = [shown[0], shown[shown.length - 1]];
	// Whose place in the list is gone begins again.
	if (first === undefined || last === undefined) return { page: turn.page, rows: [], previous: turn.after === null ? null : firstPage, next: isBack ? firstPage : null };
	return {
		page: turn.page,
		rows: shown,
		previous: (isBack ? more : turn.after !== null) ? { after: null, before: keyOf(first), page: Math.max(0, turn.page - 1) } : null,
		next: isBack || more ? { after: keyOf(last), before: null, page: turn.page + 1 } : null
	};
}

/** Reads a page from an address; what makes no sense is the first. */
export function parseTurn(params: URLSearchParams): Turn {
	const code = (name: string) => (/^(\d{6}-)?[0-9A-Z]{18}(~.{1,80})?$/.test(params.get(name) ?? '') ? params.get(name) : null);
	const [after, before] = [code('after'), code('before')];
	if (after === null && before === null) return firstPage;
	return { after, before: after === null ? before : null, page: Math.min(999_999, Math.max(0, Math.trunc(Number(params.get('page'))) || 0)) };
}

/** Writes a page into an address. */
export function writeTurn(params: URLSearchParams, { after, before, page }: Turn): void {
	if (after !== null) params.set('after', after);
	if (before !== null) params.set('before', before);
	if (page > 0) params.set('page', String(page));
}

/** How many rows there were at the end of the list; null where the end is not in sight. */
export function foundBy({ page, rows, next }: ListPage<unknown>): number | null {
	return next !== null || (rows.length === 0 && page > 0) ? null : page * perPage + rows.length;
}

import { itemMethods, type ItemMethod } from './items.ts';

export type ItemFilter = {
	/** Part of the number, the name or the sub-item. */
	readonly q: string;
	readonly method: ItemMethod | null;
	readonly active: boolean | null;
	/** Those of the own department only. */
	readonly mine: boolean;
};

export const anyItem: ItemFilter = { q: '', method: null, active: null, mine: false };

/** The filter an address asks for. */
export function parseItemFilter(params: URLSearchParams): ItemFilter {
	const active = params.get('active');
	return {
		q: (params.get('q') ?? '').trim().slice(0, 40),
		method: itemMethods.find((method) => method === params.get('method')) ?? null,
		active: active === '1' ? true : active === '0' ? false : null,
		mine: params.get('mine') === '1'
	};
}

/** Lists of items are short: they are filtered where they are. */
export function itemMatches(filter: ItemFilter, item: { readonly number: string; readonly name: string; readonly sub_item: string | null; readonly method: string; readonly active: boolean; readonly mine: boolean }): boolean {
	return (
		(filter.q === '' || [item.number, item.name, item.sub_item ?? ''].some((text) => text.includes(filter.q))) &&
		(filter.method === null || item.method === filter.method) &&
		(filter.active === null || item.active === filter.active) &&
		(!filter.mine || item.mine)
	);
}

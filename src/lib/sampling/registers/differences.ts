import type { FileColumn, Said } from './columns.ts';

/** One field that differs, in words. */
export type Difference = { readonly key: string; readonly label: string; readonly from: string; readonly to: string };

const inOrder = (value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value);
/** Lists are sets: their order says nothing. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));

/** What changed from one content to another, in the reader's words. @param columns those to look at, in their order. */
export function differences<C, N>(columns: readonly FileColumn<C, N>[], from: C, to: C, names: N, said: Said = {}): Difference[] {
	return columns
		.filter(({ key }) => !isSame(from[key], to[key]))
		.map(({ key, label, write }) => ({ key, label: label(), from: write(from, names, said), to: write(to, names, said) }));
}

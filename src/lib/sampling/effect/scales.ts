/** Which scale is held against the results: our classes, a scale that came with imported visits, or the grades of a field. */
export type Scale = { readonly kind: 'class' } | { readonly kind: 'imported'; readonly name: string } | { readonly kind: 'grade'; readonly field: string };

/** `class`, `scale:食品安全风险等级`, `grade:特种设备`: how a scale stands in an address. */
export function scaleText(scale: Scale): string {
	return scale.kind === 'class' ? 'class' : scale.kind === 'imported' ? `scale:${scale.name}` : `grade:${scale.field}`;
}

export function scaleOf(text: string | null): Scale {
	if (text?.startsWith('scale:')) return { kind: 'imported', name: text.slice(6) };
	if (text?.startsWith('grade:')) return { kind: 'grade', field: text.slice(6) };
	return { kind: 'class' };
}

/** Orders in use, the lowest risk first. The reader can set another. */
const usualOrders: readonly (readonly string[])[] = [
	['A', 'B', 'C', 'D', 'E'],
	['Ⅰ', 'Ⅱ', 'Ⅲ', 'Ⅳ', 'Ⅴ'],
	['I', 'II', 'III', 'IV', 'V'],
	['一', '二', '三', '四', '五'],
	['低', '中低', '较低', '中', '一般', '较高', '中高', '高', '较大', '重大', '极高'],
	['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']
];

/** `A级`, `Ⅳ 级`, `高风险` → the bare value. */
const bare = (value: string): string => value.trim().toUpperCase().replace(/\s|级|类|等|风险|（.*）|\(.*\)/g, '');

/**
 * The values of a scale in an order that is usual for them, the lowest risk first.
 *
 * @returns `known`: false where no usual order holds them all, so that the reader has to set it; they are then in the order of their text.
 */
export function usualOrder(values: readonly string[]): { readonly order: readonly string[]; readonly known: boolean } {
	const order = usualOrders.find((known) => values.every((value) => known.includes(bare(value))));
	const sorted = [...values].sort((a, b) => (a < b ? -1 : 1));
	if (order === undefined) return { order: sorted, known: values.length < 2 };
	return { order: sorted.sort((a, b) => order.indexOf(bare(a)) - order.indexOf(bare(b))), known: true };
}

/** A scale with more values than this is no scale but free text. Ours. */
export const mostValues = 12;

/**
 * The order a reader gave: each value with its place, 0 to leave it out. Values of an equal place stay as they were.
 *
 * @returns null when nothing was given, or fewer than two values are left.
 */
export function givenOrder(values: readonly string[], names: readonly string[], places: readonly string[]): readonly string[] | null {
	const placed = values.flatMap((value) => {
		const at = names.indexOf(value);
		const place = at < 0 ? NaN : Number(places[at]);
		return Number.isInteger(place) && place > 0 ? [{ value, place }] : [];
	});
	return placed.length < 2 ? null : placed.sort((a, b) => a.place - b.place).map((p) => p.value);
}

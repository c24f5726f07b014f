import { columnsOf, type FigureColumn } from './columns.ts';
import type { Figure } from './figures.ts';
import type { Measure } from './layers.ts';
import type { RiskMap } from './risk-map.server.ts';

/** A figure that is another today than it was shown. */
export type Difference = {
	readonly name: string;
	/** Region code or industry key; empty: the whole. */
	readonly key: string;
	readonly column: FigureColumn;
	readonly then: number | null;
	readonly now: number | null;
};

/** Numbers this close are the same: sums of fractions need not end on the same bit. */
const same = 1e-9;

/** Every figure of regions, industries and the whole that differs between what was shown and what is known of the same days now. */
export function differencesOf(then: RiskMap, now: RiskMap, measure: Measure, whole: string): readonly Difference[] {
	const columns = columnsOf(measure);
	const compare = (name: string, key: string, a: Figure | undefined, b: Figure | undefined) =>
		columns.flatMap((column): Difference[] => {
			const [before, after] = [a ? column.of(a) : null, b ? column.of(b) : null];
			const equal = before === after || (before !== null && after !== null && Math.abs(before - after) <= same * Math.max(1, Math.abs(before)));
			return equal ? [] : [{ name, key, column, then: before, now: after }];
		});
	const lists = <T extends Figure & { readonly name: string }>(a: readonly T[], b: readonly T[]) => {
		const [before, after] = [new Map(a.map((one) => [one.key, one])), new Map(b.map((one) => [one.key, one]))];
		return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => compare((before.get(key) ?? after.get(key))!.name, key, before.get(key), after.get(key)));
	};
	return [...compare(whole, '', then.total, now.total), ...lists(then.units, now.units), ...lists(then.industries, now.industries)];
}

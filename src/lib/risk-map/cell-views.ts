import type { IndustryTree } from '#lib/industries/tree.ts';
import type { RegionTree } from '#lib/regions/tree.ts';
import { emptySum, sumBy, type Cell, type Sum } from './cube.ts';
import { figuresOf, ranked } from './figures.ts';
import type { NamedFigure } from './industry-figures.ts';
import type { MapUnit } from './map-units.ts';
import type { Matrix } from './matrix.ts';
import type { MapQuery } from './query.ts';

/** Cells of classes with the warnings of the same place and industry. */
export function withLevels(classes: readonly Cell[], warnings: readonly Cell[]): readonly Cell[] {
	const keyOf = ({ unit, industry }: Cell) => `${unit} ${industry}`;
	const levels = new Map(warnings.map((cell) => [keyOf(cell), cell.levels]));
	const merged = classes.map((cell) => {
		const own = levels.get(keyOf(cell));
		levels.delete(keyOf(cell));
		return own ? { ...cell, levels: own } : cell;
	});
	const alone = warnings.filter((cell) => levels.has(keyOf(cell)));
	return [...merged, ...alone.map((cell) => ({ ...emptySum('', true), unit: cell.unit, industry: cell.industry, levels: cell.levels }))];
}

/** All that stands out by classes and warnings together (E2), worst first. */
export type HighRisk = { readonly regions: readonly NamedFigure[]; readonly industries: readonly NamedFigure[] };

export function highRiskOf(cells: readonly Cell[], regions: RegionTree, industries: IndustryTree): HighRisk {
	const worst = (sums: Iterable<Sum>, nameOf: (key: string) => string) =>
		ranked(figuresOf([...sums], 'high-risk'), 'high-risk')
			.filter((figure) => figure.value! > 0)
			.map((figure) => ({ ...figure, name: nameOf(figure.key) }));
	return {
		regions: worst(sumBy(cells, (cell) => cell.unit).values(), regions.name),
		// Judged beside what stands across industries or in an unknown one, as in the layer's list; but that is no industry's.
		industries: worst(sumBy(cells, (cell) => cell.industry.slice(0, 1)).values(), industries.name).filter(({ key }) => /^[A-T]$/.test(key))
	};
}

/** Region × industry of a layer: sections, or the divisions of a chosen industry. */
export function matrixOf(cells: readonly Cell[], query: MapQuery, units: readonly MapUnit[], industries: IndustryTree): Matrix {
	const digits = query.industry === null ? 1 : 3;
	const sums = sumBy(cells, (cell) => `${cell.unit} ${cell.industry.slice(0, digits)}`);
	const columns = [...new Set(cells.map((cell) => cell.industry.slice(0, digits)))].sort().map((key) => ({ key, name: industries.name(key) }));
	const cellSums = units.flatMap((one) => columns.map((column) => sums.get(`${one.key} ${column.key}`) ?? emptySum('', one.baseKnown)));
	const some = (pick: (sum: Sum) => boolean) => cells.some((cell) => pick({ key: '', ...cell }));
	return {
		rows: units.map((one) => one.key),
		columns,
		n: cellSums.map((sum) => sum.n),
		base: cellSums.map((sum) => (sum.baseKnown ? sum.base : null)),
		active: cellSums.map((sum) => sum.active),
		levels: some((sum) => sum.levels.some((n) => n > 0)) ? cellSums.map((sum) => sum.levels) : null,
		...(query.measure === 'lead' ? { days: cellSums.map((sum) => sum.days ?? []) } : {}),
		...(query.measure === 'excess' ? { years: cellSums.map((sum) => sum.years ?? []) } : {})
	};
}

import { sumBy, total } from './cube.ts';
import { figuresOf, type Figure } from './figures.ts';
import type { Matrix } from './matrix.ts';
import type { Measure } from './query.ts';

/** Sums of rows and columns in their order, each judged among its like, and of all. A rate is that of the whole, no mean of rates. */
export type MatrixSums = { readonly rows: readonly Figure[]; readonly columns: readonly Figure[]; readonly all: Figure };

/** @param figures of all cells, row by row. */
export function matrixTotals(matrix: Pick<Matrix, 'rows' | 'columns'>, figures: readonly Figure[], measure: Measure): MatrixSums {
	const width = matrix.columns.length;
	const cells = figures.map((figure, i) => ({ ...figure, unit: String(Math.floor(i / width)), industry: String(i % width) }));
	const [byRow, byColumn] = [sumBy(cells, (cell) => cell.unit), sumBy(cells, (cell) => cell.industry)];
	const empty = total([]);
	return {
		rows: figuresOf(matrix.rows.map((_, i) => byRow.get(String(i)) ?? empty), measure),
		columns: figuresOf(matrix.columns.map((_, i) => byColumn.get(String(i)) ?? empty), measure),
		all: figuresOf([total(cells)], measure)[0]!
	};
}


/** Rows and columns of a heat matrix with one figure a cell. */
export type MatrixAxis = { readonly key: string; readonly label: string; readonly short?: string };

export type MatrixCell = {
	/** What colours the cell; null: nothing there. */
	readonly step: string | null;
	/** The figure as written in the cell and the table. */
	readonly text: string;
	/** Said about the cell above the matrix; made when it is asked for. */
	readonly detail: string | (() => string);
	/** Whether the step is dark enough for light ink. */
	readonly strong: boolean;
	/** `none`: there is no figure, and the cell says so. */
	readonly pattern: 'few' | 'late' | 'none' | null;
	readonly href: string | null;
};

/** Sums of rows and columns, shown before the first of each; and of all. */
export type MatrixTotals = {
	readonly row: (row: number) => MatrixCell;
	readonly column: (column: number) => MatrixCell;
	readonly all: MatrixCell;
	/** What rows and columns are ordered by: largest first. */
	readonly rowAmount: (row: number) => number;
	readonly columnAmount: (column: number) => number;
};

/** As given by the page and the columns by their totals; by key; or alike beside alike. */
export const matrixOrders = ['value', 'code', 'cluster'] as const;
export type MatrixOrder = (typeof matrixOrders)[number];

/** The order of one axis, as indices; like beside like is `clusterOrder`. */
export function orderAxis(order: Exclude<MatrixOrder, 'cluster'>, keys: readonly string[], amountOf: ((index: number) => number) | null): readonly number[] {
	const given = keys.map((_, i) => i);
	switch (order) {
		case 'value':
			return amountOf === null ? given : given.sort((a, b) => amountOf(b) - amountOf(a) || a - b);
		case 'code':
			// What has no code of its own stands last.
			return given.sort((a, b) => Number(/^\W/.test(keys[a]!)) - Number(/^\W/.test(keys[b]!)) || (keys[a]! < keys[b]! ? -1 : 1));
	}
}

export const detailOf = ({ detail }: MatrixCell): string => (typeof detail === 'string' ? detail : detail());

export type Position = { readonly row: number; readonly column: number };

/** Where a key takes the cursor in a grid of this size; null for keys that mean nothing here. @param page rows that are seen at once. */
export function moveInGrid(key: string, at: Position, rows: number, columns: number, withControl = false, page = 10): Position | null {
	if (rows === 0 || columns === 0) return null;
	const { row, column } = at;
	switch (key) {
		case 'ArrowLeft':
			return { row, column: Math.max(0, column - 1) };
		case 'ArrowRight':
			return { row, column: Math.min(columns - 1, column + 1) };
		case 'ArrowUp':
			return { row: Math.max(0, row - 1), column };
		case 'ArrowDown':
			return { row: Math.min(rows - 1, row + 1), column };
		case 'PageUp':
			return { row: Math.max(0, row - page), column };
		case 'PageDown':
			return { row: Math.min(rows - 1, row + page), column };
		case 'Home':
			return { row: withControl ? 0 : row, column: 0 };
		case 'End':
			return { row: withControl ? rows - 1 : row, column: columns - 1 };
		default:
			return null;
	}
}

/** Which cell lies at a point of the drawing; null beside it. */
export function cellAt(x: number, y: number, cell: { width: number; height: number }, rows: number, columns: number): Position | null {
	const position = { row: Math.floor(y / cell.height), column: Math.floor(x / cell.width) };
	const inside = position.row >= 0 && position.row < rows && position.column >= 0 && position.column < columns;
	return inside ? position : null;
}

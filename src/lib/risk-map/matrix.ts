import type { Sum } from './cube.ts';
import { figuresOf, type Figure } from './figures.ts';
import type { Measure } from './query.ts';

/** Region × industry, row by row: bare numbers, so that a hundred regions by a hundred industries travel light. */
export type Matrix = {
	/** Region codes. */
	readonly rows: readonly string[];
	readonly columns: readonly { readonly key: string; readonly name: string }[];
	readonly n: readonly number[];
	/** Null: unknown. */
	readonly base: readonly (number | null)[];
	readonly active: readonly number[];
	/** Where there are warnings. */
	readonly levels: readonly Sum['levels'][] | null;
	/** Of lead times, and of what was to be expected. */
	readonly days?: readonly (readonly number[])[];
	readonly years?: readonly (readonly number[])[];
};

const isYearAgo = (measure: Measure): boolean => measure === 'count' || measure === 'rate' || measure === 'change';

/** The figures of all cells, judged among each other; the key is the region's code, a blank and the industry's key. */
export function matrixFigures(matrix: Matrix, measure: Measure): readonly Figure[] {
	const width = matrix.columns.length;
	const sums = matrix.n.map((n, i) => ({
		key: `${matrix.rows[Math.floor(i / width)]} ${matrix.columns[i % width]?.key}`,
		n,
		base: matrix.base[i] ?? 0,
		baseKnown: matrix.base[i] !== null,
		active: matrix.active[i] ?? 0,
		levels: matrix.levels?.[i] ?? ([0, 0, 0, 0] as const),
		// What events are compared with is the year before; its enterprises are not known here.
		...(isYearAgo(measure) ? { yearAgo: (matrix.base[i] ?? null) === null ? null : { n: matrix.base[i]!, active: 0 } } : {}),
		...(matrix.days ? { days: matrix.days[i]! } : {}),
		...(matrix.years ? { years: matrix.years[i]! } : {})
	}));
	return figuresOf(sums, measure);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figuresOf } from '#lib/risk-map/figures.ts';
import { matrixTotals } from '#lib/risk-map/matrix-totals.ts';
import { matrixFigures, type Matrix } from '#lib/risk-map/matrix.ts';
import { changeText, valueText } from '#lib/risk-map/show.ts';
import { bestOrder, clusterOrder, linkage, shapeOf, type Tree } from '#lib/ui/charts/cluster-order.ts';
import { moveInGrid, orderAxis } from '#lib/ui/charts/matrix.ts';

const vectors = (most: number) => fc.integer({ min: 1, max: 6 }).chain((width) => fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: width, maxLength: width }), { minLength: 3, maxLength: most }));
const between = (rows: readonly (readonly number[])[]) => rows.map((a) => rows.map((b) => Math.hypot(...a.map((value, i) => value - b[i]!))));
const lengthOf = (order: readonly number[], distances: readonly (readonly number[])[]) => order.slice(1).reduce((sum, row, i) => sum + distances[order[i]!]![row]!, 0);

/** Every order that a tree allows. */
function ordersOf(tree: Tree): readonly (readonly number[])[] {
	if (tree.left === undefined || tree.right === undefined) return [tree.rows];
	const [left, right] = [ordersOf(tree.left), ordersOf(tree.right)];
	return left.flatMap((a) => right.flatMap((b) => [[...a, ...b], [...b, ...a]]));
}

describe('the order by likeness', () => {
	it('is the best of all that the tree allows', () => {
		fc.assert(fc.property(vectors(7), (rows) => {
			const distances = between(rows);
			const tree = linkage(distances);
			const order = bestOrder(tree, distances);
			const all = ordersOf(tree);
			expect(all.map(String)).toContain(String(order));
			expect(lengthOf(order, distances)).toBeCloseTo(Math.min(...all.map((one) => lengthOf(one, distances))), 6);
		}), { numRuns: 150 });
	});

	it('holds every row once, and is the same however often it is asked', () => {
		fc.assert(fc.property(vectors(25), (rows) => {
			const order = clusterOrder(rows);
			expect([...order].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
			expect(clusterOrder(rows)).toEqual(order);
			expect(order[0]!).toBeLessThanOrEqual(order[order.length - 1]!);
		}));
	});

	it('brings together what is spread alike, large beside small', () => {
		const rows = [[900, 10, 0], [0, 8, 90], [9, 0, 0], [1, 70, 800], [90, 2, 0], [0, 1, 9]];
		const order = clusterOrder(rows);
		const group = order.map((row) => (rows[row]![0]! > rows[row]![2]! ? 'first' : 'last'));
		expect(group).toEqual(['first', 'first', 'first', 'last', 'last', 'last']);
		expect(shapeOf([0, 0])).toEqual([0, 0]);
		expect(shapeOf([-4, 4]).map((value) => value.toFixed(2))).toEqual(['-0.71', '0.71']);
	});

	it('orders an axis by amount, by code or by likeness', () => {
		const keys = ['H', '-', 'C', '*', 'A'];
		const lines = () => [[9, 1], [1, 9], [8, 1], [1, 8], [7, 2]];
		expect(orderAxis('value', keys, null)).toEqual([0, 1, 2, 3, 4]);
		expect(orderAxis('value', keys, (i) => [1, 5, 5, 0, 9][i]!)).toEqual([4, 1, 2, 0, 3]);
		expect(orderAxis('code', keys, null).map((i) => keys[i])).toEqual(['A', 'C', 'H', '*', '-']);
		expect(clusterOrder(lines()).map((i) => (lines()[i]![0]! > 5 ? 'x' : 'y')).join('')).toBe('xxxyy');
	});
});

describe('totals of the matrix', () => {
	const cell = fc.record({ n: fc.nat(500), base: fc.option(fc.nat(500), { nil: null }), active: fc.nat(9000) });
	const matrix: fc.Arbitrary<Matrix> = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
		fc.array(cell, { minLength: rows * columns, maxLength: rows * columns }).map((cells) => ({
			rows: Array.from({ length: rows }, (_, i) => `32040${i}`), columns: Array.from({ length: columns }, (_, i) => ({ key: `C1${i}`, name: '业' })),
			n: cells.map(({ n }) => n), base: cells.map(({ base }) => base), active: cells.map(({ active }) => active), levels: null
		}))
	);

	it('agree with the cells they stand for, for counts, rates and changes', () => {
		fc.assert(fc.property(matrix, fc.constantFrom('count' as const, 'rate' as const, 'change' as const), (one, measure) => {
			const figures = matrixFigures(one, measure);
			const { rows, columns, all } = matrixTotals(one, figures, measure);
			const width = one.columns.length;
			const check = (figure: typeof all, picked: readonly (typeof all)[]) => {
				const sum = (of: 'n' | 'base' | 'active') => picked.reduce((total, part) => total + part[of], 0);
				expect([figure.n, figure.active]).toEqual([sum('n'), sum('active')]);
				expect(figure.baseKnown).toBe(picked.every((part) => part.baseKnown));
				if (figure.baseKnown) expect(figure.base).toBe(sum('base'));
				// What is written is what is coloured.
				if (measure === 'change') expect(valueText(figure, measure)).toBe(changeText(figure.baseKnown && sum('base') > 0 ? (sum('n') - sum('base')) / sum('base') : null));
				// A rate of the whole, never a mean of rates.
				expect(figure.rawRate).toBe(sum('active') === 0 ? null : (sum('n') / sum('active')) * 1000);
			};
			rows.forEach((figure, r) => check(figure, figures.slice(r * width, (r + 1) * width)));
			columns.forEach((figure, c) => check(figure, figures.filter((_, i) => i % width === c)));
			check(all, figures);
			figures.forEach((figure) => check(figure, [figure]));
			expect(figuresOf([all], measure)[0]!.value).toBe(all.value);
		}));
	});
});

it('turns pages with the cursor of a matrix', () => {
	expect(moveInGrid('PageDown', { row: 3, column: 2 }, 30, 5, false, 12)).toEqual({ row: 15, column: 2 });
	expect(moveInGrid('PageDown', { row: 25, column: 2 }, 30, 5, false, 12)).toEqual({ row: 29, column: 2 });
	expect(moveInGrid('PageUp', { row: 3, column: 2 }, 30, 5, false, 12)).toEqual({ row: 0, column: 2 });
});

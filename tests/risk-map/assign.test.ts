import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from '#lib/risk-map/assign.ts';

/** The cheapest total by trying everything. */
function cheapest(cost: readonly (readonly number[])[], row = 0, used: ReadonlySet<number> = new Set()): number {
	if (row === cost.length) return 0;
	return Math.min(...cost[row]!.map((price, column) => (used.has(column) ? Infinity : price + cheapest(cost, row + 1, new Set([...used, column])))));
}

const matrix = fc
	.record({ rows: fc.integer({ min: 1, max: 5 }), more: fc.integer({ min: 0, max: 2 }) })
	.chain(({ rows, more }) =>
		fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: rows + more, maxLength: rows + more }), { minLength: rows, maxLength: rows })
	);

describe('assignment', () => {
	it('gives each row a column of its own at the lowest total cost', () => {
		fc.assert(
			fc.property(matrix, (cost) => {
				const columns = assign(cost);
				expect(new Set(columns).size).toBe(cost.length);
				expect(columns.reduce((sum, column, row) => sum + cost[row]![column]!, 0)).toBe(cheapest(cost));
			}),
			{ numRuns: 300 }
		);
	});
	it('refuses more rows than columns', () => expect(() => assign([[1], [2]])).toThrow(RangeError));
	it('has nothing to do without rows', () => expect(assign([])).toEqual([]));
});

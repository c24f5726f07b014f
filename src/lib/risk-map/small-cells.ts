/** A cell's events and the enterprises they could happen to. */
export type RateCell = { readonly n: number; readonly active: number };

/**
 * Below these a rate says nothing yet: fewer enterprises than this, or fewer expected events at the parent's rate than this (the
 * usual rule for counts: under five expected, chance decides). Ours; written under each map.
 */
export const judgeable = { enterprises: 30, expected: 5 } as const;
/** A change from one count to another is judged from this many events on in both together. Ours. */
export const judgeableChange = 10;

/** Too few enterprises to judge a rate, given the parent's rate per enterprise. */
export function tooFewForRate(cell: RateCell, parentRate: number): boolean {
	return cell.active < judgeable.enterprises || cell.active * parentRate < judgeable.expected;
}

/** Too few events to judge a change. */
export function tooFewForChange(n: number, base: number): boolean {
	return n + base < judgeableChange;
}

/**
 * Rates per enterprise drawn towards the parent's, the more the smaller the cell: the global empirical Bayes estimator of
 * Marshall (1991), by the method of moments. Where the cells differ no more than chance alone would make them differ, all become
 * the parent's rate.
 *
 * @returns one rate a cell, in the same order; 0 enterprises give the parent's rate.
 */
export function shrinkRates(cells: readonly RateCell[]): { readonly parent: number; readonly rates: readonly number[] } {
	const alive = cells.filter((cell) => cell.active > 0);
	const active = alive.reduce((sum, cell) => sum + cell.active, 0);
	if (active === 0) return { parent: 0, rates: cells.map(() => 0) };
	const parent = alive.reduce((sum, cell) => sum + cell.n, 0) / active;
	const spread = alive.reduce((sum, cell) => sum + cell.active * (cell.n / cell.active - parent) ** 2, 0) / active;
	const between = Math.max(0, spread - parent / (active / alive.length));
	const rates = cells.map((cell) => {
		if (cell.active <= 0 || between === 0) return parent;
		const trust = between / (between + parent / cell.active);
		return parent + trust * (cell.n / cell.active - parent);
	});
	return { parent, rates };
}

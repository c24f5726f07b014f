/**
 * The cheapest way to give each row a column of its own: the Hungarian algorithm with potentials in O(rows² · columns)
 * (Kuhn 1955; the shortest-path form of Jonker & Volgenant 1987). Equal inputs give equal answers.
 *
 * @param cost `cost[row][column]`, finite; at least as many columns as rows.
 * @returns the column of each row.
 */
export function assign(cost: readonly (readonly number[])[]): readonly number[] {
	const rows = cost.length;
	const columns = cost[0]?.length ?? 0;
	if (rows > columns) throw new RangeError(`cannot place ${rows} rows in ${columns} columns`);
	// Row and column 0 are the sentinels of the classic formulation; owner[j] is the row that holds column j.
	const rowPotential = new Float64Array(rows + 1);
	const columnPotential = new Float64Array(columns + 1);
	const owner = new Int32Array(columns + 1);
	const cameFrom = new Int32Array(columns + 1);
	for (let row = 1; row <= rows; row++) {
		owner[0] = row;
		let column = 0;
		const slack = new Float64Array(columns + 1).fill(Infinity);
		const done = new Uint8Array(columns + 1);
		do {
			done[column] = 1;
			const current = owner[column]!;
			let delta = Infinity;
			let next = 0;
			for (let j = 1; j <= columns; j++) {
				if (done[j]) continue;
				const reduced = cost[current - 1]![j - 1]! - rowPotential[current]! - columnPotential[j]!;
				if (reduced < slack[j]!) {
					slack[j] = reduced;
					cameFrom[j] = column;
				}
				if (slack[j]! < delta) {
					delta = slack[j]!;
					next = j;
				}
			}
			for (let j = 0; j <= columns; j++) {
				if (done[j]) {
					rowPotential[owner[j]!] = rowPotential[owner[j]!]! + delta;
					columnPotential[j] = columnPotential[j]! - delta;
				} else {
					slack[j] = slack[j]! - delta;
				}
			}
			column = next;
		} while (owner[column] !== 0);
		// Walk the path back, handing each column on.
		for (; column !== 0; column = cameFrom[column]!) owner[column] = owner[cameFrom[column]!]!;
	}
	const columnOf = new Array<number>(rows).fill(-1);
	for (let j = 1; j <= columns; j++) if (owner[j] !== 0) columnOf[owner[j]! - 1] = j - 1;
	return columnOf;
}

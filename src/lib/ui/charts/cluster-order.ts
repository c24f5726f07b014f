/**
 * Orders rows so that like ones stand side by side: average-linkage clustering (Sokal and Michener, 1958) of the rows' shapes, and of all
 * orders that its tree allows the one in which neighbours are nearest (optimal leaf ordering, Bar-Joseph, Gifford and Jaakkola, 2001).
 *
 * @param rows of equal length; what is unknown is 0. Time grows with the cube of the number of rows: a hundred take some milliseconds.
 * @returns the rows' indices in their new order; of an order and its reverse the one that begins with the earlier row.
 */
export function clusterOrder(rows: readonly (readonly number[])[]): readonly number[] {
	if (rows.length < 3) return rows.map((_, i) => i);
	const shapes = rows.map(shapeOf);
	const distances = shapes.map((a) => shapes.map((b) => distance(a, b)));
	const order = bestOrder(linkage(distances), distances);
	return order[0]! <= order[order.length - 1]! ? order : [...order].reverse();
}

/** A row without its size: how it is spread over the columns. Roots of amounts, so that one giant does not decide alone; signs stay. */
export function shapeOf(row: readonly number[]): readonly number[] {
	const roots = row.map((value) => Math.sign(value) * Math.sqrt(Math.abs(value)));
	const length = Math.sqrt(roots.reduce((sum, value) => sum + value * value, 0));
	return length === 0 ? roots : roots.map((value) => value / length);
}

function distance(a: readonly number[], b: readonly number[]): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
	return Math.sqrt(sum);
}

/** A cluster: one row, or two clusters. */
export type Tree = { readonly rows: readonly number[]; readonly left?: Tree; readonly right?: Tree };

/** Joins the two nearest clusters until one is left; of equally near ones those that stand first. */
export function linkage(distances: readonly (readonly number[])[]): Tree {
	const trees: (Tree | null)[] = distances.map((_, i) => ({ rows: [i] }));
	const between = distances.map((row) => [...row]);
	for (let left = trees.length; left > 1; left--) {
		let [a, b, nearest] = [-1, -1, Infinity];
		for (let i = 0; i < trees.length; i++) {
			if (trees[i] === null) continue;
			for (let j = i + 1; j < trees.length; j++) {
				if (trees[j] === null || between[i]![j]! >= nearest) continue;
				[a, b, nearest] = [i, j, between[i]![j]!];
			}
		}
		const [one, other] = [trees[a]!, trees[b]!];
		const [n, k] = [one.rows.length, other.rows.length];
		for (let i = 0; i < trees.length; i++) {
			if (trees[i] === null) continue;
			const mean = (between[a]![i]! * n + between[b]![i]! * k) / (n + k);
			between[a]![i] = mean;
			between[i]![a] = mean;
		}
		trees[a] = { rows: [...one.rows, ...other.rows], left: one, right: other };
		trees[b] = null;
	}
	return trees.find((tree) => tree !== null)!;
}

/** Of the orders that a tree allows (either branch of any fork may come first), one with the least sum of distances between neighbours. */
export function bestOrder(tree: Tree, distances: readonly (readonly number[])[]): readonly number[] {
	const size = distances.length;
	/** cost[i · size + j]: of the best order of the smallest cluster that holds both and has them at its ends. */
	const cost = new Float64Array(size * size).fill(Infinity);
	/** The rows that meet in the middle of that order. */
	const meet = new Map<number, readonly [number, number]>();
	for (let i = 0; i < size; i++) cost[i * size + i] = 0;

	/** The rows at the other end of an order of `rows` that has `row` at one end. */
	const farEnds = (node: Tree, row: number): readonly number[] =>
		node.left === undefined ? [row] : node.left.rows.includes(row) ? node.right!.rows : node.left.rows;

	const join = (node: Tree): void => {
		if (node.left === undefined || node.right === undefined) return;
		join(node.left);
		join(node.right);
		for (const i of node.left.rows) {
			// The best way from i through the left cluster to a first row of the right one.
			const reach = new Map<number, readonly [number, number]>();
			for (const k of node.right.rows) {
				let [least, by] = [Infinity, -1];
				for (const h of farEnds(node.left, i)) {
					const way = cost[i * size + h]! + distances[h]![k]!;
					if (way < least) [least, by] = [way, h];
				}
				reach.set(k, [least, by]);
			}
			for (const j of node.right.rows) {
				let [least, pair] = [Infinity, [-1, -1] as readonly [number, number]];
				for (const k of farEnds(node.right, j)) {
					const [way, by] = reach.get(k)!;
					if (way + cost[k * size + j]! < least) [least, pair] = [way + cost[k * size + j]!, [by, k]];
				}
				cost[i * size + j] = least;
				cost[j * size + i] = least;
				meet.set(i * size + j, pair);
			}
		}
	};

	const write = (node: Tree, from: number, to: number): readonly number[] => {
		if (node.left === undefined || node.right === undefined) return node.rows;
		if (!node.left.rows.includes(from)) return [...write(node, to, from)].reverse();
		const [h, k] = meet.get(from * size + to)!;
		return [...write(node.left, from, h), ...write(node.right, k, to)];
	};

	join(tree);
	if (tree.left === undefined || tree.right === undefined) return tree.rows;
	let [least, ends] = [Infinity, [tree.rows[0]!, tree.rows[0]!] as readonly [number, number]];
	for (const i of tree.left.rows) for (const j of tree.right.rows) if (cost[i * size + j]! < least) [least, ends] = [cost[i * size + j]!, [i, j]];
	return write(tree, ends[0], ends[1]);
}

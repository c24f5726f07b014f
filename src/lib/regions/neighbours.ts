/** A point of the plane; units are up to the caller. */
export type Point = { readonly x: number; readonly y: number };

/** Indices of two neighbours, the smaller first. */
export type Edge = readonly [number, number];

/** Share of an edge's length below which two points count as the same place. */
const samePlace = 1e-9;

/**
 * Who counts as a neighbour where no boundaries are known: the Gabriel graph, an edge wherever no third point lies inside the
 * circle over the two (Gabriel & Sokal 1969). It is connected, planar, and leaves out pairs with somebody between them.
 *
 * Points at the same place are each other's neighbours, and the first of them stands for all towards the others.
 */
export function gabrielEdges(points: readonly Point[]): readonly Edge[] {
	const edges: Edge[] = [];
	const first = points.map((point) => points.findIndex((other) => distance2(point, other) <= samePlace));
	for (let i = 0; i < points.length; i++) {
		for (let j = i + 1; j < points.length; j++) {
			const together = first[i] === first[j];
			if (!together && (first[i] !== i || first[j] !== j)) continue;
			if (together || !points.some((point, k) => k !== i && k !== j && first[k] === k && inside(point, points[i]!, points[j]!))) {
				edges.push([i, j]);
			}
		}
	}
	return edges;
}

function distance2(a: Point, b: Point): number {
	return (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
}

/** Inside the circle whose diameter is ab: the angle over ab is obtuse. */
function inside(point: Point, a: Point, b: Point): boolean {
	return distance2(point, a) + distance2(point, b) < distance2(a, b) - samePlace;
}

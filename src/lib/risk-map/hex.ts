import type { Point } from '#lib/regions/neighbours.ts';

/** A pointy-top hexagon by axial coordinates: `q` to the right, `r` down and half a step to the right. */
export type Hex = { readonly q: number; readonly r: number };

/** From the right, clockwise on the screen (y down). */
export const directions: readonly Hex[] = [
	{ q: 1, r: 0 }, { q: 0, r: 1 }, { q: -1, r: 1 }, { q: -1, r: 0 }, { q: 0, r: -1 }, { q: 1, r: -1 }
];

/** The centre, for hexagons of side 1. */
export function centreOf(hex: Hex): Point {
	return { x: Math.sqrt(3) * (hex.q + hex.r / 2), y: 1.5 * hex.r };
}

/** The six corners around a centre, from the lower right, clockwise. Corner i and i+1 hold the side towards `directions[i + 1]`. */
export function cornersOf(centre: Point, side = 1): readonly Point[] {
	return [0, 1, 2, 3, 4, 5].map((i) => {
		const angle = (Math.PI / 180) * (60 * i + 30);
		return { x: centre.x + side * Math.cos(angle), y: centre.y + side * Math.sin(angle) };
	});
}

/** Steps between two hexagons. */
export function stepsBetween(a: Hex, b: Hex): number {
	const [q, r] = [a.q - b.q, a.r - b.r];
	return (Math.abs(q) + Math.abs(r) + Math.abs(q + r)) / 2;
}

export function keyOf(hex: Hex): string {
	return `${hex.q},${hex.r}`;
}

/** All hexagons whose centres lie in a box. */
export function hexesWithin(from: Point, to: Point): readonly Hex[] {
	const found: Hex[] = [];
	for (let r = Math.ceil(from.y / 1.5); r * 1.5 <= to.y; r++) {
		const first = Math.ceil(from.x / Math.sqrt(3) - r / 2);
		for (let q = first; Math.sqrt(3) * (q + r / 2) <= to.x; q++) found.push({ q, r });
	}
	return found;
}

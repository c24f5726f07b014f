import { assign } from './assign.ts';
import { centreOf, directions, hexesWithin, keyOf, stepsBetween, type Hex } from './hex.ts';
import { gabrielEdges, type Edge, type Point } from '#lib/regions/neighbours.ts';

/** A region to place: where it lies, or null where nobody knows. */
export type Place = {
	readonly key: string;
	readonly longitude: number | null;
	readonly latitude: number | null;
	/** Regions of one group (the counties of a city) are kept together. */
	readonly group?: string;
};

export type HexLayout = {
	/** One hexagon a place, none twice, in the order of the places. */
	readonly hexes: readonly Hex[];
	/** Neighbours on the ground (Gabriel graph of the centroids). */
	readonly neighbours: number;
	/** How many of them are neighbours in the layout. */
	readonly kept: number;
};

/** Centres of neighbouring hexagons of side 1. */
const spacing = Math.sqrt(3);
/** Rounds of pushing apart and pulling together; the picture stands still long before. */
const rounds = 240;
const mostPasses = 40;
/** Weights of the local search: a neighbour kept, a neighbour of the same group on top, squared distance from the relaxed place, an occupied side. */
const weights = { neighbour: 3, group: 1.2, distance: 0.32, contact: 0.25 } as const;

/**
 * A schematic map: each region becomes one hexagon, near its true place and beside its true neighbours as far as a hexagon's six
 * sides allow. It claims no boundary. Computed from centroids alone, in three steps: crowded places are pushed apart (as in
 * Dorling's cartogram, 1996), the cheapest assignment to hexagons is found, and a local search wins back lost neighbours.
 *
 * Deterministic: the same places give the same layout, whatever their order. Places that share a point (functional zones lie on
 * their city) are spread around it; places without one stand at the middle of their group, else of all.
 */
export function hexLayout(places: readonly Place[]): HexLayout {
	const order = places.map((_, i) => i).sort((a, b) => (places[a]!.key < places[b]!.key ? -1 : 1));
	const sorted = order.map((i) => places[i]!);
	const ground = onGround(sorted);
	const edges = gabrielEdges(ground);
	const relaxed = relax(ground, edges);
	const hexes = improve(snap(relaxed), relaxed, edges, sorted);
	const placed: Hex[] = [];
	order.forEach((index, i) => (placed[index] = hexes[i]!));
	return {
		hexes: fromOrigin(placed),
		neighbours: edges.length,
		kept: edges.filter(([a, b]) => stepsBetween(hexes[a]!, hexes[b]!) === 1).length
	};
}

/** Degrees to a plane with y down, in units of the typical distance between neighbours; missing points filled in, ties kept. */
function onGround(places: readonly Place[]): readonly Point[] {
	const located = places.filter((place) => place.longitude !== null && place.latitude !== null);
	const mean = (list: readonly Place[]): Point => ({
		x: list.reduce((sum, place) => sum + place.longitude!, 0) / (list.length || 1),
		y: list.reduce((sum, place) => sum + place.latitude!, 0) / (list.length || 1)
	});
	const middle = mean(located);
	const squeeze = Math.cos((middle.y * Math.PI) / 180);
	const points = places.map((place) => {
		const group = located.filter((other) => place.group !== undefined && other.group === place.group);
		const at = place.longitude !== null && place.latitude !== null
			? { x: place.longitude, y: place.latitude }
			: group.length > 0 ? mean(group) : middle;
		return { x: (at.x - middle.x) * squeeze, y: middle.y - at.y };
	});
	const lengths = gabrielEdges(points).map(([a, b]) => length(points[a]!, points[b]!)).filter((one) => one > 1e-6).sort((a, b) => a - b);
	const unit = lengths[Math.floor(lengths.length / 2)] ?? 1;
	return points.map((point) => ({ x: (point.x / unit) * spacing, y: (point.y / unit) * spacing }));
}

function length(a: Point, b: Point): number {
	return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Circles of one size until none overlap much, while neighbours are drawn towards each other. */
function relax(start: readonly Point[], edges: readonly Edge[]): readonly Point[] {
	const at = start.map((point, i) => {
		// Points on the very same place need a direction to part in: the golden angle spreads any number of them evenly.
		const angle = i * 2.399963;
		return { x: point.x + 1e-3 * Math.cos(angle), y: point.y + 1e-3 * Math.sin(angle) };
	});
	const move = (i: number, j: number, strength: number, wanted: number) => {
		const [a, b] = [at[i]!, at[j]!];
		const apart = length(a, b) || 1e-9;
		const step = ((wanted - apart) * strength) / apart;
		const [dx, dy] = [(b.x - a.x) * step, (b.y - a.y) * step];
		a.x -= dx;
		a.y -= dy;
		b.x += dx;
		b.y += dy;
	};
	for (let round = 0; round < rounds; round++) {
		for (const [i, j] of edges) if (length(at[i]!, at[j]!) > spacing) move(i, j, 0.12, spacing);
		for (let i = 0; i < at.length; i++) {
			for (let j = i + 1; j < at.length; j++) if (length(at[i]!, at[j]!) < spacing) move(i, j, 0.4, spacing);
		}
	}
	return at;
}

/** The cheapest assignment of places to hexagons around them. */
function snap(points: readonly Point[]): Hex[] {
	if (points.length === 0) return [];
	const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
	const margin = 2 * spacing;
	const free = hexesWithin(
		{ x: Math.min(...xs) - margin, y: Math.min(...ys) - margin },
		{ x: Math.max(...xs) + margin, y: Math.max(...ys) + margin }
	);
	const centres = free.map(centreOf);
	const columns = assign(points.map((point) => centres.map((centre) => length(point, centre) ** 2)));
	return columns.map((column) => free[column]!);
}

/** Moves and swaps to hexagons two steps around, as long as one betters the layout. */
function improve(hexes: Hex[], targets: readonly Point[], edges: readonly Edge[], places: readonly Place[]): readonly Hex[] {
	const neighbours = places.map((): number[] => []);
	for (const [a, b] of edges) {
		neighbours[a]!.push(b);
		neighbours[b]!.push(a);
	}
	const occupant = new Map(hexes.map((hex, i) => [keyOf(hex), i]));
	const around = directions.flatMap((one) => directions.map((two) => ({ q: one.q + two.q, r: one.r + two.r }))).concat(directions);

	/** What the place adds where it stands now. */
	const worth = (i: number): number => {
		const hex = hexes[i]!;
		let sum = -weights.distance * length(centreOf(hex), targets[i]!) ** 2;
		for (const j of neighbours[i]!) if (stepsBetween(hex, hexes[j]!) === 1) sum += weights.neighbour;
		for (const { q, r } of directions) {
			const j = occupant.get(keyOf({ q: hex.q + q, r: hex.r + r }));
			if (j === undefined) continue;
			sum += weights.contact;
			if (places[i]!.group !== undefined && places[j]!.group === places[i]!.group) sum += weights.group;
		}
		return sum;
	};
	const put = (i: number, hex: Hex) => {
		hexes[i] = hex;
		occupant.set(keyOf(hex), i);
	};

	for (let pass = 0; pass < mostPasses; pass++) {
		let better = false;
		for (let i = 0; i < hexes.length; i++) {
			for (const step of around) {
				const from = hexes[i]!;
				const to = { q: from.q + step.q, r: from.r + step.r };
				if (to.q === from.q && to.r === from.r) continue;
				const other = occupant.get(keyOf(to));
				const before = worth(i) + (other === undefined ? 0 : worth(other));
				occupant.delete(keyOf(from));
				put(i, to);
				if (other !== undefined) put(other, from);
				const after = worth(i) + (other === undefined ? 0 : worth(other));
				if (after > before + 1e-9) {
					better = true;
					continue;
				}
				occupant.delete(keyOf(to));
				put(i, from);
				if (other !== undefined) put(other, to);
			}
		}
		if (!better) break;
	}
	return hexes;
}

/** Moved so that the smallest row is 0 and the drawing begins at the left: the same places always give the same numbers. */
function fromOrigin(hexes: readonly Hex[]): readonly Hex[] {
	if (hexes.length === 0) return [];
	const r = Math.min(...hexes.map((hex) => hex.r));
	const q = Math.min(...hexes.map((hex) => hex.q));
	return hexes.map((hex) => ({ q: hex.q - q, r: hex.r - r }));
}

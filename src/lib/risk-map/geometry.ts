import { freeLabels, type Drawing } from '#lib/boundaries/drawing.ts';
import { centreOf, cornersOf, directions, keyOf } from './hex.ts';
import type { MapUnit } from './map-units.ts';

/** Where a region stands in a drawing: its outline as an SVG path, the middle of its words, and whether these have room. */
export type UnitShape = { readonly d: string; readonly x: number; readonly y: number; readonly labelled: boolean };

export type Geometry = {
	readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
	/** Of the drawing's units: the side of a hexagon, and so the measure of type, hatching and lines. */
	readonly unit: number;
	readonly shapes: readonly UnitShape[];
	/** Lines between the cities of a province by counties; empty: none. */
	readonly borders: string;
};

/** Few hexagons do not grow without end: a city of five has the same type size as a province of thirteen. In sides of a hexagon. */
type Least = { readonly width: number; readonly height: number };
const leastOfPage: Least = { width: 12, height: 7.6 };

type Placed = Pick<MapUnit, 'key' | 'hex' | 'group'>;
/** Hexagons across a panel of usual width: type over boundaries has the size it has in them. */
const usualAcross = 12;

/** A region's short name in one line, or in two of nearly the same length. */
export const nameLines = (name: string): readonly string[] =>
	name.length <= 4 ? [name] : [name.slice(0, Math.ceil(name.length / 2)), name.slice(Math.ceil(name.length / 2))];

const pathOf = (corners: readonly { readonly x: number; readonly y: number }[]) => `M${corners.map((p) => `${p.x.toFixed(3)} ${p.y.toFixed(3)}`).join('L')}Z`;

/** The schematic map: one hexagon a region. */
export function hexGeometry(units: readonly Placed[], least: Least = leastOfPage): Geometry {
	const centres = units.map((unit) => centreOf(unit.hex!));
	const [xs, ys] = [centres.map((c) => c.x), centres.map((c) => c.y)];
	const [left, right] = [Math.min(...xs) - 1, Math.max(...xs) + 1];
	const [top, bottom] = [Math.min(...ys) - 1.1, Math.max(...ys) + 1.1];
	const width = Math.max(least.width, right - left);
	const height = Math.max(least.height, bottom - top);
	return {
		box: { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height },
		unit: 1,
		shapes: centres.map((centre) => ({ d: pathOf(cornersOf(centre, 0.97)), x: centre.x, y: centre.y, labelled: true })),
		borders: hexBorders(units, centres)
	};
}

/** Sides between two cities, drawn stronger where a province is shown by counties. */
function hexBorders(units: readonly Placed[], centres: readonly { readonly x: number; readonly y: number }[]): string {
	if (units.every((unit) => unit.group === null)) return '';
	const groupAt = new Map(units.map((unit) => [keyOf(unit.hex!), unit.group]));
	return units
		.flatMap((unit, i) => {
			const corners = cornersOf(centres[i]!, 1);
			return directions.flatMap((step, d) => {
				const other = groupAt.get(keyOf({ q: unit.hex!.q + step.q, r: unit.hex!.r + step.r }));
				if (other === unit.group) return [];
				const [a, b] = [corners[(d + 5) % 6]!, corners[d]!];
				return [`M${a.x.toFixed(3)} ${a.y.toFixed(3)}L${b.x.toFixed(3)} ${b.y.toFixed(3)}`];
			});
		})
		.join('');
}

/** By approved boundaries: names stand at the place that is farthest from the edges, and those that would touch another are left out. */
export function boundaryGeometry(units: readonly MapUnit[], drawing: Drawing): Geometry {
	const margin = 12;
	const unit = (Math.max(drawing.width, drawing.height * 1.6) / usualAcross) * (units.length > 60 ? 0.6 : 1);
	const placed = units.map((one) => ({ one, at: drawing.regions[one.key]! }));
	const boxes = placed
		.map(({ one, at }) => ({ key: one.key, x: at.x, y: at.y, width: Math.max(one.short.length * 0.38, 0.9) * unit, height: 0.95 * unit, room: at.room }))
		.sort((a, b) => b.room - a.room || (a.key < b.key ? -1 : 1));
	const free = freeLabels(boxes);
	return {
		box: { x: -margin, y: -margin, width: drawing.width + 2 * margin, height: drawing.height + 2 * margin },
		unit,
		shapes: placed.map(({ one, at }) => ({ d: at.d, x: at.x, y: at.y, labelled: free.has(one.key) })),
		borders: ''
	};
}

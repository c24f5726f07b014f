import { freeLabels, type Drawing } from '#lib/boundaries/drawing.ts';
import { centreOf, cornersOf, directions, keyOf } from './hex.ts';
import type { MapUnit } from './map-units.ts';

/** Where a region stands in a drawing: its outline as an SVG path, the middle of its words, and whether these have room, or at least the mark of its level. */
export type UnitShape = { readonly d: string; readonly x: number; readonly y: number; readonly labelled: boolean; readonly marked: boolean };

export type Geometry = {
	readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
	/** Of the drawing's units: the side of a hexagon, and so the measure of type, hatching and lines. */
	readonly unit: number;
	readonly shapes: readonly UnitShape[];
	/** Lines between the cities of a province by counties; empty: none. */
	readonly borders: string;
};

/** Few hexagons do not grow without end: a city of five has the same type size as a province of thirteen. In sides of a hexagon. */
export type Least = { readonly width: number; readonly height: number };
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
		shapes: centres.map((centre) => ({ d: pathOf(cornersOf(centre, 0.97)), x: centre.x, y: centre.y, labelled: true, marked: true })),
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

/** How wide a text is drawn, roughly: a Chinese character is as wide as it is high, others about half. */
export const widthOf = (words: string, size: number): number => [...words].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0x2e7f ? size : size * 0.56), 0);

/** How far a region's words reach from where they stand, and how large the mark of its level is that may stand there alone; in sides of a hexagon. */
export type Reach = { readonly width: number; readonly up: number; readonly down: number; readonly mark: number };
/** Type over boundaries. */
export type Lettering = {
	/** It is no larger than in hexagons that fill this. */
	readonly least: Least;
	readonly reachOf: (key: string, side: number) => Reach;
	/** Regions that are named before all others, worst first: what a map is looked at for. The others go by their room. */
	readonly first: readonly string[];
};

const margin = 12;
/** The share of a drawing's box that is land, about; and the area of a hexagon of side 1. */
const land = 0.5;
const hexArea = 2.6;

export const boundaryBox = ({ width, height }: Pick<Drawing, 'width' | 'height'>): Geometry['box'] => ({ x: -margin, y: -margin, width: width + 2 * margin, height: height + 2 * margin });

/**
 * By approved boundaries: names stand at the place that is farthest from the edges, and those that would touch another are left out. Then a mark
 * stands there alone if it has room.
 *
 * @param lettering as on the map page without; with it, type is as large as leaves the fewest out.
 */
export function boundaryGeometry(units: readonly Pick<MapUnit, 'key' | 'short'>[], drawing: Drawing, lettering: Lettering | null = null): Geometry {
	if (lettering === null) return lettered(units, drawing, unitOfPage(units.length, drawing), null);
	const largest = unitWithin(units.length, drawing, lettering.least);
	const tried = sizes.map((size) => lettered(units, drawing, largest * size, lettering));
	const without = tried.map(({ shapes }) => shapes.filter(({ labelled }) => !labelled).length);
	return tried[without.indexOf(Math.min(...without))]!;
}

/** Smaller than the last, type is not read from where a wall or a paper is. */
const sizes = [1, 0.85, 0.72] as const;

function lettered(units: readonly Pick<MapUnit, 'key' | 'short'>[], drawing: Drawing, unit: number, lettering: Lettering | null): Geometry {
	const places = new Map((lettering?.first ?? []).map((key, i) => [key, i]));
	const placeOf = (key: string): number => places.get(key) ?? places.size;
	const placed = units
		.map((one) => ({ key: one.key, at: drawing.regions[one.key]!, reach: lettering === null ? reachOfPage(one.short) : lettering.reachOf(one.key, unit) }))
		.sort((a, b) => placeOf(a.key) - placeOf(b.key) || b.at.room - a.at.room || (a.key < b.key ? -1 : 1));
	const words = placed.map(({ key, at, reach: { width, up, down } }) => ({ key, x: at.x, y: at.y + ((down - up) / 2) * unit, width: width * unit, height: (up + down) * unit }));
	const labelled = freeLabels(words);
	const alone = placed.filter(({ key }) => !labelled.has(key)).map(({ key, at, reach: { mark } }) => ({ key, x: at.x, y: at.y, width: mark * unit, height: mark * unit }));
	const free = freeLabels([...words.filter(({ key }) => labelled.has(key)), ...alone]);
	return {
		box: boundaryBox(drawing),
		unit,
		shapes: units.map(({ key }) => {
			const { d, x, y } = drawing.regions[key]!;
			return { d, x, y, labelled: labelled.has(key), marked: lettering === null || free.has(key) };
		}),
		borders: ''
	};
}

const reachOfPage = (name: string): Reach => ({ width: Math.max(name.length * 0.38, 0.9), up: 0.475, down: 0.475, mark: 0 });
const unitOfPage = (count: number, { width, height }: Drawing): number => (Math.max(width, height * 1.6) / usualAcross) * (count > 60 ? 0.6 : 1);

/** The side of hexagons that would cover the same land. */
function unitWithin(count: number, { width, height }: Drawing, least: Least): number {
	return Math.min(Math.max(width / least.width, height / least.height), Math.sqrt((land * width * height) / (count * hexArea)));
}

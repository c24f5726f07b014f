import polylabel from 'polylabel';
import type { RegionShape } from './geojson.ts';

/** A region as it is drawn: an SVG path, where its name stands, and how far it is from there to its edge; all in units of the drawing. */
export type DrawnRegion = { readonly d: string; readonly x: number; readonly y: number; readonly room: number };

export type Drawing = { readonly width: number; readonly height: number; readonly regions: Readonly<Record<string, DrawnRegion>> };

/** Units across. Finer than the pixels of a panel; neighbours stay neighbours because both snap to the same points. */
const across = 1000;

/**
 * Draws regions side by side in an equirectangular projection about their middle, snapped to a grid. Points that fall on the same grid
 * point, or on a straight line, are left out; what is smaller than a grid cell is left out unless it is all there is of a region.
 */
export function drawRegions(shapes: readonly RegionShape[]): Drawing {
	let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const { polygons } of shapes) {
		for (const [outer] of polygons) {
			for (const [x, y] of outer!) {
				[west, east] = [Math.min(west, x), Math.max(east, x)];
				[south, north] = [Math.min(south, y), Math.max(north, y)];
			}
		}
	}
	const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
	const unit = Math.max((east - west) * squeeze, north - south) / across || 1;
	const snap = ([x, y]: readonly [number, number]): readonly [number, number] => [Math.round(((x - west) * squeeze) / unit), Math.round((north - y) / unit)];
	const regions: Record<string, DrawnRegion> = {};
	for (const { code, polygons } of shapes) {
		const snapped = polygons.map((polygon) => polygon.map((ring) => straightened(ring.map(snap))));
		const seen = snapped.map((polygon) => polygon.filter((ring) => ring.length >= 3)).filter((polygon) => polygon.length > 0);
		const largest = [...seen].sort((a, b) => Math.abs(areaOf(b[0]!)) - Math.abs(areaOf(a[0]!)))[0];
		if (largest === undefined) {
			// Too small to be drawn at this scale: a dot says that it is there.
			const [x, y] = snapped[0]?.[0]?.[0] ?? [0, 0];
			regions[code] = { d: `M${x - 2} ${y}h4v4h-4z`, x, y, room: 0 };
			continue;
		}
		const pole = polylabel(largest.map((ring) => ring.map(([x, y]) => [x, y])), 1);
		regions[code] = { d: seen.flatMap((polygon) => polygon.map(pathOf)).join(''), x: pole[0]!, y: pole[1]!, room: Math.max(0, pole.distance) };
	}
	return { width: Math.max(1, Math.round(((east - west) * squeeze) / unit)), height: Math.max(1, Math.round((north - south) / unit)), regions };
}

type Grid = readonly (readonly [number, number])[];

/** Without repeated points and without points on a straight line between their neighbours; open: the first point is not repeated. */
function straightened(ring: Grid): Grid {
	const points = ring.filter(([x, y], i) => i === 0 || x !== ring[i - 1]![0] || y !== ring[i - 1]![1]);
	if (points.length > 1 && points[0]![0] === points[points.length - 1]![0] && points[0]![1] === points[points.length - 1]![1]) points.pop();
	// A neighbour straightens the same three points in the same way, so no gap opens.
	return points.filter(([x, y], i) => {
		const [a, b] = [points[(i + points.length - 1) % points.length]!, points[(i + 1) % points.length]!];
		return (x - a[0]) * (b[1] - a[1]) !== (y - a[1]) * (b[0] - a[0]);
	});
}

function areaOf(ring: Grid): number {
	let sum = 0;
	for (let i = 0; i < ring.length; i++) {
		const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!];
		sum += a[0] * b[1] - b[0] * a[1];
	}
	return sum / 2;
}

function pathOf(ring: Grid): string {
	const [first, ...rest] = ring;
	let [x, y] = first!;
	let d = `M${x} ${y}l`;
	rest.forEach((point, i) => {
		d += `${i > 0 && point[0] - x >= 0 ? ' ' : ''}${point[0] - x}${point[1] - y >= 0 ? ' ' : ''}${point[1] - y}`;
		[x, y] = point as [number, number];
	});
	return `${d}z`;
}

export type LabelBox = { readonly key: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Which labels may stand so that none touches another: the first of the list first. */
export function freeLabels(boxes: readonly LabelBox[]): ReadonlySet<string> {
	const placed: LabelBox[] = [];
	for (const box of boxes) {
		const touches = placed.some((other) => Math.abs(other.x - box.x) * 2 < other.width + box.width && Math.abs(other.y - box.y) * 2 < other.height + box.height);
		if (!touches) placed.push(box);
	}
	return new Set(placed.map(({ key }) => key));
}

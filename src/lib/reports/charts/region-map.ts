import { boundaryBox, boundaryGeometry, hexGeometry, widthOf, type Geometry } from '#lib/risk-map/geometry.ts';
import { amountScale } from '#lib/risk-map/scale.ts';
import type { BoundaryChart, HexCell } from '../content.ts';
import { worstFirst } from '../material.ts';
import { chartWidth, drawing, fitted, ink, latePattern, levelWords, round, steps, text } from './svg.ts';

type RegionChart = BoundaryChart | { readonly kind: 'hex'; readonly cells: readonly HexCell[] };

/** Of the drawing, and the side of the largest hexagon. */
const most = { width: chartWidth - 20, height: 390, side: 46 };
const least = { width: most.width / most.side, height: most.height / most.side };
const legend = 52;
/** Names are so many sides of a hexagon high; smaller than 8 they are not read. All else is measured by them. */
const nameHeight = 0.31;
const smallest = 8;
/** So many of the worst are named before those with more room. */
const named = 5;
const sizeOf = (side: number): number => Math.max(smallest, side * nameHeight);
/** Baselines of name and number, the middle of the mark, and their sizes, in heights of a name. */
const at = { name: -0.19, number: 1.16, mark: -1.94 } as const;
const size = { number: 1.16, mark: 1.16 } as const;

/** How large a drawing is in the picture. */
const zoomOf = ({ width, height }: { readonly width: number; readonly height: number }): number => Math.min(most.width / width, most.height / height);

/** Hexagons grow to a limit only: two of them do not fill the page. */
function laidOut(data: RegionChart): { readonly geometry: Geometry; readonly zoom: number } {
	if (data.kind === 'hex') {
		const geometry = hexGeometry(data.cells.map((cell) => ({ key: cell.name, hex: cell, group: null })), { width: 0, height: 0 });
		return { geometry, zoom: Math.min(most.side, zoomOf(geometry.box)) };
	}
	const regions = Object.fromEntries(data.cells.map((cell, i) => [String(i), cell]));
	const zoom = zoomOf(boundaryBox(data));
	const reachOf = (key: string, unit: number) => {
		const { name, n, levels } = data.cells[Number(key)]!;
		const em = sizeOf(unit * zoom) / (unit * zoom);
		const isMarked = n !== null && levels.some((some) => some > 0);
		const width = Math.max(widthOf(name, 1), widthOf(String(n ?? '—'), size.number)) + 0.3;
		return { width: width * em, up: (isMarked ? -at.mark + size.mark / 2 + 0.1 : 1.2) * em, down: (at.number + 0.2) * em, mark: isMarked ? (size.mark + 0.2) * em : 0 };
	};
	const worst = worstFirst(data.cells.map(({ n, levels }, i) => ({ code: String(i), warnings: n, levels }))).filter(({ warnings }) => (warnings ?? 0) > 0);
	const first = worst.slice(0, named).map(({ code }) => code);
	return { geometry: boundaryGeometry(data.cells.map(({ name }, i) => ({ key: String(i), short: name })), { ...data, regions }, { least, reachOf, first }), zoom };
}

/** How many regions of a map have no room for their name and number. */
export const unlabelled = (data: BoundaryChart): number => laidOut(data).geometry.shapes.filter(({ labelled }) => !labelled).length;

/** Regions as hexagons or by their approved boundaries, darker with more warnings; each says its name and number, and the worst level with its word. */
export function regionMap(data: RegionChart): string {
	const { geometry, zoom } = laidOut(data);
	const { box, shapes } = geometry;
	const side = geometry.unit * zoom;
	const em = sizeOf(side);
	const isSchematic = data.kind === 'hex';
	const left = (chartWidth - box.width * zoom) / 2;
	const scale = amountScale(data.cells.flatMap(({ n }) => (n === null ? [] : [n])));
	const cells = data.cells.map((cell, i) => {
		const step = cell.n === null ? null : scale.stepOf(cell.n);
		return { ...cell, shape: shapes[i]!, fill: step === null ? ink.paper : (steps[step.token] ?? ink.paper), strong: step?.strong ?? false };
	});
	const line = round(1 / zoom, 5);
	const outlines = cells.map(({ n, late, fill, shape: { d } }) =>
		`<path d="${d}" fill="${fill}" stroke="${ink.soft}" stroke-width="${line}" stroke-linejoin="round"${n === null ? ` stroke-dasharray="${round(4 / zoom, 5)} ${round(3 / zoom, 5)}"` : ''}/>${late ? `<path d="${d}" fill="url(#late-map)" fill-opacity="0.4"/>` : ''}`
	);
	// Above all outlines: words may reach over a border.
	const words = cells.map(({ name, n, levels, fill, strong, shape }) => {
		const [x, y] = [left + (shape.x - box.x) * zoom, (shape.y - box.y) * zoom];
		const style = { anchor: 'middle', fill: strong ? '#ffffff' : ink.text, ...(isSchematic ? {} : { halo: fill }) } as const;
		const worst = n === null ? -1 : levels.findIndex((some) => some > 0);
		return [
			shape.labelled ? text(x, y + at.name * em, isSchematic ? fitted(name, em, side * 1.6) : name, { size: em, ...style }) : '',
			shape.labelled ? text(x, y + at.number * em, n === null ? '—' : String(n), { size: size.number * em, weight: 700, ...style }) : '',
			worst === -1 || !shape.marked ? '' : mark(x, y + (shape.labelled ? at.mark * em : 0), size.mark * em, worst)
		].join('');
	});
	const height = box.height * zoom + legend;
	return drawing(
		height, `<defs>${latePattern('late-map', zoom)}</defs>`,
		`<g transform="translate(${round(left - box.x * zoom)} ${round(-box.y * zoom)}) scale(${round(zoom, 5)})">`, ...outlines, '</g>', ...words,
		legendOf(scale.entries, height - 32, cells.some(({ late }) => late), isSchematic)
	);
}

/** The worst level: its word in a small plate. */
function mark(x: number, y: number, size: number, level: number): string {
	const dark = level === 0;
	return `<rect x="${round(x - size / 2)}" y="${round(y - size / 2)}" width="${round(size)}" height="${round(size)}" rx="2" fill="${dark ? '#8f0f20' : '#ffffff'}" stroke="${ink.text}" stroke-width="0.7"/>${text(x, y + size * 0.32, levelWords[level]!, { size: size * 0.82, anchor: 'middle', fill: dark ? '#ffffff' : ink.text, weight: 700 })}`;
}

function legendOf(entries: ReturnType<typeof amountScale>['entries'], y: number, late: boolean, isSchematic: boolean): string {
	const keys = entries.map(({ step, from, to }, i) => {
		const range = i === 0 ? '0' : to === null ? `${Math.max(1, Math.ceil(from))} 以上` : rangeText(from, to);
		return { fill: steps[step.token]!, words: `${range}` };
	});
	const wide = 82;
	return [
		text(10, y, '预警（件）', { size: 12, fill: ink.soft }),
		...keys.map(({ fill, words }, i) => `<rect x="${86 + i * wide}" y="${y - 11}" width="14" height="12" fill="${fill}" stroke="${ink.soft}" stroke-width="0.6"/>${text(105 + i * wide, y, words, { size: 12, fill: ink.soft })}`),
		text(10, y + 22, `小方块内为最高预警等级；虚线为无数据${isSchematic ? '；示意图，不表示行政区域界线' : ''}`, { size: 12, fill: ink.soft }),
		late ? `<rect x="${chartWidth - 90}" y="${y + 11}" width="14" height="12" fill="url(#late)" stroke="${ink.soft}" stroke-width="0.6"/>${text(chartWidth - 71, y + 22, '数据迟到', { size: 12, fill: ink.soft })}` : ''
	].join('');
}

/** Whole numbers from (included) to (excluded). */
function rangeText(from: number, to: number): string {
	const [first, last] = [Math.max(1, Math.ceil(from)), Math.ceil(to) - 1];
	return first >= last ? String(first) : `${first}–${last}`;
}

import { centreOf, cornersOf } from '#lib/risk-map/hex.ts';
import { amountScale } from '#lib/risk-map/scale.ts';
import type { HexCell } from '../content.ts';
import { chartWidth, drawing, fitted, ink, levelWords, round, steps, text } from './svg.ts';

const most = { height: 390, side: 46 };
const legend = 52;

/** Regions as hexagons, darker with more warnings; each says its name and number, and the worst level with its word. */
export function hexMap(cells: readonly HexCell[]): string {
	const centres = cells.map(centreOf);
	const xs = centres.map(({ x }) => x);
	const ys = centres.map(({ y }) => y);
	const [left, right, top, bottom] = [Math.min(...xs) - 1, Math.max(...xs) + 1, Math.min(...ys) - 1.1, Math.max(...ys) + 1.1];
	const side = Math.min(most.side, (chartWidth - 20) / (right - left), most.height / (bottom - top));
	const x0 = (chartWidth - (right - left) * side) / 2;
	const scale = amountScale(cells.flatMap(({ n }) => (n === null ? [] : [n])));
	const drawn = cells.map((cell, i) => {
		const centre = { x: x0 + (centres[i]!.x - left) * side, y: (centres[i]!.y - top) * side };
		const corners = cornersOf(centre, side * 0.97).map(({ x, y }) => `${round(x)},${round(y)}`).join(' ');
		const step = cell.n === null ? null : scale.stepOf(cell.n);
		const fill = step === null ? ink.paper : steps[step.token] ?? ink.paper;
		const colour = step?.strong ? '#ffffff' : ink.text;
		const dashed = cell.n === null ? ' stroke-dasharray="4 3"' : '';
		const worst = cell.n === null ? -1 : cell.levels.findIndex((n) => n > 0);
		const size = Math.max(8, side * 0.31);
		return [
			`<polygon points="${corners}" fill="${fill}" stroke="${ink.soft}" stroke-width="1"${dashed}/>`,
			cell.late ? `<polygon points="${corners}" fill="url(#late)" fill-opacity="0.4"/>` : '',
			text(centre.x, centre.y - side * 0.06, fitted(cell.name, size, side * 1.6), { size, anchor: 'middle', fill: colour }),
			text(centre.x, centre.y + side * 0.36, cell.n === null ? '—' : String(cell.n), { size: size * 1.15, anchor: 'middle', fill: colour, weight: 700 }),
			worst === -1 ? '' : mark(centre.x, centre.y - side * 0.6, side * 0.36, worst)
		].join('');
	});
	const height = (bottom - top) * side + legend;
	return drawing(height, ...drawn, legendOf(scale.entries, height - 32, cells.some(({ late }) => late)));
}

/** The worst level: its word in a small plate. */
function mark(x: number, y: number, size: number, level: number): string {
	const dark = level === 0;
	return `<rect x="${round(x - size / 2)}" y="${round(y - size / 2)}" width="${round(size)}" height="${round(size)}" rx="2" fill="${dark ? '#8f0f20' : '#ffffff'}" stroke="${ink.text}" stroke-width="0.7"/>${text(x, y + size * 0.32, levelWords[level]!, { size: size * 0.82, anchor: 'middle', fill: dark ? '#ffffff' : ink.text, weight: 700 })}`;
}

function legendOf(entries: ReturnType<typeof amountScale>['entries'], y: number, late: boolean): string {
	const keys = entries.map(({ step, from, to }, i) => {
		const range = i === 0 ? '0' : to === null ? `${Math.max(1, Math.ceil(from))} 以上` : rangeText(from, to);
		return { fill: steps[step.token]!, words: `${range}` };
	});
	const wide = 82;
	return [
		text(10, y, '预警（件）', { size: 12, fill: ink.soft }),
		...keys.map(({ fill, words }, i) => `<rect x="${86 + i * wide}" y="${y - 11}" width="14" height="12" fill="${fill}" stroke="${ink.soft}" stroke-width="0.6"/>${text(105 + i * wide, y, words, { size: 12, fill: ink.soft })}`),
		text(10, y + 22, '小方块内为最高预警等级；虚线为无数据；示意图，不表示行政区域界线', { size: 12, fill: ink.soft }),
		late ? `<rect x="${chartWidth - 90}" y="${y + 11}" width="14" height="12" fill="url(#late)" stroke="${ink.soft}" stroke-width="0.6"/>${text(chartWidth - 71, y + 22, '数据迟到', { size: 12, fill: ink.soft })}` : ''
	].join('');
}

/** Whole numbers from (included) to (excluded). */
function rangeText(from: number, to: number): string {
	const [first, last] = [Math.max(1, Math.ceil(from)), Math.ceil(to) - 1];
	return first >= last ? String(first) : `${first}–${last}`;
}


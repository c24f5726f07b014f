import type { ChartData } from '../content.ts';
import { chartWidth, drawing, ink, niceEnd, round, text } from './svg.ts';

type Bars = Extract<ChartData, { kind: 'bars' }>;

const area = { left: 52, right: 10, top: 44, bottom: 210 };

/** A number by month, beside it the same month a year before as a hollow bar. */
export function bars({ points, unit }: Bars): string {
	const values = points.flatMap(({ n, before }) => [n ?? 0, before ?? 0]);
	const end = niceEnd(Math.max(...values));
	const wide = (chartWidth - area.left - area.right) / points.length;
	const y = (value: number) => area.bottom - (value / end) * (area.bottom - area.top);
	const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * end).filter((value) => Number.isInteger(value));
	const grid = ticks.map((value) =>
		`<line x1="${area.left}" x2="${chartWidth - area.right}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="${ink.line}" stroke-width="${value === 0 ? 1 : 0.6}"/>${text(area.left - 6, y(value) + 4, String(value), { size: 11, anchor: 'end', fill: ink.soft })}`
	);
	const anyBefore = points.some(({ before }) => before !== null);
	const drawn = points.map(({ label, n, before }, i) => {
		const x = area.left + i * wide;
		const bar = wide * (anyBefore ? 0.36 : 0.56);
		const own = x + (anyBefore ? wide * 0.5 : wide * 0.22);
		return [
			before === null ? '' : `<rect x="${round(x + wide * 0.12)}" y="${round(y(before))}" width="${round(bar)}" height="${round(area.bottom - y(before))}" fill="#ffffff" stroke="${ink.soft}" stroke-width="1.2"/>`,
			n === null
				? text(own + bar / 2, area.bottom - 5, '—', { size: 11, anchor: 'middle', fill: ink.soft })
				: `<rect x="${round(own)}" y="${round(y(n))}" width="${round(bar)}" height="${round(area.bottom - y(n))}" fill="${ink.bar}"/>${text(own + bar / 2, y(n) - 4, String(n), { size: 11, anchor: 'middle', weight: i === points.length - 1 ? 700 : 400 })}`,
			text(x + wide / 2, area.bottom + 17, label, { size: 11, anchor: 'middle', fill: ink.soft })
		].join('');
	});
	const legend = [
		text(area.left - 42, 16, `单位：${unit}`, { size: 12, fill: ink.soft }),
		`<rect x="${chartWidth - 190}" y="5" width="14" height="12" fill="${ink.bar}"/>`, text(chartWidth - 171, 16, '当月', { size: 12, fill: ink.soft }),
		...(anyBefore ? [`<rect x="${chartWidth - 120}" y="5.6" width="14" height="11" fill="#ffffff" stroke="${ink.soft}" stroke-width="1.2"/>`, text(chartWidth - 101, 16, '上年同月', { size: 12, fill: ink.soft })] : [])
	];
	return drawing(area.bottom + 28, ...grid, ...drawn, ...legend);
}

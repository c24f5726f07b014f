import type { ChartData } from '../content.ts';
import { chartWidth, drawing, fitted, ink, levelFills, levelLegend, round, text } from './svg.ts';

type Ranking = Extract<ChartData, { kind: 'ranking' }>;

const line = 25;
const left = 160;
const right = 54;

/** One bar for each name, made of its levels from the worst; the sum stands at its end. */
export function ranking({ rows }: Ranking): string {
	const sums = rows.map(({ levels }) => levels.reduce((sum, n) => sum + n, 0));
	const most = Math.max(1, ...sums);
	const unit = (chartWidth - left - right) / most;
	const drawn = rows.map(({ name, levels }, i) => {
		const y = 30 + i * line;
		let x = left;
		const parts = levels.map((n, level) => {
			if (n === 0) return '';
			const part = `<rect x="${round(x)}" y="${y}" width="${round(n * unit)}" height="17" fill="${levelFills[level]}" stroke="${ink.text}" stroke-width="0.6"/>`;
			x += n * unit;
			return part;
		});
		return [text(left - 8, y + 13, fitted(name, 13, left - 12), { anchor: 'end' }), ...parts, text(x + 6, y + 13, String(sums[i]), { weight: 700 })].join('');
	});
	return drawing(30 + rows.length * line + 6, text(left, 16, '单位：件', { size: 12, fill: ink.soft }), levelLegend(16), ...drawn);
}

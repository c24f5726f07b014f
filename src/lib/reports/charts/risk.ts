import { manyTimes } from '#lib/risk-map/high-risk.ts';
import type { ChartData, RiskBar } from '../content.ts';
import { drawing, fitted, ink, round, text } from './svg.ts';

type Risk = Extract<ChartData, { kind: 'risk' }>;

const line = 25;
const left = { grade: 6, name: 54, bar: 236 } as const;
const right = { bar: 440, share: 484, severe: 562, minor: 640 } as const;
const words: Readonly<Record<RiskBar['grade'], string>> = { high: '高', raised: '较高', watch: '关注' };
/** Grades by lightness, from deep to paper: they are told apart on a black and white print. */
const plates: Readonly<Record<RiskBar['grade'], readonly [string, string]>> = { high: ['#8f0f20', '#ffffff'], raised: ['#f0d4d8', ink.text], watch: [ink.paper, ink.text] };

/** Both halves of the rule on one line: the share of C and D against where it is many, and the warnings. */
export function risk({ rows }: Risk): string {
	const end = Math.max(1, ...rows.flatMap(({ share, whole }) => [share ?? 0, (whole ?? 0) * manyTimes])) * 1.02;
	const x = (share: number) => left.bar + (share / end) * (right.bar - left.bar);
	const drawn = rows.map(({ name, grade, share, whole, severe, minor }, i) => {
		const y = 34 + i * line;
		const [fill, ink_] = plates[grade];
		const limit = whole === null ? '' : `<line x1="${round(x(whole * manyTimes))}" x2="${round(x(whole * manyTimes))}" y1="${y - 2}" y2="${y + 19}" stroke="${ink.text}" stroke-width="1.6"/>`;
		return [
			`<rect x="${left.grade}" y="${y}" width="40" height="17" rx="2" fill="${fill}" stroke="${ink.text}" stroke-width="0.6"/>`,
			text(left.grade + 20, y + 13, words[grade], { size: 12, anchor: 'middle', fill: ink_, weight: grade === 'high' ? 700 : 400 }),
			text(left.name, y + 13, fitted(name, 13, left.bar - left.name - 6)),
			share === null ? '' : `<rect x="${left.bar}" y="${y}" width="${round(x(share) - left.bar)}" height="17" fill="#a9c9de" stroke="${ink.text}" stroke-width="0.6"/>`,
			limit, text(right.share, y + 13, share === null ? '—' : share.toFixed(1), { anchor: 'end', weight: share === null ? 400 : 700 }),
			amount(right.severe, y, severe), amount(right.minor, y, minor)
		].join('');
	});
	const head = (at: number, words: string, anchor: 'start' | 'end') => text(at, 20, words, { size: 12, fill: ink.soft, anchor });
	const key = `<line x1="${left.bar + 112}" x2="${left.bar + 112}" y1="9" y2="23" stroke="${ink.text}" stroke-width="1.6"/>`;
	return drawing(
		34 + rows.length * line + 4, head(left.bar, 'C、D类占比（%）', 'start'), key, head(left.bar + 118, `整体的${manyTimes}倍`, 'start'),
		head(right.severe, '红橙预警', 'end'), head(right.minor, '黄蓝预警', 'end'), ...drawn
	);
}

const amount = (x: number, y: number, n: number): string => text(x, y + 13, String(n), { anchor: 'end', fill: n === 0 ? ink.soft : ink.text, weight: n === 0 ? 400 : 700 });

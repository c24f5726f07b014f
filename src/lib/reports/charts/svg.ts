import { widthOf } from '#lib/risk-map/geometry.ts';

/** Family of the font that pictures are drawn with; it stands on the server only. */
export const chartFont = 'Noto Sans SC';
/** Width of every picture in its own units: the text area of A4 is 156 mm, so that letters of 13 units are 8.7 points high. */
export const chartWidth = 660;

/** On paper there is no dark ground: these are the light theme's colours, and each step also differs in lightness. */
export const ink = { text: '#1a222d', soft: '#525d6c', line: '#c3c9d2', ground: '#ffffff', bar: '#1f5a8c', paper: '#ffffff' } as const;
/** One hue from pale to deep, the scale of the map. */
export const steps: Readonly<Record<string, string>> = {
	'--scale-0': '#eef3f7', '--scale-1': '#d3e2ee', '--scale-2': '#a9c9de', '--scale-3': '#74a7c9', '--scale-4': '#36739e', '--scale-5': '#1f5a8c'
};

/** Stripes over what is late; inside a drawing that is zoomed they have the same width. */
export function latePattern(id: string, zoom: number): string {
	return `<pattern id="${id}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45) scale(${1 / zoom})"><rect width="1.6" height="7" fill="#525d6c"/></pattern>`;
}

/** Levels by texture as well as colour: they are told apart on a black and white print. */
export const levelFills = ['url(#red)', 'url(#orange)', 'url(#yellow)', 'url(#blue)'] as const;
export const levelWords = ['红', '橙', '黄', '蓝'] as const;
export const levelPatterns = `<defs>
<pattern id="red" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#8f0f20"/></pattern>
<pattern id="orange" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#f2a35e"/><rect width="3" height="7" fill="#a84a00"/></pattern>
<pattern id="yellow" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#f7e7a4"/><circle cx="3" cy="3" r="1.3" fill="#7a5c00"/></pattern>
<pattern id="blue" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#dce9f7"/></pattern>
${latePattern('late', 1)}
</defs>`;

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

type TextOptions = { readonly size?: number; readonly anchor?: 'start' | 'middle' | 'end'; readonly fill?: string; readonly weight?: number; /** A colour around the letters, where they stand on others. */ readonly halo?: string };
/** Bold is drawn by a thin line around: one weight of the font is enough. */
export function text(x: number, y: number, words: string, { size = 13, anchor = 'start', fill = ink.text, weight = 400, halo }: TextOptions = {}): string {
	const bold = weight > 500 ? ` stroke="${fill}" stroke-width="${size / 32}"` : '';
	const around = halo === undefined ? '' : `<text x="${round(x)}" y="${round(y)}" font-family="${chartFont}" font-size="${size}" text-anchor="${anchor}" fill="${halo}" stroke="${halo}" stroke-width="${round(size / 3)}" stroke-linejoin="round">${escaped(words)}</text>`;
	return `${around}<text x="${round(x)}" y="${round(y)}" font-family="${chartFont}" font-size="${size}" text-anchor="${anchor}" fill="${fill}"${bold}>${escaped(words)}</text>`;
}

/** As much of a text as has room, with … where something is left out. */
export function fitted(words: string, size: number, room: number): string {
	if (widthOf(words, size) <= room) return words;
	const signs = [...words];
	while (signs.length > 1 && widthOf(`${signs.join('')}…`, size) > room) signs.pop();
	return `${signs.join('')}…`;
}

/** @param digits after the point. */
export const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** A whole picture on white ground. */
export const drawing = (height: number, ...parts: readonly string[]): string =>
	`<svg xmlns="http://www.w3.org/2000/svg" width="${chartWidth}" height="${round(height)}" viewBox="0 0 ${chartWidth} ${round(height)}">${levelPatterns}<rect width="100%" height="100%" fill="${ink.paper}"/>${parts.join('')}</svg>`;

/** The keys of levels at the right end of a line. */
export function levelLegend(y: number): string {
	return levelWords.map((word, i) => {
		const x = chartWidth - 4 * 62 + i * 62;
		return `<rect x="${x}" y="${y - 11}" width="14" height="12" fill="${levelFills[i]}" stroke="${ink.text}" stroke-width="0.6"/>${text(x + 19, y, `${word}色`, { size: 12, fill: ink.soft })}`;
	}).join('');
}

/** Round upper end of an axis: 1, 2 or 5 times a power of ten. */
export function niceEnd(most: number): number {
	if (most <= 5) return 5;
	const power = 10 ** Math.floor(Math.log10(most));
	return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((end) => end >= most)!;
}

import { chartFont, escaped } from './svg.ts';

/** Who took a paper and when, pale and slanting over a page of A4 (units: points). */
export function watermarkSvg(lines: readonly string[]): string {
	const [width, height] = [595, 842];
	const marks = [0.18, 0.46, 0.74].flatMap((down, row) => [0.28, 0.78].map((across) => ({ x: width * across, y: height * (down + (row % 2) * 0.05) })));
	const words = marks.map(({ x, y }) =>
		`<g transform="rotate(-28 ${x} ${y})">${lines.map((line, i) => `<text x="${x}" y="${y + i * 18}" font-family="${chartFont}" font-size="13" text-anchor="middle" fill="#000000" fill-opacity="0.1">${escaped(line)}</text>`).join('')}</g>`
	);
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${words.join('')}</svg>`;
}

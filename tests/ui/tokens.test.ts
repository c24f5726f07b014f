import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/lib/ui/tokens.css', 'utf8');

/** The custom properties of the block that begins with a selector. */
function block(selector: string): Map<string, string> {
	const start = css.indexOf(`${selector} {`);
	expect(start).toBeGreaterThan(-1);
	const body = css.slice(start, css.indexOf('}', start));
	return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((match) => [match[1]!, match[2]!.replace(/\s+/g, ' ')]));
}

const light = block(':root');
const dark = block(":root[data-theme='dark']");
const themes = [
	['light', light],
	['dark', new Map([...light, ...dark])]
] as const;

function luminance(hex: string): number {
	const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
	const [r, g, b] = channels.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2 contrast of two colours. */
function contrast(a: string, b: string): number {
	const [one, two] = [luminance(a), luminance(b)];
	return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}

const grounds = ['--ground', '--surface', '--surface-sunken', '--surface-hover'];
const text: (readonly [string, string])[] = [
	...['--text', '--text-soft', '--accent', '--danger', '--caution', '--good'].flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
	['--on-accent', '--accent'],
	['--on-accent', '--accent-strong'],
	...['accent', 'danger', 'caution', 'good'].map((role) => [`--${role}`, `--${role}-soft`] as const),
	...['red', 'orange', 'yellow', 'blue'].map((level) => ['--text', `--level-${level}-soft`] as const),
	...['a', 'b', 'c', 'd'].map((one) => [`--class-${one}-text`, `--class-${one}`] as const),
	...[0, 1, 2, 3].map((n) => ['--scale-text-low', `--scale-${n}`] as const),
	...[4, 5, 6].map((n) => ['--scale-text-high', `--scale-${n}`] as const),
	...['down-2', 'down-1', 'none', 'up-1', 'up-2'].map((n) => ['--scale-text-low', `--change-${n}`] as const),
	...['down-3', 'up-3'].map((n) => ['--scale-text-high', `--change-${n}`] as const)
];
const shapes: (readonly [string, string])[] = [
	...['red', 'orange', 'yellow', 'blue'].flatMap((level) => [[`--level-${level}`, '--surface'], [`--level-${level}`, `--level-${level}-soft`]] as const),
	['--line-strong', '--surface'],
	['--focus', '--surface'],
	['--focus', '--ground'],
	['--series-1', '--surface'],
	['--alarm', '--surface']
];

describe.each(themes)('tokens, %s', (_, values) => {
	it.each(text)('%s is readable on %s', (ink, ground) => {
		expect(contrast(values.get(ink)!, values.get(ground)!)).toBeGreaterThanOrEqual(4.5);
	});
	it.each(shapes)('%s can be told from %s', (shape, ground) => {
		expect(contrast(values.get(shape)!, values.get(ground)!)).toBeGreaterThanOrEqual(3);
	});
	it('grows darker or lighter step by step along the scale of amounts', () => {
		const steps = [0, 1, 2, 3, 4, 5, 6].map((n) => luminance(values.get(`--scale-${n}`)!));
		const way = Math.sign(steps[6]! - steps[0]!);
		for (let i = 1; i < steps.length; i++) expect((steps[i]! - steps[i - 1]!) * way).toBeGreaterThan(0);
	});
});

describe('tokens', () => {
	it('are dark in the same way by choice and by the system', () => {
		expect([...block(":root:not([data-theme='light'])")]).toEqual([...dark]);
	});
	it('name each dark value in light as well', () => {
		for (const name of dark.keys()) expect(light.has(name)).toBe(true);
	});
});

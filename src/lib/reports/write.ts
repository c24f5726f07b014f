import { decimals, withDigits } from '#lib/risk-map/decimals.ts';
import type { Figure } from './content.ts';

/** A number as papers write it: without its sign, which is said in words, and with its digits. */
export function written({ value, digits }: Pick<Figure, 'value' | 'digits'>): string {
	return value === null ? '—' : withDigits(Math.abs(value), digits);
}

/** The number that is read where another one is written: 12.4 of 12.35. */
export const shownNumber = (value: number, digits: number): number => Number(withDigits(value, digits));

/** One section's figures and the sentences made of them. */
export type Pen = {
	/** Keeps a figure and returns it as it is written. */
	readonly put: (figure: Figure) => string;
	readonly say: (...parts: readonly string[]) => void;
	readonly figures: readonly Figure[];
	readonly composed: readonly string[];
};

/**
 * Writes a section: a number gets into a sentence only by being put down as a figure first.
 *
 * @example
 * const pen = newPen();
 * pen.say(`新增预警${pen.put(figure('raised', '新增预警', 3))}件。`);
 */
export function newPen(): Pen {
	const figures: Figure[] = [];
	const composed: string[] = [];
	return {
		figures,
		composed,
		put(one) {
			const known = figures.findIndex(({ key }) => key === one.key);
			if (known === -1) figures.push(one);
			else figures[known] = one;
			return written(one);
		},
		say(...parts) {
			const text = parts.filter((part) => part !== '').join('');
			if (text !== '') composed.push(text);
		}
	};
}

/** Change in per cent; null without anything to compare with. */
export const changePercent = (n: number | null, base: number | null): number | null =>
	n === null || base === null || base <= 0 ? null : ((n - base) / base) * 100;

/** In per cent, to its last digit: `share(1, 4)` → 25. */
export const share = (part: number, whole: number): number | null => (whole > 0 ? (part / whole) * 100 : null);

/**
 * 比上月增加3件、增长37.5%; '' where nothing is known of the other days. From nothing to something has no per cent.
 *
 * @param than 比上月, 同比.
 */
export function comparedText(
	pen: Pick<Pen, 'put'>, about: { readonly key: string; readonly label: string; readonly than: string; readonly n: number | null; readonly base: number | null; readonly unit?: string }
): string {
	const { key, label, than, n, base, unit = '件' } = about;
	if (n === null || base === null) return '';
	const put = (suffix: string, what: string, value: number | null, of: string, digits: number) => pen.put({ key: `${key}-${suffix}`, label: `${label}${what}`, value, unit: of, digits });
	put('base', `（${than}对照）`, base, unit, 0);
	if (n === base) return `${than}持平`;
	const more = put('more', `${than}增减`, n - base, unit, 0);
	const change = changePercent(n, base);
	const rose = n > base;
	return change === null ? `${than}增加${more}${unit}` : `${than}${rose ? '增加' : '减少'}${more}${unit}、${rose ? '上升' : '下降'}${put('change', `${than}增幅`, change, '%', decimals.change)}%`;
}

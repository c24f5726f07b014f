import type { Figure } from './content.ts';

/** A number as papers write it: without its sign, which is said in words, and with its digits. */
export function written({ value, digits }: Pick<Figure, 'value' | 'digits'>): string {
	return value === null ? '—' : Math.abs(value).toFixed(digits);
}

const rounding = new Map<number, Intl.NumberFormat>();

/** A number rounded as the pages write it, which is not always how `toFixed` does: 12.35 is 12.4. */
export function shownNumber(value: number | null, digits: number): number | null {
	if (value === null) return null;
	const known = rounding.get(digits) ?? new Intl.NumberFormat('en', { maximumFractionDigits: digits, useGrouping: false });
	rounding.set(digits, known);
	return Number(known.format(value));
}

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

/** Change in per cent, one digit; null without anything to compare with. */
export const changePercent = (n: number | null, base: number | null): number | null =>
	n === null || base === null || base <= 0 ? null : Math.round(((n - base) / base) * 1000) / 10;

/** `share(1, 3)` → 33.3 */
export const share = (part: number, whole: number): number | null => (whole > 0 ? Math.round((part / whole) * 1000) / 10 : null);

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
	return change === null ? `${than}增加${more}${unit}` : `${than}${rose ? '增加' : '减少'}${more}${unit}、${rose ? '上升' : '下降'}${put('change', `${than}增幅`, change, '%', 1)}%`;
}

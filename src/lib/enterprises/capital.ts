import { chineseAmount } from './chinese-amount.ts';

/** Registered capital as registers write it: `20(万元人民币)`, `3,000(万人民币元)`, `200万美元`, `人民币壹佰万元整`. */

export type Capital = {
	/** In ten thousand units of the currency. */
	readonly wan: number;
	/** As written, `人民币` for a plain 元; null where the text names 万 but no currency. */
	readonly currency: string | null;
};

export const capitalFaults = ['placeholder', 'no-unit', 'ambiguous', 'unreadable', 'too-large'] as const;
export type CapitalFault = (typeof capitalFaults)[number];

export type ParsedCapital = { readonly ok: true; readonly capital: Capital } | { readonly ok: false; readonly fault: CapitalFault };

/** Longer names first: 港元 is no 元. */
const currencies: readonly (readonly [RegExp, string])[] = [
	[/人民币元?|RMB|CNY/, '人民币'],
	[/美元|美金|USD/, '美元'],
	[/欧元|EUR/, '欧元'],
	[/港元|港币|HKD/, '港元'],
	[/日元|日圆|JPY/, '日元'],
	[/英镑|GBP/, '英镑'],
	[/新加坡元|SGD/, '新加坡元'],
	[/澳大利亚元|澳元|AUD/, '澳大利亚元'],
	[/加拿大元|加元|CAD/, '加拿大元'],
	[/韩元|韩圆|KRW/, '韩元'],
	[/新台币|台币|TWD/, '新台币'],
	[/瑞士法郎|CHF/, '瑞士法郎']
];

/** What stands in front of a number: a sign or a name of its currency. `$` alone could be of several countries. */
const inFront: readonly (readonly [RegExp, string])[] = [
	[/^(人民币|RMB|CNY|[¥￥])/, '人民币'], [/^(美元|USD|US\$)/, '美元'], [/^(欧元|EUR|€)/, '欧元'], [/^(港元|港币|HKD|HK\$)/, '港元']
];

const scales = [[/^万亿/, 1e8], [/^亿/, 1e4], [/^千万/, 1e3], [/^百万/, 1e2], [/^万/, 1]] as const;

/** numeric(18, 4) holds no more. */
const largestWan = 1e13;

/**
 * Reads an amount with its unit; never guesses. A number without a unit could be 元 or 万元, `元/万元` is both: left empty and said so.
 *
 * @param text not empty.
 * @param unit what a source's mapping says its bare numbers are in: `万元`.
 */
export function parseCapital(text: string, unit = ''): ParsedCapital {
	const plain = text.normalize('NFKC').replace(/[\s,]/g, '').replace(/[()[\]【】]/g, '').toUpperCase();
	if (/^(N\/A|NA|NULL|无|不详|[-—/]*)$/.test(plain)) return { ok: false, fault: 'placeholder' };
	const written = plain.replace(/(?<=[元圆万亿])[整正]$/, '');
	const front = inFront.find(([pattern]) => pattern.test(written));
	const amount = amountOf(front === undefined ? written : written.replace(front[0], ''));
	if (amount === null) return { ok: false, fault: 'unreadable' };
	const { number } = amount;
	// The unit is in the number already: 壹佰万.
	if (amount.hasGroup && amount.rest === '') return within(number / 1e4, front?.[1] ?? null);
	let rest = amount.rest === '' ? unit : amount.rest;
	if (rest === '') return number === 0 ? { ok: true, capital: { wan: 0, currency: null } } : { ok: false, fault: 'no-unit' };
	if (rest.includes('/')) return { ok: false, fault: 'ambiguous' };
	let currency: string | null = front?.[1] ?? null;
	for (const [pattern, name] of currencies) {
		if (!pattern.test(rest)) continue;
		if (currency !== null && currency !== name) return { ok: false, fault: 'ambiguous' };
		currency = name;
		rest = rest.replace(pattern, '');
		break;
	}
	let scale = 1e-4;
	for (const [pattern, factor] of scales) {
		if (!pattern.test(rest)) continue;
		scale = factor;
		rest = rest.replace(pattern, '');
		break;
	}
	if (rest === '元' || rest === '圆') {
		currency ??= '人民币';
		rest = '';
	}
	// What is left is no unit we know: 股, 份, a second currency.
	if (rest !== '') return { ok: false, fault: 'unreadable' };
	return within(Math.round(number * scale * 1e4) / 1e4, currency);
}

function within(wan: number, currency: string | null): ParsedCapital {
	return wan < largestWan ? { ok: true, capital: { wan, currency } } : { ok: false, fault: 'too-large' };
}

/** The number that a text begins with, in digits or in Chinese, and what follows it. */
function amountOf(text: string): { readonly number: number; readonly hasGroup: boolean; readonly rest: string } | null {
	const match = /^(\d+(?:\.\d+)?)(.*)$/.exec(text);
	return match === null ? chineseAmount(text) : { number: Number(match[1]), hasGroup: false, rest: match[2]! };
}

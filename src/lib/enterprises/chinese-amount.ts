/** Digits of Chinese numerals, in the plain and in the bankers' form. */
const digits: Readonly<Record<string, number>> = {
	零: 0, '〇': 0, 一: 1, 壹: 1, 二: 2, 贰: 2, 貳: 2, 两: 2, 三: 3, 叁: 3, 參: 3, 四: 4, 肆: 4, 五: 5, 伍: 5, 六: 6, 陆: 6, 陸: 6,
	七: 7, 柒: 7, 八: 8, 捌: 8, 九: 9, 玖: 9
};
const places: Readonly<Record<string, number>> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 };
const groups: Readonly<Record<string, number>> = { 万: 1e4, 萬: 1e4, 亿: 1e8, 億: 1e8 };

/**
 * The number in front of a text that is written in Chinese: `壹仟贰佰万元` → 12,000,000 and `元`. Null when there is none, or when it
 * could be read in two ways (`一二三`, `万百`).
 */
export function chineseAmount(text: string): { readonly number: number; readonly hasGroup: boolean; readonly rest: string } | null {
	let [total, section, digit, at] = [0, 0, -1, 0];
	/** The next place or group must be smaller than the last. */
	let [place, group] = [Infinity, Infinity];
	for (; at < text.length; at++) {
		const char = text[at]!;
		if (Object.hasOwn(digits, char)) {
			// 零 only bridges places.
			if (digits[char] === 0) continue;
			if (digit >= 0) return null;
			digit = digits[char]!;
		} else if (Object.hasOwn(places, char)) {
			const factor = places[char]!;
			// 拾万 is ten of them; no other place stands without its digit.
			if (factor >= place || (digit < 0 && (factor !== 10 || section !== 0))) return null;
			section += (digit < 0 ? 1 : digit) * factor;
			[place, digit] = [factor, -1];
		} else if (Object.hasOwn(groups, char)) {
			const factor = groups[char]!;
			section += Math.max(digit, 0);
			if (factor >= group || section === 0) return null;
			total += section * factor;
			[section, digit, place, group] = [0, -1, Infinity, factor];
		} else break;
	}
	const number = total + section + Math.max(digit, 0);
	return number === 0 ? null : { number, hasGroup: group !== Infinity, rest: text.slice(at) };
}

import { isUscc, normaliseUscc } from '#lib/enterprises/uscc.ts';
import { cleanCell, withoutInvisible } from '#lib/intake/cell-values.ts';
import { parseDate, parseMonth } from '#lib/intake/dates.ts';
import { fieldFacts, type FieldType, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import type { BoundMapping } from '#lib/intake/mapping.ts';

/** Rows of a table that are none of its data: left out, and said so. */
export type LeftOut = 'totals-left-out' | 'header-repeated' | 'blank-rows';

/** 合计, 总计：128 户, 合计（户）, 本页小计, 平均 …: words that stand in front of sums and means. */
const totals = /^(本页|本表|本月|本季|本年|全省|全市|全县|全区)?(合计|总计|小计|共计|总数|累计|平均|均值|sub-?total|grandtotal|total|average)(数|值|户数|件数|金额)?[:：]?\d*(\.\d+)?(万?[条户家件项个笔行元人次天%]*|\(万?[条户家件项个笔行元人次天%]+\)[:：]?\d*(\.\d+)?)$/;

/** Looked for first: nearly no row begins with any of them. */
const sumWord = /[计計数均]|total|average/i;

/**
 * Finds the rows under a header that are no data: blank ones, the header again, sums. A row that names an enterprise by a right code, or
 * has all that a row needs, is data, whatever its other cells say: somebody may be called 合计, and a key 合计001.
 */
export function makeLeftOut(kind: KindFacts, columns: readonly string[], bound: BoundMapping): (values: readonly string[]) => LeftOut | null {
	const names = columns.map((name) => name.replace(/#\d+$/, ''));
	const required = kind.required.map((field) => ({ type: fieldFacts(kind, field).type, at: bound.at.get(field) ?? -1 }));
	const isComplete = (values: readonly string[]) => required.every(({ type, at }) => isSaid(type, withoutInvisible(cleanCell(values[at]))));
	return (values) => {
		let first = 0;
		while (first < values.length && cleanCell(values[first]) === '') first++;
		if (first === values.length) return 'blank-rows';
		const cell = withoutInvisible(cleanCell(values[first]));
		// The usual row is decided by its first cell.
		if (cell === names[first]) return values.every((value, i) => value === '' || withoutInvisible(cleanCell(value)) === names[i]) ? 'header-repeated' : null;
		if (cell.length > 24 || !sumWord.test(cell) || !totals.test(cell.normalize('NFKC').toLowerCase().replace(/\s/g, ''))) return null;
		return isComplete(values) || values.some((value) => isUscc(normaliseUscc(value))) ? null : 'totals-left-out';
	};
}

/** Whether a cell says what its field is for: the sum of a column of codes is no code. */
function isSaid(type: FieldType, text: string): boolean {
	if (type === 'uscc') return isUscc(normaliseUscc(text));
	if (type === 'day' || type === 'instant') return parseDate(text).ok;
	return type === 'month' ? parseMonth(text) !== null : text !== '';
}

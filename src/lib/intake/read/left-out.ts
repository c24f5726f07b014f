import { isUscc, normaliseUscc } from '#lib/enterprises/uscc.ts';
import { cleanCell, withoutInvisible } from '#lib/intake/cell-values.ts';

/** Rows of a table that are none of its data: left out, and said so. */
export type LeftOut = 'totals-left-out' | 'header-repeated' | 'blank-rows';

/** 合计, 总计：128 户, 本页小计 …: words that stand in front of sums. */
const totals = /^(本页|本表|本月|本年|全省|全市|全县)?(合计|总计|小计|共计|总数|累计|sub-?total|grandtotal|total)(数)?[:：]?\d*(\.\d+)?[条户家件项个笔行元人次]*$/;

/** Looked for first: nearly no row begins with any of them. */
const sumWord = /[计計数]|total/i;

/**
 * Finds the rows under a header that are no data: blank ones, the header again, sums. A row that names an enterprise by a right code is
 * data, whatever its other cells say: somebody may be called 合计.
 */
export function makeLeftOut(columns: readonly string[]): (values: readonly string[]) => LeftOut | null {
	const names = columns.map((name) => name.replace(/#\d+$/, ''));
	return (values) => {
		let first = 0;
		while (first < values.length && cleanCell(values[first]) === '') first++;
		if (first === values.length) return 'blank-rows';
		const cell = withoutInvisible(cleanCell(values[first]));
		// The usual row is decided by its first cell.
		if (cell === names[first]) return values.every((value, i) => value === '' || withoutInvisible(cleanCell(value)) === names[i]) ? 'header-repeated' : null;
		if (cell.length > 24 || !sumWord.test(cell) || !totals.test(cell.normalize('NFKC').toLowerCase().replace(/\s/g, ''))) return null;
		return values.some((value) => isUscc(normaliseUscc(value))) ? null : 'totals-left-out';
	};
}

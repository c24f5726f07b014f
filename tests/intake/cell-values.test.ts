import { describe, expect, test } from 'vitest';
import { classOf, cleanCell, isFormula, numberOf, statusOf, yesNoOf } from '#lib/intake/cell-values.ts';

describe('a cell', () => {
	test.each([
		[undefined, ''], ['  甲 ', '甲'], ['="0123"', '0123'], ["'=1+1", '=1+1'], ["'甲", "'甲"]
	])('cleaned of what a spreadsheet adds: %j', (text, plain) => expect(cleanCell(text)).toBe(plain));

	test.each([
		['=HYPERLINK("x")', true], ['@SUM(A1)', true], ['+cmd|x', true], ['-2+3+cmd|', true], ['+86 025-1234', false], ['-5', false], ['甲=乙', false]
	])('is a formula or not: %s', (text, is) => expect(isFormula(text)).toBe(is));

	test.each([
		['A', 'A'], ['b类', 'B'], ['Ｃ级', 'C'], ['高风险', 'D'], ['信用风险较高', 'C'], ['一般', 'B'], ['E', null], ['AB', null], ['', null]
	])('names a risk class: %s', (text, letter) => expect(classOf(text)).toBe(letter));

	test.each([['是', true], ['已公示', true], ['TRUE', true], ['0', false], ['未公示', false], ['也许', null]])(
		'says yes, no or neither: %s', (text, yes) => expect(yesNoOf(text)).toBe(yes)
	);

	test.each([['1,200', 1200], ['１２', 12], ['￥3.5元', 3.5], ['元', null], ['', null], ['十', null], ['1e999', null],
		['1.200,50', null], ['12,00', null], ['1,2,0', null], ['1200,', null], ['0x10', null], ['1.38E+10', null], ['99999999999999999999', null], ['1 200 000', 1_200_000], ['-12.5', -12.5]
	])(
		'is a number or none: %s', (text, number) => expect(numberOf(text)).toBe(number)
	);

	test.each([['存续', 'active'], ['已注销', 'cancelled'], ['吊销，未注销', 'revoked'], ['在业', 'active']])(
		'says whether the enterprise lives: %s', (text, status) => expect(statusOf(text)).toBe(status)
	);
});

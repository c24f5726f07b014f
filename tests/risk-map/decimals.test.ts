import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeText, formatted, rateText, type NumberFormat } from '#lib/risk-map/columns.ts';
import { decimals, sheetFormat, unitFormat, withDigits } from '#lib/risk-map/decimals.ts';
import { percent, points } from '#lib/structure/class-words.ts';
import { cellText } from '#lib/reports/cell-text.ts';
import { figure } from '#lib/reports/content.ts';
import { written } from '#lib/reports/write.ts';
import { digitsIn, sheetText } from '../support/sheet-text.ts';

/** As a page writes it, without what only pages write: a true minus, the word for days. */
const bare = (text: string): string => text.replace('−', '-').replace(/\s*天$/, '');

const units: readonly Exclude<NumberFormat, 'grade'>[] = ['count', 'rate', 'percent', 'points', 'change', 'days', 'expected'];
const amount = fc.oneof(fc.double({ min: 0, max: 5000, noNaN: true }), fc.integer({ min: 0, max: 400_000 }).map((n) => n / 80));
const numberOf = (unit: (typeof units)[number]) =>
	unit === 'count' ? fc.nat(2_000_000) : unit === 'points' ? fc.tuple(amount, amount).map(([a, b]) => (a - b) / 100) : unit === 'change' ? fc.double({ min: -1, max: 2, noNaN: true }) : amount;

describe('a number', () => {
	it.each(units)('shows on a page what its cell shows in a sheet: %s', (unit) => {
		fc.assert(
			fc.property(numberOf(unit), (value) => {
				const [page, sheet] = [bare(formatted(value, unit)), sheetText(value, unitFormat(unit))];
				expect(digitsIn(page)).toBe(decimals[unit]);
				expect(digitsIn(sheet)).toBe(decimals[unit]);
				// A spreadsheet keeps the sign of what it rounds to nothing.
				expect(page).toBe(/^[+-]?0(\.0+)?%?$/.test(sheet) ? sheet.replace(/^[+-]/, '') : sheet);
			})
		);
	});

	it('has the digits of its unit however large it is', () => {
		expect([rateText(0.5), rateText(9.999), rateText(12.345), rateText(1234.5)]).toEqual(['0.50', '10.00', '12.35', '1,234.50']);
		expect([formatted(3, 'days'), formatted(12, 'expected'), changeText(0.1234), changeText(-0.5), changeText(0), changeText(-0.0001), changeText(3.2)]).toEqual([
			'3.0 天', '12.0', '+12.3%', '−50.0%', '0.0%', '0.0%', '×4.2'
		]);
		expect([percent(0.0004), percent(0.034), percent(null), points(0.1, 0.097), points(0.1, 0.1)]).toEqual(['0.0%', '3.4%', '–', '+0.3', '0.0']);
	});

	it('is written in papers as on pages and in their sheets, its unit saying how many digits', () => {
		fc.assert(
			fc.property(amount, fc.constantFrom(['%', 'percent'] as const, ['天', 'days'] as const, ['件', 'count'] as const), (value, [unit, key]) => {
				const one = figure('f', 'label', value, unit);
				expect(one.digits).toBe(decimals[key]);
				expect(written(one)).toBe(sheetText(value, sheetFormat(one.digits)));
				expect(cellText(value, one.digits)).toBe(written(one));
				if (key === 'percent') expect(`${written(one)}%`).toBe(formatted(value, 'percent').replaceAll(',', ''));
			})
		);
	});

	it('is rounded as it is read, halves away from zero, and nothing has no sign', () => {
		expect([withDigits(12.35, 1), withDigits(-12.35, 1), withDigits(-0.04, 1), withDigits(1234.5, 0, 'en', true)]).toEqual(['12.4', '-12.4', '0.0', '1,235']);
		expect([cellText(-3.25, 1), cellText(-0.04, 1), cellText(null), cellText(1000000, 0)]).toEqual(['−3.3', '0.0', '—', '1000000']);
	});
});

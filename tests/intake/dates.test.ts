import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromNumber, dayNumber } from '#lib/calendar/days.ts';
import { excelDate, parseDate, parseMonth } from '#lib/intake/dates.ts';

describe('reading dates', () => {
	it.each([
		['2019-02-28', '2019-02-28 00:00:00+08'],
		['2019/2/8', '2019-02-08 00:00:00+08'],
		['2019.02.08', '2019-02-08 00:00:00+08'],
		['20190208', '2019-02-08 00:00:00+08'],
		['2019年2月8日', '2019-02-08 00:00:00+08'],
		['２０１９－０２－０８', '2019-02-08 00:00:00+08'],
		['2019-02-28 9:30', '2019-02-28 09:30:00+08'],
		['2019-02-28T23:59:59.123', '2019-02-28 23:59:59+08'],
		['2019-02-28T20:00:00Z', '2019-03-01 04:00:00+08'],
		['2019-02-28 20:00:00+0800', '2019-02-28 20:00:00+08']
	])('%s', (text, instant) => {
		expect(parseDate(text)).toEqual({ ok: true, day: instant.slice(0, 10), instant });
	});

	it.each([
		['2019-02-30', 'date-impossible'], ['2019-13-01', 'date-impossible'], ['20190230', 'date-impossible'], ['2019-02-28 25:00', 'date-impossible'],
		['03/04/2019', 'date-format'], ['43521', 'date-serial'], ['1551312000000', 'date-epoch'], ['己亥年正月初一', 'date-lunar'], ['昨天', 'date-format'], ['2019-02', 'date-format'], ['', 'date-format'],
		['1899-12-31', 'date-too-old'], ['0001-01-01', 'date-too-old'], ['民国0年1月1日', 'date-impossible'], ['民国零年一月一日', 'date-impossible'], ['民国0/1/1', 'date-impossible']
	])('%s is refused as %s', (text, fault) => expect(parseDate(text)).toEqual({ ok: false, fault }));

	it('reads every day in every form', () => {
		const day = fc.integer({ min: dayNumber('1900-01-01'), max: dayNumber('2100-12-31') }).map(dayFromNumber);
		fc.assert(
			fc.property(day, (one) => {
				const [y, m, d] = one.split('-') as [string, string, string];
				for (const text of [one, `${y}/${Number(m)}/${Number(d)}`, y + m + d, `${y}年${Number(m)}月${Number(d)}日`]) {
					expect(parseDate(text)).toMatchObject({ ok: true, day: one });
				}
				// Sheets count a 29 February 1900 that was none.
				expect(excelDate(dayNumber(one) - dayNumber('1899-12-30') - (one < '1900-03-01' ? 1 : 0), false)).toBe(one);
			})
		);
	});

	it('reads months and the serial numbers of sheets', () => {
		expect(['2026-10', '202610', '2026年10月', '2026-10-15', '2026/1'].map(parseMonth)).toEqual(['2026-10-01', '2026-10-01', '2026-10-01', '2026-10-01', '2026-01-01']);
		expect(['2026', '2026-13', '十月'].map(parseMonth)).toEqual([null, null, null]);
		expect(excelDate(43_524.395_833_33, false)).toBe('2019-02-28 09:30:00');
		expect(excelDate(42_062, true)).toBe('2019-02-28');
		expect([1, 59, 60, 61].map((serial) => excelDate(serial, false))).toEqual(['1900-01-01', '1900-02-28', null, '1900-03-01']);
		expect(excelDate(60, true)).toBe('1904-03-01');
		expect(excelDate(0, false)).toBeNull();
	});
});

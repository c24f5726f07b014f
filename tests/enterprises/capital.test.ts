import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCapital } from '#lib/enterprises/capital.ts';

describe('registered capital', () => {
	it.each([
		['20(万元人民币)', 20, '人民币'],
		['3,000(万人民币元)', 3000, '人民币'],
		['180万人民币', 180, '人民币'],
		['500万元人民币', 500, '人民币'],
		['100万人民币元', 100, '人民币'],
		['10,000(万元人民币)', 10_000, '人民币'],
		['200(万)', 200, null],
		['50(万元)', 50, '人民币'],
		['12.5万美元', 12.5, '美元'],
		['30(万美元)', 30, '美元'],
		['15(万欧元)', 15, '欧元'],
		['800万日元', 800, '日元'],
		['１００万港元', 100, '港元'],
		['500000元', 50, '人民币'],
		['人民币', null, 'unreadable'],
		['1.2亿元', 12_000, '人民币'],
		['RMB 20万', 20, '人民币'],
		['人民币100万元', 100, '人民币'],
		['人民币1,000.5万元整', 1000.5, '人民币'],
		['100万元整', 100, '人民币'],
		['￥100万', 100, '人民币'],
		['￥500000.00元', 50, '人民币'],
		['壹佰万元', 100, '人民币'],
		['人民币壹佰万元整', 100, '人民币'],
		['壹仟贰佰叁拾肆万伍仟元', 1234.5, '人民币'],
		['叁佰万元', 300, '人民币'],
		['一亿零五百万元人民币', 10_500, '人民币'],
		['拾万', 10, null],
		['伍拾万美元', 50, '美元'],
		['美元30万', 30, '美元'],
		['伍仟元', 0.5, '人民币'],
		['0', 0, null]
	])('reads %s', (text, wan, currency) => {
		const parsed = parseCapital(text);
		if (wan === null) expect(parsed).toEqual({ ok: false, fault: currency });
		else expect(parsed).toEqual({ ok: true, capital: { wan, currency } });
	});

	it.each([
		['N/A', 'placeholder'],
		['-', 'placeholder'],
		['500', 'no-unit'],
		['3,000', 'no-unit'],
		['100(元/万元)', 'ambiguous'],
		['1000万股', 'unreadable'],
		['人民币100万美元', 'ambiguous'],
		['$100万', 'unreadable'],
		['一二三万元', 'unreadable'],
		['万佰元', 'unreadable'],
		['伍仟', 'no-unit'],
		['人民币100', 'no-unit'],
		['-5万元', 'unreadable'],
		['1万美元2万人民币', 'unreadable'],
		['99999999999999亿元', 'too-large']
	])('leaves %s empty and says why', (text, fault) => {
		expect(parseCapital(text)).toEqual({ ok: false, fault });
	});

	it('takes a unit for bare numbers from the mapping', () => {
		expect(parseCapital('500', '万元')).toEqual({ ok: true, capital: { wan: 500, currency: '人民币' } });
	});

	it('never answers an amount for a text whose unit it does not know', () => {
		fc.assert(
			fc.property(fc.nat(1e6), fc.string({ minLength: 1 }), (number, unit) => {
				const parsed = parseCapital(`${number}${unit}`);
				if (parsed.ok && parsed.capital.wan !== 0) expect(/[万亿元圆]|RMB|CNY|USD|EUR|HKD|JPY|GBP|SGD|AUD|CAD|TWD|CHF|\d/i.test(unit.normalize('NFKC'))).toBe(true);
			})
		);
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateReadings, makeMend, type MendStep } from '#lib/mending/mending.ts';

const columns = ['区划', '日期', '金额', '备注'];
const mend = (step: MendStep, ...values: string[]) => makeMend(step, columns)(values);
const date = (reading: (typeof dateReadings)[number]): MendStep => ({ op: 'date', column: '日期', reading });

describe('a rule', () => {
	it.each<[string, MendStep, string[], readonly string[] | 'ignored' | null]>([
		['replaces whole cells', { op: 'replace', column: '区划', pairs: [['320602', '320613'], ['320611', '320612']] }, ['320602'], ['320613']],
		['leaves other cells alone', { op: 'replace', column: '区划', pairs: [['320602', '320613']] }, ['3206021'], null],
		['replaces what stands among blanks', { op: 'replace', column: '区划', pairs: [['320602', '320613']] }, [' 320602 '], ['320613']],
		['reads milliseconds in Shanghai', date('milliseconds'), ['', '1551312000000'], ['', '2019-02-28 08:00:00']],
		['reads a day that began in Shanghai as a day', date('milliseconds'), ['', '1551283200000'], ['', '2019-02-28']],
		['reads seconds', date('seconds'), ['', '1551283200'], ['', '2019-02-28']],
		['reads a sheet’s serial', date('excel'), ['', '43524'], ['', '2019-02-28']],
		['reads days first', date('day-month-year'), ['', '28/2/2019'], ['', '2019-02-28']],
		['reads months first, with the time', date('month-day-year'), ['', '2/28/2019 09:30'], ['', '2019-02-28 09:30']],
		['reads years of the Republic', date('minguo'), ['', '108年2月28日'], ['', '2019-02-28']],
		['makes no day of what is none', date('day-month-year'), ['', '31/2/2019'], null],
		['leaves dates alone that are written otherwise', date('milliseconds'), ['', '2019-02-28'], null],
		['leaves seconds alone where milliseconds are meant', date('milliseconds'), ['', '1795132800'], null],
		['leaves a plain day alone where seconds are meant', date('seconds'), ['', '20260304'], null],
		['leaves a time in digits alone where milliseconds are meant', date('milliseconds'), ['', '202603040930'], null],
		['leaves a year alone where serials are meant', date('excel'), ['', '2026'], null],
		['strips blanks and characters', { op: 'strip', column: '金额', characters: '￥,' }, ['', '', ' ￥1,200\u200b'], ['', '', '1200']],
		['fills what is empty', { op: 'default', column: '备注', value: '无' }, ['', '', '', ' '], ['', '', '', '无']],
		['fills a cell that the row lacks', { op: 'default', column: '备注', value: '无' }, ['a'], ['a', '', '', '无']],
		['fills nothing that is filled', { op: 'default', column: '备注', value: '无' }, ['', '', '', '有'], null],
		['takes another column', { op: 'take', column: '区划', from: '备注' }, ['', '', '', '320412'], ['320412', '', '', '320412']],
		['takes nothing where that is empty', { op: 'take', column: '区划', from: '备注' }, ['1'], null],
		['gives bare amounts a unit', { op: 'unit', column: '金额', unit: '万元' }, ['', '', '500'], ['', '', '500万元']],
		['gives no second unit', { op: 'unit', column: '金额', unit: '万元' }, ['', '', '500元'], null],
		['leaves out rows that hold a word anywhere', { op: 'ignore', column: null, test: 'contains', value: '合计' }, ['', '', '', '本页合计'], 'ignored'],
		['leaves out by a column only what stands there', { op: 'ignore', column: '区划', test: 'equals', value: '合计' }, ['', '合计'], null],
		['leaves out by a beginning', { op: 'ignore', column: '区划', test: 'starts', value: '总' }, ['总计'], 'ignored'],
		['leaves out headers that are repeated', { op: 'ignore', column: null, test: 'header', value: '' }, ['区划', '日 期', '金额', ''], 'ignored'],
		['keeps rows that are no header', { op: 'ignore', column: null, test: 'header', value: '' }, ['320412', '2019-02-28', '金额'], null],
		['knows nothing of a column that is not there', { op: 'default', column: '别的', value: 'x' }, ['a'], null],
		['writes by hand what a person wrote', { op: 'edit', batchId: 'b', line: 3, cells: { 区划: '320412', 日期: '2019-02-28' } }, ['x', 'y'], ['320412', '2019-02-28']]
	])('%s', (_, step, values, expected) => expect(mend(step, ...values)).toEqual(expected));

	const step = fc.oneof(
		fc.record({ op: fc.constant('replace' as const), column: fc.constant('区划'), pairs: fc.constant([['a', 'b']] as const) }),
		fc.record({ op: fc.constant('date' as const), column: fc.constantFrom('日期', '区划'), reading: fc.constantFrom(...dateReadings) }),
		fc.record({ op: fc.constant('strip' as const), column: fc.constant('金额'), characters: fc.string({ maxLength: 3 }) }),
		fc.record({ op: fc.constant('default' as const), column: fc.constant('备注'), value: fc.constant('x') }),
		fc.record({ op: fc.constant('take' as const), column: fc.constant('区划'), from: fc.constant('日期') }),
		fc.record({ op: fc.constant('unit' as const), column: fc.constant('金额'), unit: fc.constant('万元') })
	);
	const cell = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('a', '1551312000000', '43524', '1/2/2019', '108.2.28', '500', ''));
	it('applied twice does what it does once, and touches no other column', () => {
		fc.assert(fc.property(step, fc.array(cell, { minLength: 4, maxLength: 4 }), (one, values) => {
			const first = makeMend(one, columns)(values);
			fc.pre(first !== null && first !== 'ignored');
			expect(makeMend(one, columns)(first as readonly string[])).toBeNull();
			const at = columns.indexOf(one.column);
			expect((first as readonly string[]).filter((_, i) => i !== at)).toEqual(values.filter((_, i) => i !== at));
		}));
	});
});

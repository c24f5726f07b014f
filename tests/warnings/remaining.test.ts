import { describe, expect, it } from 'vitest';
import { remaining } from '#lib/warnings/remaining.ts';

// 2018-02-14 is a Wednesday, 15 to 21 is 春节, 24 a Saturday made up.
const left = { '2018-02-13': -1, '2018-02-14': 0, '2018-02-22': 1, '2018-02-24': 3, '2018-02-15': 0 };

describe('the time left', () => {
	it.each([
		[null, '2018-02-14', '无时限', 'none'],
		['2018-02-13', '2018-02-14', '已逾期 1 个工作日', 'over'],
		['2018-02-14', '2018-02-14', '今天到期', 'soon'],
		['2018-02-15', '2018-02-14', '明天到期', 'soon'],
		['2018-02-22', '2018-02-14', '还有 1 个工作日', 'soon'],
		['2018-02-24', '2018-02-14', '还有 3 个工作日', 'later']
	] as const)('until %s on %s: %s', (due, today, text, state) => {
		expect(remaining(due, today, left)).toEqual({ text, state });
	});
	it('is over, by no working day yet, on a day off', () => {
		expect(remaining('2018-02-14', '2018-02-17', { '2018-02-14': 0 })).toEqual({ text: '已逾期', state: 'over' });
	});
});

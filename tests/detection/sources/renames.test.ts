import { describe, expect, it } from 'vitest';
import { findRenames, looksCoded, type ItemWeeks } from '#lib/detection/sources/renames.ts';
import { randomOf } from '../random.ts';

const cities = 6;
const weeks = 26;
const profile = [8, 5, 3, 2, 2, 1];
/** An item with a level by week, spread over the cities as they are large. */
function item(name: string, level: (week: number) => number, over: readonly number[] = profile): ItemWeeks {
	const random = randomOf(name.length * 7 + name.charCodeAt(0));
	const counts = new Float64Array(weeks * cities);
	for (let w = 0; w < weeks; w++) for (let c = 0; c < cities; c++) counts[w * cities + c] = random.poisson(level(w) * over[c]!);
	return { item: name, counts };
}
const pairs = (items: readonly ItemWeeks[]) => findRenames(items, cities).map(({ from, to }) => `${from}→${to}`);
const others = [item('食品', () => 3), item('服务', () => 2)];

describe('a name that takes the place of another', () => {
	it('is found in the week in which it began', () => {
		const items = [...others, item('预付卡', (w) => (w < 18 ? 1.5 : 0)), item('预付式消费', (w) => (w < 18 ? 0 : 1.5))];
		expect(findRenames(items, cities)).toMatchObject([{ from: '预付卡', to: '预付式消费', week: 18, cities: 6 }]);
	});

	it('is found though everything doubled at the same time', () => {
		const items = [item('食品', (w) => (w < 18 ? 3 : 6)), item('预付卡', (w) => (w < 18 ? 1 : 0)), item('预付式消费', (w) => (w < 18 ? 0 : 2))];
		expect(pairs(items)).toEqual(['预付卡→预付式消费']);
	});

	it.each([
		['what only began is something new', [item('直播带货', (w) => (w < 18 ? 0 : 1.5))]],
		['what only ended is over', [item('共享单车', (w) => (w < 18 ? 1.5 : 0))]],
		['what began three times as large is another thing', [item('旧', (w) => (w < 18 ? 1 : 0)), item('新', (w) => (w < 18 ? 0 : 3))]],
		['what began elsewhere is another thing', [item('旧', (w) => (w < 18 ? 1.5 : 0), [10, 8, 1, 0, 0, 0]), item('新', (w) => (w < 18 ? 0 : 1.5), [0, 0, 1, 8, 8, 6])]],
		['what goes on beside the new name was not renamed', [item('旧', () => 1.5), item('新', (w) => (w < 18 ? 0 : 1.5))]],
		['what is too rare says nothing', [item('旧', (w) => (w < 18 ? 0.03 : 0)), item('新', (w) => (w < 18 ? 0 : 0.03))]]
	])('%s', (_, items) => {
		expect(pairs([...others, ...items])).toEqual([]);
	});

	it('takes part once, with its likest', () => {
		const flat = [3, 3, 3, 3, 3, 3];
		const items = [
			...others, item('甲', (w) => (w < 18 ? 1.5 : 0)), item('乙', (w) => (w < 18 ? 1.5 : 0), flat),
			item('丙', (w) => (w < 18 ? 0 : 1.5), flat), item('丁', (w) => (w < 18 ? 0 : 1.5))
		];
		expect(pairs(items).sort()).toEqual(['乙→丙', '甲→丁'].sort());
	});
});

describe('an item that is a code', () => {
	it.each([['0301', true], ['TS-02', true], ['a1f0c3', true], ['预付卡', false], ['5G套餐', false], ['12315', true], ['Beauty', false], ['', false], ['3', false]])(
		'%s', (text, is) => expect(looksCoded(text)).toBe(is)
	);
});

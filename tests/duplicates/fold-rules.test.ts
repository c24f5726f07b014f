import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsOf, isFilingItem, isSimilarItem, madeFilingKey, pairName, type FoldRow } from '#lib/duplicates/rules.ts';

const base: FoldRow = {
	id: '', uscc: 'a', at: '', subject: 'a', kind: 'complaint', day: 20_000, sourceId: 's', sourceKey: '', known: 0, received: 0, occurred: 0,
	item: null, itemText: null, channel: null, person: null, before: null, after: null
};
type Given = Partial<FoldRow>;
const rowsOf = (given: readonly Given[]): FoldRow[] => given.map((row, i) => ({ ...base, id: `${i}`, sourceKey: `${i}`, known: i, ...row }));
/** `1→0 rule`: which row goes into which. */
const said = (rows: readonly FoldRow[], apart: ReadonlySet<string> = new Set()) =>
	foldsOf(rows, apart).map(({ rule, row, kept }) => `${row.id}→${kept?.id ?? 'filing'} ${rule}`).sort();

const phone = { person: 'i:p', channel: '来电', item: '预付卡' };
const app = { person: 'i:p', channel: '全国12315平台', item: '预付卡退费' };
const move = { kind: 'change', item: 'address', itemText: '住所变更' };

describe('a complaint by telephone and app', () => {
	it.each<[string, readonly Given[], readonly string[]]>([
		['is one', [phone, app], ['1→0 complaint-channels']],
		['is one within seven days', [phone, { ...app, day: 20_007 }], ['1→0 complaint-channels']],
		['is two after eight', [phone, { ...app, day: 20_008 }], []],
		['of two people is two', [phone, { ...app, person: 'i:q' }], []],
		['of nobody known is two', [{ ...phone, person: null }, { ...app, person: null }], []],
		['about two matters is two', [phone, { ...app, item: '食品安全' }], []],
		['about two enterprises is two', [phone, { ...app, subject: 'b' }], ['never']],
		['by the same channel again is left to the counting', [phone, { ...phone }], []],
		['by the same channel of another source is one', [phone, { ...phone, sourceId: 't' }], ['1→0 complaint-channels']],
		['thrice is one, the first we had', [{ ...app, known: 9 }, phone, { ...app, channel: '来信' }], ['0→1 complaint-channels', '2→1 complaint-channels']]
	])('%s', (_, given, expected) => {
		const rows = rowsOf(given);
		const found = [...Map.groupBy(rows, (row) => row.subject).values()].flatMap((own) => said(own));
		expect(found).toEqual(expected[0] === 'never' ? [] : expected);
	});
	it('stays two where people said so', () => {
		const rows = rowsOf([phone, app]);
		expect(said(rows, new Set([pairName(rows[1]!, rows[0]!)]))).toEqual([]);
	});
});

describe('fragments of one change of address', () => {
	it.each<[string, readonly Given[], readonly string[]]>([
		['with the same new address are one', [{ ...move, after: '人民路 8 号' }, { ...move, after: '人民路8号' }], ['1→0 address-fragments']],
		['that continue each other are one, on neighbouring days', [{ ...move, before: '甲', after: '乙' }, { ...move, before: '乙', after: '丙', day: 20_001 }], ['1→0 address-fragments']],
		['are one in any order', [
			{ ...move, before: '甲', after: '乙' }, { ...move, before: '丙', after: '丁' }, { ...move, before: '乙', after: '丙' }
		], ['1→0 address-fragments', '2→0 address-fragments']],
		['two days apart are two changes', [{ ...move, before: '甲', after: '乙' }, { ...move, before: '乙', after: '丙', day: 20_002 }], []],
		['on three days are two: nothing is folded further than a day', [
			{ ...move, before: '甲', after: '乙' }, { ...move, before: '乙', after: '丙', day: 20_001 }, { ...move, before: '丙', after: '丁', day: 20_002 }
		], ['1→0 address-fragments']],
		['without any address are left alone', [move, move], []],
		['to different places are left alone', [{ ...move, before: '甲', after: '乙' }, { ...move, before: '丙', after: '丁' }], []],
		['of another item are none', [{ ...move, item: 'name', after: '甲' }, { ...move, item: 'name', after: '甲' }], []]
	])('%s', (_, given, expected) => expect(said(rowsOf(given))).toEqual(expected));
});

describe('a filing among changes', () => {
	const change = { kind: 'change', item: 'other' };
	it.each<[string, readonly Given[], readonly string[]]>([
		['counts as a filing', [{ ...change, itemText: '章程备案' }], ['0→filing filing-not-change']],
		['goes into the filing of the day', [{ ...change, itemText: '章程变更' }, { kind: 'filing', item: '章程备案' }], ['0→1 filing-not-change']],
		['of another day makes its own', [{ ...change, itemText: '章程变更' }, { kind: 'filing', item: '章程备案', day: 20_001 }], ['0→filing filing-not-change']],
		['under the very same words is one, whatever it is', [{ ...change, itemText: '股东' }, { kind: 'filing', item: '股东' }], ['0→1 filing-not-change']],
		['beside a change of what is registered stays beside it', [{ ...change, itemText: '股东变更' }, { kind: 'filing', item: '股东备案' }], []]
	])('%s', (_, given, expected) => expect(said(rowsOf(given))).toEqual(expected));
	it('stays a change where people said so', () => {
		const rows = rowsOf([{ ...change, itemText: '章程备案' }]);
		expect(said(rows, new Set([pairName(rows[0]!, { sourceId: 's', sourceKey: madeFilingKey('0') })]))).toEqual([]);
	});
	const march2022 = Date.UTC(2022, 2, 1) / 86_400_000;
	it.each<[string, number, boolean]>([
		['章程备案', 0, true], ['董事、监事、经理变更', 0, true], ['联络员', 0, true], ['清算组备案', 0, true], ['受益所有人', 0, true],
		['经营期限变更', march2022, true], ['经营期限变更', march2022 - 1, false],
		['法定代表人变更', march2022, false], ['住所变更', march2022, false], ['股东、董事变更', march2022, false], ['注册资本', march2022, false], ['住所备案', 0, true]
	])('%s on day %i: %s', (words, day, expected) => expect(isFilingItem(words, day)).toBe(expected));
});

it.each<[string | null, string | null, boolean]>([
	['预付卡', '预付卡退费', true], ['售后服务', '服务售后', true], ['食品安全', '价格', false], [null, '价格', true], ['合同', '合同（履行）', true]
])('%s and %s: similar %s', (a, b, expected) => expect(isSimilarItem(a, b)).toBe(expected));

describe('whatever the rows', () => {
	const row = fc.record({
		kind: fc.constantFrom('complaint', 'change', 'filing'), day: fc.integer({ min: 20_000, max: 20_016 }), sourceId: fc.constantFrom('s', 't'),
		channel: fc.constantFrom('a', 'b', null), person: fc.constantFrom('p', 'q', null), item: fc.constantFrom('address', '章程', '预付卡'),
		itemText: fc.constantFrom('章程备案', '住所变更', null), before: fc.constantFrom('甲', '乙', null), after: fc.constantFrom('乙', '丙', null), known: fc.integer({ min: 0, max: 5 })
	});
	it('folds are the same in any order, none is folded twice, and nothing into what is folded', () => {
		fc.assert(fc.property(fc.array(row, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (given, random) => {
			const rows = rowsOf(given);
			const folds = foldsOf(rows, new Set());
			const shuffled = rows.map((one) => [random.next().value as number, one] as const).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
			expect(said(shuffled)).toEqual(said(rows));
			const folded = folds.map((fold) => fold.row.id);
			expect(new Set(folded).size).toBe(folded.length);
			for (const { row: one, kept } of folds) {
				expect(kept === null || !folded.includes(kept.id)).toBe(true);
				expect(kept === null || kept.kind !== one.kind || kept.known <= one.known).toBe(true);
			}
		}));
	});
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parentsOf, type OpenCell } from '#lib/warnings/parents.ts';

const cell = (id: string, regionCode: string, industryKey: string, change: Partial<OpenCell> = {}): OpenCell => ({
	id, indicatorId: 'complaint-surge', regionCode, industryKey, cells: null, evaluation: 'breaching', raisedOn: '2026-06-01', ...change
});
const pairs = (cells: readonly OpenCell[]) => [...parentsOf(cells)].filter(([, parent]) => parent !== null).map(([child, parent]) => `${child} in ${parent}`);

describe('a wider episode holds the narrower ones', () => {
	test.each<[string, OpenCell[], string[]]>([
		['of its region', [cell('city', '320400', 'H62'), cell('county', '320412', 'H62')], ['county in city']],
		['of its industry', [cell('section', '320412', 'H'), cell('division', '320412', 'H62')], ['division in section']],
		['of every industry', [cell('all', '320400', '*'), cell('county', '320412', 'H62'), cell('unknown', '320412', '-')], ['county in all', 'unknown in all']],
		['the widest of several', [cell('city', '320400', 'H62'), cell('province', '320000', 'H'), cell('county', '320412', 'H62')], ['city in province', 'county in province']],
		['never of another indicator', [cell('city', '320400', 'H62', { indicatorId: 'change-surge' }), cell('county', '320412', 'H62')], []],
		['never beside it', [cell('city', '320500', 'H62'), cell('county', '320412', 'H62'), cell('other', '320412', 'F')], []],
		['what is wider in one way only, not', [cell('city', '320400', 'H62'), cell('county', '320412', 'H')], []],
		['once its signal subsided, only what subsided too', [
			cell('city', '320400', 'H62', { evaluation: 'cleared' }), cell('on', '320412', 'H62'), cell('gone', '320411', 'H62', { evaluation: 'cleared' })
		], ['gone in city']],
		['of a cluster, what its members hold', [
			cell('cluster', '320400', 'H', { cells: { regions: ['320412', '320404'], industries: ['H62'] } }),
			cell('in', '320412', 'H621'), cell('out', '320411', 'H62'), cell('other', '320412', 'H61')
		], ['in in cluster']]
	])('%s', (_, open, expected) => expect(pairs(open)).toEqual(expected));

	test('no episode holds itself, directly or through others, and no parent has a parent that is held by it', () => {
		const codes = ['000000', '320000', '320400', '320412', '320500', '320505'];
		const keys = ['*', '-', 'H', 'H62', 'H621', 'F'];
		const some = fc.array(
			fc.record({
				regionCode: fc.constantFrom(...codes), industryKey: fc.constantFrom(...keys), evaluation: fc.constantFrom('breaching' as const, 'cleared' as const, 'held' as const),
				cells: fc.option(fc.record({ regions: fc.subarray(codes, { minLength: 1 }), industries: fc.subarray(keys, { minLength: 1 }) }), { freq: 4 })
			}),
			{ maxLength: 30 }
		);
		fc.assert(
			fc.property(some, (list) => {
				const open = list.map((one, i) => ({ ...cell(`w${i}`, one.regionCode, one.industryKey), ...one }));
				const parents = parentsOf(open);
				for (const { id } of open) {
					const seen = new Set<string>();
					for (let at: string | null | undefined = id; at; at = parents.get(at)) {
						expect(seen.has(at)).toBe(false);
						seen.add(at);
					}
				}
			})
		);
	});
});

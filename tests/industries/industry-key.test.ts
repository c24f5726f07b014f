import { describe, expect, it } from 'vitest';
import { readReference } from '#db/reference/read.ts';
import { makeIndustryFinder } from '#lib/industries/industry-key.ts';

const rows = readReference('industries').map((row) => ({ key: row['key']!, code: row['code']!, name: row['name']! }));
const find = makeIndustryFinder(rows);

describe('finding an industry', () => {
	it('finds every industry by key and by code', () => {
		for (const { key, code } of rows) {
			expect(find(key)).toEqual({ key, basis: 'given' });
			expect(find(code)).toEqual({ key, basis: 'given' });
		}
	});
	it.each([
		['批发业', 'F51', 'given'],
		['c13', 'C13', 'given'],
		['Ｃ１３', 'C13', 'given'],
		['C1398', 'C139', 'parent'],
		['5197', 'F519', 'parent'],
		['F1311', '-', 'unknown'],
		['Z99', '-', 'unknown'],
		['', '-', 'unknown'],
		['卖东西', '-', 'unknown']
	])('%s is %s (%s)', (text, key, basis) => expect(find(text)).toEqual({ key, basis }));
});

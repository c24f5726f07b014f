import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReference } from '#db/reference/read.ts';
import { makeCrosswalk, regionDigits } from '#lib/regions/crosswalk.ts';

const rows = readReference('regions');
const codes = new Set(rows.map((row) => row['code']!));
const successions = new Map(readReference('region-successions').map((row) => [row['retired_code']!, row['successor_code']!]));
const crosswalk = makeCrosswalk(codes, successions);

describe('the crosswalk of region codes', () => {
	it('leaves every known code as it is, zones and placeholders included', () => {
		for (const code of codes) expect(crosswalk(code)).toEqual({ code, basis: 'given' });
	});

	it.each([
		['320602', '320613', 'successor'],
		['320611', '320613', 'successor'],
		['320684', '320614', 'successor'],
		['320191', '320100', 'city'],
		['320192', '320100', 'city'],
		['320594', '320500', 'city'],
		['320891', '320800', 'city'],
		['321291', '321200', 'city'],
		['329999', '320000', 'province'],
		['990000', '000000', 'nation'],
		['常州', '000000', 'nation'],
		['', '000000', 'nation'],
		['3204', '320400', 'given'],
		['320412001002', '320412', 'given'],
		['３２０４１２', '320412', 'given']
	])('brings %s to %s (%s)', (given, code, basis) => {
		expect(crosswalk(given)).toEqual({ code, basis });
	});

	it('loses no code: whatever comes, the answer is a known region that contains it', () => {
		fc.assert(
			fc.property(fc.oneof(fc.integer({ min: 0, max: 999_999 }).map((n) => String(n).padStart(6, '0')), fc.string()), (given) => {
				const { code, basis } = crosswalk(given);
				expect(code === '000000' || codes.has(code)).toBe(true);
				const digits = regionDigits(given);
				if (basis === 'given') expect(code).toBe(digits);
				if (basis === 'city') expect(code.slice(0, 4)).toBe(digits?.slice(0, 4));
				if (basis === 'province') expect(code.slice(0, 2)).toBe(digits?.slice(0, 2));
				expect(basis === 'nation').toBe(code === '000000');
			})
		);
	});

	it('follows successions of successions and stops in a circle', () => {
		const chained = makeCrosswalk(new Set(['320000', '320613']), new Map([['320601', '320602'], ['320602', '320613'], ['320701', '320702'], ['320702', '320701']]));
		expect(chained('320601')).toEqual({ code: '320613', basis: 'successor' });
		expect(chained('320701')).toEqual({ code: '320000', basis: 'province' });
	});
});

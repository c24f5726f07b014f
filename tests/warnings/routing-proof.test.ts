import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proveRouting } from '#lib/warnings/routing-proof.ts';
import { routed, type Desk, type Route } from '#lib/warnings/routing.ts';

const regions = ['000000', '320000', '320400', '320412', '320411', '320500', '420000', '420600'];
const industries = ['*', '-', 'H', 'H62', 'H621', 'F', 'F51', 'A01'];
const items = ['complaint', 'registration', 'change', 'outside'];
const prefixes = ['', '32', '3204', '320412', '42'];

const routeOf: fc.Arbitrary<Route> = fc.record({
	item: fc.constantFrom('*', 'complaint', 'change'), industryPrefix: fc.constantFrom('', 'H', 'H62', 'F'), regionPrefix: fc.constantFrom(...prefixes),
	departmentId: fc.constantFrom('d0', 'd1', 'd2', 'd3')
});
const deskOf: fc.Arbitrary<Omit<Desk, 'id'>> = fc.record({
	regionCode: fc.constantFrom('000000', '320000', '320400', '320412', '420600'), industries: fc.option(fc.constantFrom(['H'], ['H62', 'F'], ['A']))
});

describe('the proof of the routing table', () => {
	test('counts as trying each combination would', () => {
		fc.assert(
			fc.property(fc.array(routeOf, { maxLength: 8 }), fc.array(deskOf, { maxLength: 4 }), fc.subarray(['d0', 'd1', 'd2', 'd3']), (routes, list, people) => {
				const desks = list.map((desk, i) => ({ ...desk, id: `d${i}` }));
				const staffed = new Set(people);
				const proof = proveRouting(routes, desks, staffed, { items, industries, regions });
				const tried = { byTable: 0, byNearest: 0, ownerless: 0 };
				for (const item of items) {
					for (const industryKey of industries) {
						for (const regionCode of regions) {
							const found = routed(routes, desks, { item, industryKey, regionCode });
							if (!found?.covered || !staffed.has(found.departmentId)) tried.ownerless++;
							else if (found.route) tried.byTable++;
							else tried.byNearest++;
						}
					}
				}
				expect(proof).toMatchObject({ combinations: items.length * industries.length * regions.length, ...tried });
				expect(proof.examples.length > 0).toBe(tried.ownerless > 0);
			}),
			{ numRuns: 300 }
		);
	});

	test('holds for an office with one general department that has people', () => {
		const desks: Desk[] = [{ id: 'province', regionCode: '320000', industries: null }];
		const within = { items, industries, regions: regions.filter((code) => code.startsWith('32')) };
		expect(proveRouting([], desks, new Set(['province']), within)).toMatchObject({ ownerless: 0, examples: [] });
		expect(proveRouting([], desks, new Set(), within).ownerless).toBe(within.regions.length * items.length * industries.length);
	});
});

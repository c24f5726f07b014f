import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMapQuery } from '#lib/risk-map/query.ts';
import { viewHref, viewsOf, type AnyView } from '#lib/risk-map/views.ts';
import { parseClassQuery } from '#lib/structure/class-query.ts';
import { parseCohortQuery } from '#lib/structure/cohort-query.ts';

const latest = '2026-11-01';
const defaults = { region: '320000', month: latest, latest, kinds: ['complaint'] };
/** What a page of a view understands of an address. */
const read = (href: string) => {
	const { pathname, searchParams } = new URL(href, 'http://x');
	if (pathname === '/map') return parseMapQuery(searchParams, defaults);
	return pathname === '/map/classes' ? parseClassQuery(searchParams, defaults) : parseCohortQuery(searchParams, defaults.region);
};

describe('views of a place', () => {
	it('lead to one another with region, month and industry', () => {
		fc.assert(fc.property(
			fc.constantFrom<AnyView>(...viewsOf('province')), fc.constantFrom<AnyView>(...viewsOf('province')),
			fc.constantFrom('320000', '320400', '320412'), fc.constantFrom('2025-12-01', '2026-11-01'), fc.constantFrom(null, 'H', 'C13'),
			(view, next, region, month, industry) => {
				const first = read(viewHref({ region, month, industry }, view));
				expect(read(viewHref(first, next))).toMatchObject({ region, month, industry, ...(next === 'classes' || next === 'cohorts' ? {} : { view: next }) });
			}
		));
	});

	it('of a county are those that need no parts', () => {
		expect(viewsOf('county')).toEqual(['industry', 'classes', 'cohorts']);
		expect(viewsOf('city')).toEqual(['map', 'industry', 'matrix', 'multiples', 'classes', 'cohorts']);
	});

	it('leave out an industry that the map does not know, and a month that nobody chose', () => {
		expect(viewHref({ region: '320400', month: null, industry: '-' }, 'matrix')).toBe('/map?region=320400&view=matrix');
		expect(viewHref({ region: '320400', month: null, industry: '-' }, 'cohorts')).toBe('/map/cohorts?region=320400&industry=-');
	});
});

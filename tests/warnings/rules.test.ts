import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inScope } from '#lib/access/scope.ts';
import { cursorText, filterQuery, ignoredIn, parseCursor, parseFilter } from '#lib/warnings/list-filter.ts';
import { defaultLevelRules, levelOf, levelRank, levels } from '#lib/warnings/levels.ts';
import { covers, departmentFor, longestMatch, type Desk, type Route } from '#lib/warnings/routing.ts';
import { parseDeadlines, parseLevelRules } from '#lib/warnings/settings.ts';

describe('routing', () => {
	const route = (item: string, industryPrefix: string, regionPrefix: string, departmentId: string): Route => ({
		item, industryPrefix, regionPrefix, departmentId
	});
	const routes = [
		route('*', '', '', 'nation'), route('*', '', '3204', 'city'), route('complaint', '', '3204', 'hotline'),
		route('*', 'H', '3204', 'catering'), route('*', 'H62', '3204', 'restaurants'), route('*', '', '320412', 'county')
	];

	test.each([
		['complaint', '320411', 'F', 'hotline'],
		['change', '320411', 'F52', 'city'],
		['complaint', '320411', 'H61', 'catering'],
		['complaint', '320411', 'H62', 'restaurants'],
		['complaint', '320412', 'H62', 'county'],
		['complaint', '320400', '*', 'hotline'],
		['complaint', '330100', 'H62', 'nation'],
		['complaint', '320000', '*', 'nation']
	])('%s in %s, industry %s goes to %s', (item, regionCode, industryKey, expected) => {
		expect(longestMatch(routes, { item, regionCode, industryKey })?.departmentId).toBe(expected);
	});

	const regions = ['000000', '320000', '320400', '320412', '330000', '330106'];
	const keys = ['*', '-', 'H', 'H62', 'F', 'F52'];
	const desk = fc.record({
		id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
		regionCode: fc.constantFrom(...regions),
		industries: fc.option(fc.subarray(['H', 'H62', 'F'], { minLength: 1 }))
	});
	const scope = fc.record({
		item: fc.constantFrom('complaint', 'change'), regionCode: fc.constantFrom(...regions), industryKey: fc.constantFrom(...keys)
	});
	const anyRoute = fc.record({
		item: fc.constantFrom('*', 'complaint'), industryPrefix: fc.constantFrom('', 'H', 'H62'),
		regionPrefix: fc.constantFrom('', '32', '3204', '320412'), departmentId: fc.constantFrom('a', 'b', 'c', 'x')
	});

	test('leaves nothing without an owner, and prefers an owner who can see it', () => {
		fc.assert(
			fc.property(fc.uniqueArray(desk, { minLength: 1, selector: (d) => d.id }), fc.array(anyRoute), scope, (desks: Desk[], table, wanted) => {
				const found = desks.find((d) => d.id === departmentFor(table, desks, wanted));
				expect(found).toBeDefined();
				if (desks.some((d) => covers(d, wanted))) expect(covers(found!, wanted)).toBe(true);
			})
		);
	});

	test('covers says the same as the jurisdiction of a person in that department', () => {
		fc.assert(
			fc.property(desk, scope, (d, wanted) => {
				const prefix = d.regionCode.replace(/(00)+$/, '');
				expect(covers(d, wanted)).toBe(inScope({ regionPrefix: prefix, industries: d.industries }, wanted.regionCode, wanted.industryKey));
			})
		);
	});
});

describe('deadlines', () => {
	test('are refused when disposing would be due before acknowledging, or a level is missing', () => {
		const fine = { red: { acknowledge: 0, dispose: 3 }, orange: { acknowledge: 1, dispose: 5 }, yellow: { acknowledge: 3, dispose: 10 } };
		expect(parseDeadlines(fine)).toBeNull();
		expect(parseDeadlines({ ...fine, blue: { acknowledge: 5, dispose: 4 } })).toBeNull();
		expect(parseDeadlines({ ...fine, blue: { acknowledge: 5, dispose: 20 } })).not.toBeNull();
	});
});

describe('levels', () => {
	test('only get worse with a larger count, a smaller probability or a larger multiple', () => {
		const figures = fc.record({ q: fc.double({ min: 0, max: 1, noNaN: true }), observed: fc.nat(500), expected: fc.nat(100) });
		fc.assert(
			fc.property(figures, fc.nat(100), (f, more) => {
				const before = levelRank(levelOf(defaultLevelRules, { kind: 'cell', ...f }));
				expect(levelRank(levelOf(defaultLevelRules, { kind: 'cell', ...f, observed: f.observed + more }))).toBeLessThanOrEqual(before);
				expect(levelRank(levelOf(defaultLevelRules, { kind: 'cell', ...f, q: f.q / 2 }))).toBeLessThanOrEqual(before);
			})
		);
	});

	test('of one subject are multiples of its limit', () => {
		const of = (observed: number) => levelOf(defaultLevelRules, { kind: 'entity', observed, limit: 6 });
		expect([6, 9, 15, 24].map(of)).toEqual(['blue', 'yellow', 'orange', 'red']);
		expect(parseLevelRules(defaultLevelRules)).toEqual(defaultLevelRules);
		expect(parseLevelRules({ ...defaultLevelRules, entity: { red: 1, orange: 2, yellow: 3 } })).toBeNull();
	});
});

describe('the filter in the URL', () => {
	test('comes back as it was', () => {
		const filter = fc.record({
			door: fc.constantFrom('new', 'mine', 'overdue', 'all'),
			level: fc.subarray([...levels]),
			item: fc.option(fc.constantFrom('complaint', 'change')),
			indicator: fc.option(fc.constant('complaint-surge')),
			region: fc.option(fc.constantFrom('320400', '320412')),
			industry: fc.option(fc.constantFrom('H', 'H62', '-', '*')),
			work: fc.option(fc.constantFrom('new', 'closed')),
			evaluation: fc.option(fc.constantFrom('held', 'cleared')),
			snoozed: fc.constantFrom('hide', 'only', 'all'),
			text: fc.option(fc.constantFrom('2026-000001', '某某 公司&x=1')),
			incident: fc.option(fc.constant('0b1c-2')),
			parent: fc.option(fc.constant('9f-3'))
		});
		fc.assert(
			fc.property(filter, (f) => {
				const params = new URLSearchParams(filterQuery(f as never));
				expect(parseFilter(params)).toEqual(f);
				expect(ignoredIn(params, f as never)).toEqual([]);
			})
		);
	});

	test('leaves out what makes no sense instead of failing, and says so', () => {
		const params = new URLSearchParams('door=x&level=pink&level=red&region=12&industry=%25&work=y&snoozed=z&item=&open=9');
		const odd = parseFilter(params, 'all');
		expect(ignoredIn(params, odd)).toEqual(['door=x', 'level=pink', 'region=12', 'industry=%', 'work=y', 'snoozed=z']);
		expect(odd).toMatchObject({ door: 'all', level: ['red'], region: null, industry: null, work: null, snoozed: 'hide' });
		expect(parseCursor("2026-01-01_1_'; drop")).toBeNull();
		expect(parseCursor(cursorText({ due: '2026-01-01', rank: 2, id: 'a-b' }))).toEqual({ due: '2026-01-01', rank: 2, id: 'a-b' });
	});
});

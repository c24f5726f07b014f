import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOfKind } from '#lib/risk-map/layers.ts';
import { mapHref, measures, misreadIn, parseMapQuery, misreadRows, parseRowsQuery, rowsHref, type MapQuery, type RowsQuery, views, visitResults, yearBefore } from '#lib/risk-map/query.ts';
import { progressSteps } from '#lib/risk-map/progress.ts';
import { shortName, unitsOf } from '#lib/risk-map/units.ts';
import { regionTree, type Region, type RegionKind, type RegionLevel } from '#lib/regions/tree.ts';

const kinds = ['complaint', 'registration'];
const defaults = { region: '320000', month: '2026-11-01', latest: '2026-11-01', kinds };
const paramsOf = (href: string) => new URL(href, 'http://x').searchParams;

describe('the address of the map', () => {
	const query: fc.Arbitrary<MapQuery> = fc.record({
		region: fc.constantFrom('000000', '320000', '320400', '320412'),
		month: fc.constantFrom('2025-01-01', '2026-11-01'),
		measure: fc.constantFrom(...measures),
		kind: fc.constantFrom(...kinds),
		view: fc.constantFrom(...views),
		industry: fc.constantFrom(null, 'H', 'H62'),
		detail: fc.constantFrom(null, 'county' as const),
		compare: fc.constantFrom(null, '2025-02-01', '2026-11-01')
	});
	it('says everything it was made from', () => {
		fc.assert(
			fc.property(query, (one) => {
				const read = parseMapQuery(paramsOf(mapHref(one)), defaults);
				// A month is not compared with itself, and a kind is said where a layer or the small maps are of one.
				const kind = isOfKind(one.measure) || one.view === 'multiples' ? one.kind : 'complaint';
				expect(read).toEqual({ ...one, kind, compare: one.compare === one.month ? null : one.compare });
			})
		);
	});
	it('takes a short region code', () => {
		expect(parseMapQuery(new URLSearchParams('region=3204'), defaults).region).toBe('320400');
	});
	it('falls back where it makes no sense, and never beyond the present', () => {
		const read = parseMapQuery(new URLSearchParams("region=x&month=2026-13&measure=risk&kind=drop&industry=H6'&view=3d"), defaults);
		expect(read).toEqual({ region: '320000', month: '2026-11-01', measure: 'warnings', kind: 'complaint', view: 'map', industry: null, detail: null, compare: null });
		expect(parseMapQuery(new URLSearchParams('month=2027-05'), defaults).month).toBe('2026-11-01');
	});
});

describe('the address of rows', () => {
	const common = {
		region: fc.constantFrom('320000', '320412'),
		industry: fc.constantFrom(null, '-', '*', 'H', 'H62'),
		from: fc.constant('2026-11-01'),
		to: fc.constant('2026-11-20'),
		level: fc.constantFrom(null, 'red'),
		exact: fc.boolean()
	};
	const months = { ...common, kind: fc.constant(null), to: fc.constant('2026-11-30') };
	const rows: fc.Arbitrary<RowsQuery> = fc.oneof(
		fc.record({ ...common, kind: fc.constantFrom(null, ...kinds) }),
		fc.record({ ...common, kind: fc.constant(null), of: fc.constantFrom('disposed' as const, 'due' as const) }),
		fc.record({ ...months, of: fc.constant('active' as const) }),
		fc.record({ ...months, of: fc.constant('visited' as const), from: fc.constant('2025-12-01') }),
		fc.record({ ...months, of: fc.constant('classes' as const), classes: fc.constantFrom(null, 'CD', 'A') }),
		fc.record({ ...months, of: fc.constant('visits' as const), found: fc.constantFrom(...visitResults), snapshot: fc.constant('S7K3MQ2XA9BD') }),
		fc.record({ ...common, kind: fc.constant(null), work: fc.constantFrom(...progressSteps) }),
		fc.record({ ...common, kind: fc.constant(null), of: fc.constant('due' as const), kept: fc.constant(true) }),
		fc.record({ ...common, kind: fc.constant(null), of: fc.constant('overdue' as const), from: fc.constant('2026-11-20') }),
		fc.record({ ...common, kind: fc.constant(null), indicator: fc.constant('complaint-surge') })
	);
	it('says everything it was made from', () => {
		fc.assert(
			fc.property(rows, (one) => {
				expect(parseRowsQuery(paramsOf(rowsHref(one)), kinds)).toEqual(one);
			})
		);
	});
	it('reads what older addresses say of visits that found a problem', () =>
		expect(parseRowsQuery(new URLSearchParams('of=visits&found=1&region=320412&from=2026-11-01&to=2026-11-30'), kinds)).toMatchObject({ found: 'problem' }));
	it.each([
		['', ['of=']],
		['of=rumour', ['of=rumour']],
		['kind=complaint&region=320412', ['from=', 'to=']],
		['kind=other&region=320412&from=2026-11-01&to=2026-11-02', ['kind=other']],
		['kind=complaint&region=3204&from=2026-11-01&to=2026-11-02', ['region=3204']],
		['kind=complaint&region=320412&from=2026-11-31&to=2026-12-02', ['from=2026-11-31']],
		['kind=complaint&region=320412&from=2026-11-03&to=2026-11-02', ['from=2026-11-03', 'to=2026-11-02']],
		['of=visits&found=all&region=320412&from=2026-11-01&to=2026-11-30', ['found=all']],
		['of=visits&region=320412&from=2026-11-01&to=2026-11-29', ['from=2026-11-01', 'to=2026-11-29']],
		['of=visited&region=320412&from=2026-11-01&to=2026-11-30', ['from=2026-11-01', 'to=2026-11-30']],
		['of=classes&region=320412&from=2026-10-01&to=2026-11-30', ['from=2026-10-01', 'to=2026-11-30']],
		['of=classes&classes=XY&region=320412&from=2026-11-01&to=2026-11-30', ['classes=XY']],
		['of=active&industry=H621&region=320412&from=2026-11-01&to=2026-11-30', ['industry=H621']],
		['of=warnings&work=new&region=320412&from=2026-11-01&to=2026-11-02', ['work=new']],
		['of=overdue&region=320412&from=2026-11-01&to=2026-11-02', ['from=2026-11-01', 'to=2026-11-02']],
		[`of=warnings&level=${'x'.repeat(60)}&region=320412&from=2026-11-01&to=2026-11-02`, [`level=${'x'.repeat(40)}…`]]
	])('means nothing as "%s", and says what is wrong with it', (text, misread) => {
		expect(parseRowsQuery(new URLSearchParams(text), kinds)).toBeNull();
		expect(misreadRows(new URLSearchParams(text), kinds)).toEqual(misread);
	});
	it('compares a leap day with the last of February', () => expect(yearBefore('2024-02-29')).toBe('2023-02-28'));
});

const region = (code: string, level: RegionLevel, parentCode: string | null, kind: RegionKind = 'division'): Region => ({
	code, name: code, level, kind, parentCode, longitude: null, latitude: null
});
const tree = regionTree([
	region('000000', 'nation', null),
	region('110000', 'province', '000000'),
	region('110100', 'city', '110000', 'placeholder'),
	region('110101', 'county', '110100'),
	region('320000', 'province', '000000'),
	region('320400', 'city', '320000'),
	region('320401', 'county', '320400', 'placeholder'),
	region('320412', 'county', '320400'),
	region('320471', 'county', '320400', 'zone')
]);

describe('the regions of a map', () => {
	it.each([
		['000000', false, ['110000', '320000']],
		['320000', false, ['320400']],
		['320000', true, ['320412', '320471']],
		['320400', false, ['320412', '320471']],
		['110000', false, ['110101']],
		['320412', false, ['320412']],
		['999999', false, []]
	])('of %s (by county: %s) are %j', (code, byCounty, codes) => {
		expect(unitsOf(tree, code, byCounty).map((one) => one.code)).toEqual(codes);
	});
	it.each([
		['武进区', '常州市', '武进'],
		['丰县', '徐州市', '丰县'],
		['徐州经济技术开发区', '徐州市', '经开区'],
		['苏州工业园区', '苏州市', '工业园区'],
		['滨海新区', '天津市', '滨海新区'],
		['延边朝鲜族自治州', '吉林省', '延边'],
		['内蒙古自治区', '全国', '内蒙古'],
		['江苏省', '全国', '江苏']
	])('are called short: %s of %s is %s', (name, parent, short) => {
		expect(shortName(name, parent)).toBe(short);
	});
});

describe('what an address says that nobody understands', () => {
	const misread = (address: string) => misreadIn(new URLSearchParams(address), parseMapQuery(new URLSearchParams(address), defaults));

	it.each([
		['', []],
		['month=2026-11&view=matrix&industry=C13&region=3204', []],
		['month=2026-11&compare=2026-11', []],
		['month=2026-13', ['month=2026-13']],
		['month=2030-01', ['month=2030-01']],
		['month=1800-01&compare=1999-12', ['month=1800-01', 'compare=1999-12']],
		['detail=town&detail=county', ['detail=town']],
		['detail=county', []],
		['industry=ZZ&view=globe', ['view=globe', 'industry=ZZ']],
		['measure=fear&kind=rumour', ['measure=fear', 'kind=rumour']]
	])('of a map is named: %s', (address, names) => {
		expect(misread(address)).toEqual(names);
	});

	it.each(['industry=Z99', 'level=purple', "indicator='x"])('is no list of rows: %s', (filter) => {
		const rows = 'of=warnings&region=320000&from=2026-11-01&to=2026-11-20';
		expect(parseRowsQuery(new URLSearchParams(rows), kinds)).not.toBeNull();
		expect(parseRowsQuery(new URLSearchParams(`${rows}&${filter}`), kinds)).toBeNull();
	});
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, stepsBetween, type Hex } from '#lib/risk-map/hex.ts';
import { hexLayout, type Place } from '#lib/risk-map/hex-layout.ts';
import { gabrielEdges } from '#lib/regions/neighbours.ts';

type Row = { code: string; level: string; kind: string; parent: string; place: Place };
const rows: readonly Row[] = readFileSync('db/reference/regions.csv', 'utf8')
	.trim()
	.split('\n')
	.slice(1)
	.map((line) => {
		const [code, , level, kind, parent, longitude, latitude] = line.split(',') as [string, string, string, string, string, string, string];
		const number = (text: string) => (text.trim() === '' ? null : Number(text));
		return { code, level, kind, parent, place: { key: code, longitude: number(longitude), latitude: number(latitude) } };
	});
const provinces = rows.filter((row) => row.level === 'province');
const citiesOf = (province: string) => rows.filter((row) => row.parent === province && row.kind === 'division').map((row) => row.place);

/** Whether hexagons hang together. */
function connected(hexes: readonly Hex[]): boolean {
	const reached = [hexes[0]!];
	let rest = hexes.slice(1);
	for (let grew = true; grew; ) {
		const next = rest.filter((hex) => reached.some((other) => stepsBetween(hex, other) === 1));
		grew = next.length > 0;
		reached.push(...next);
		rest = rest.filter((hex) => !next.includes(hex));
	}
	return rest.length === 0;
}

const anyPlace = fc.record({
	longitude: fc.option(fc.integer({ min: 1160, max: 1220 }).map((n) => n / 10), { nil: null }),
	latitude: fc.option(fc.integer({ min: 300, max: 350 }).map((n) => n / 10), { nil: null })
});

describe('hex layout', () => {
	it('gives every place a hexagon of its own, ties and unknown places included, whatever their order', () => {
		fc.assert(
			fc.property(fc.array(anyPlace, { maxLength: 24 }), (list) => {
				const places = list.map((place, i) => ({ ...place, key: String(100 + i) }));
				const { hexes } = hexLayout(places);
				expect(new Set(hexes.map(keyOf)).size).toBe(places.length);
				const turned = hexLayout([...places].reverse());
				expect([...turned.hexes].reverse()).toEqual(hexes);
			}),
			{ numRuns: 60 }
		);
	});

	it('keeps nine of ten neighbourhoods of the provinces and, over the nation, of the cities', () => {
		const nation = hexLayout(provinces.map((row) => row.place));
		expect(nation.kept / nation.neighbours).toBeGreaterThanOrEqual(0.9);
		const layouts = provinces.map((row) => hexLayout(citiesOf(row.code)));
		const sum = (pick: (one: { kept: number; neighbours: number }) => number) => layouts.reduce((total, one) => total + pick(one), 0);
		expect(sum((one) => one.kept) / sum((one) => one.neighbours)).toBeGreaterThanOrEqual(0.9);
		for (const one of layouts) expect(one.kept).toBeGreaterThanOrEqual(0.75 * one.neighbours);
	});

	it('keeps the counties of each city of a province together', () => {
		const counties = rows.filter((row) => row.code.startsWith('32') && row.level === 'county' && row.kind !== 'placeholder');
		const { hexes, kept, neighbours } = hexLayout(counties.map((row) => ({ ...row.place, group: row.code.slice(0, 4) })));
		expect(kept / neighbours).toBeGreaterThan(0.75);
		const byCity = Map.groupBy(counties.map((row, i) => ({ city: row.parent, hex: hexes[i]! })), (one) => one.city);
		for (const [city, own] of byCity) expect(connected(own.map((one) => one.hex)), city).toBe(true);
	});

	it('keeps directions: north stays up, east stays right', () => {
		const { hexes } = hexLayout(citiesOf('320000'));
		const codes = citiesOf('320000').map((place) => place.key);
		const at = (code: string) => hexes[codes.indexOf(code)]!;
		// Xuzhou lies north-west of Suzhou, Lianyungang north of Nantong.
		expect(at('320300').r).toBeLessThan(at('320500').r);
		expect(at('320300').q + at('320300').r / 2).toBeLessThan(at('320500').q + at('320500').r / 2);
		expect(at('320700').r).toBeLessThan(at('320600').r);
	});
});

describe('neighbours on the ground', () => {
	it('have nobody between them', () => {
		expect(gabrielEdges([{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 2, y: 0 }])).toEqual([[0, 1], [1, 2]]);
	});
	it('at the same place stand together, and one of them for all towards others', () => {
		expect(gabrielEdges([{ x: 0, y: 0 }, { x: 0, y: 0 }, { x: 1, y: 0 }])).toEqual([[0, 1], [0, 2]]);
	});
});

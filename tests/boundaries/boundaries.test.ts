import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { approvedMap, listBoundaries, loadBoundaries, retireBoundaries } from '#lib/boundaries/boundaries.server.ts';
import { drawRegions, freeLabels } from '#lib/boundaries/drawing.ts';
import { codeOf, mapNumberForm, readBoundaries } from '#lib/boundaries/geojson.ts';
import { boundaryGeometry } from '#lib/risk-map/geometry.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { writeReference } from '../risk-map/fixtures.ts';

const square = (x: number, y: number, side = 1) => [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]];
const feature = (code: string, coordinates: unknown = square(119, 31), type = 'Polygon', properties: object = {}) => ({ type: 'Feature', properties: { code, name: `区${code}`, ...properties }, geometry: { type, coordinates } });
const file = (...features: readonly unknown[]) => JSON.stringify({ type: 'FeatureCollection', features });

describe('a file of boundaries', () => {
	it.each([
		['code', { code: '320412' }], ['adcode', { adcode: 320412 }], ['the code with the country before it', { gb: '156320412' }], ['nine digits of a county', { code: '320412000' }], ['twelve digits', { PAC: '320412000000' }]
	])('is read by %s', (_, properties) => expect(codeOf({ properties })).toBe('320412'));
	it.each([
		['{', 'not-json'],
		['{"type":"Feature"}', 'not-a-collection'],
		['null', 'not-a-collection'],
		[file(), 'empty'],
		[file({ type: 'Feature', properties: { name: '某区' }, geometry: null }), 'no-code'],
		[file(feature('320412', [[119, 31]], 'Point')), 'not-a-polygon'],
		[file(feature('320412', [[[119, 31], [120, 31], [119, 31]]])), 'bad-ring'],
		[file(feature('320412', [[[119, 31], [120, 31], [120, 32], [119, 32]]])), 'bad-ring'],
		[file(feature('320412', [[['a', 31], [120, 31], [120, 32], ['a', 31]]])), 'bad-ring'],
		[file(feature('320412', square(31, 119))), 'outside'],
		[file(feature('320412', square(500_000, 3_500_000))), 'outside'],
		[file(feature('320412'), feature('320412', square(120, 31))), 'twice']
	])('%.60s is refused: %s', (text, fault) => expect(readBoundaries(text)).toMatchObject({ ok: false, fault }));
	it.each([['GS(2024)0650号', true], ['苏S（2024）12号', true], ['GS（2019）3266号', true], ['2024-0650', false], ['GS(24)1号', false], ['', false]])('has a map number: %s is one: %s', (text, is) => expect(mapNumberForm.test(text)).toBe(is));
});

describe('drawn regions', () => {
	it('stay neighbours: a border of two is the same points in both', () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 9, maxLength: 9 }), (bends) => {
				const border = bends.map((bend, i) => [120 + bend, 31 + i / 8] as [number, number]);
				const west = { code: '1', polygons: [[[[119, 31], ...border, [119, 32], [119, 31]] as [number, number][]]] };
				const east = { code: '2', polygons: [[[[121, 31], [121, 32], ...[...border].reverse(), [121, 31]] as [number, number][]]] };
				const { regions } = drawRegions([west, east]);
				const points = (d: string) => {
					const numbers = [...d.matchAll(/-?\d+/g)].map(Number);
					let [x, y] = [numbers[0]!, numbers[1]!];
					const all = [`${x},${y}`];
					for (let i = 2; i < numbers.length; i += 2) all.push(`${(x += numbers[i]!)},${(y += numbers[i + 1]!)}`);
					return all;
				};
				const [a, b] = [points(regions['1']!.d), new Set(points(regions['2']!.d))];
				const inner = a.slice(2, -2).filter((point) => !['0'].includes(point.split(',')[0]!));
				expect(inner.every((point) => b.has(point))).toBe(true);
			})
		);
	});
	it('have their names inside, and a dot where they are too small to be drawn', () => {
		const { regions } = drawRegions([{ code: 'a', polygons: [square(119, 31, 2)] as never }, { code: 'b', polygons: [square(121, 31, 0.0001)] as never }]);
		expect(regions['a']!.room).toBeGreaterThan(100);
		expect(regions['b']).toMatchObject({ room: 0 });
	});
	it('have labels that never touch, however many there are, and the first of them always', () => {
		const box = fc.record({ key: fc.uuid(), x: fc.integer({ min: 0, max: 500 }), y: fc.integer({ min: 0, max: 500 }), width: fc.integer({ min: 1, max: 90 }), height: fc.integer({ min: 1, max: 40 }) });
		fc.assert(
			fc.property(fc.array(box, { minLength: 1, maxLength: 60 }), (boxes) => {
				const free = freeLabels(boxes);
				const shown = boxes.filter(({ key }) => free.has(key));
				expect(free.has(boxes[0]!.key)).toBe(true);
				for (const a of shown) for (const b of shown) if (a !== b) expect(Math.abs(a.x - b.x) * 2 >= a.width + b.width || Math.abs(a.y - b.y) * 2 >= a.height + b.height).toBe(true);
			})
		);
	});
});

describe('type over boundaries', () => {
	const place = fc.record({ x: fc.integer({ min: 0, max: 1000 }), y: fc.integer({ min: 0, max: 900 }), room: fc.integer({ min: 0, max: 90 }), width: fc.double({ min: 0.5, max: 3, noNaN: true }), up: fc.double({ min: 0.3, max: 1, noNaN: true }), mark: fc.constantFrom(0, 0.5) });
	const least = { width: 9, height: 7 };
	const drawn = (list: readonly { readonly x: number; readonly y: number; readonly room: number }[]) => ({ width: 1000, height: 900, regions: Object.fromEntries(list.map(({ x, y, room }, i) => [`r${i}`, { d: 'M0 0z', x, y, room }])) });
	const unitsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `r${i}`, short: '某区' }));

	it('has words and marks that never touch, names the worst first, and marks no region twice', () => {
		fc.assert(
			fc.property(fc.array(place, { minLength: 1, maxLength: 60 }), fc.nat(59), (list, chosen) => {
				const worst = `r${chosen % list.length}`;
				const reachOf = (key: string) => ({ ...list[Number(key.slice(1))]!, down: 0.5 });
				const { shapes, unit } = boundaryGeometry(unitsOf(list.length), drawn(list), { least, reachOf, first: [worst] });
				expect(shapes[chosen % list.length]!.labelled).toBe(true);
				const boxes = shapes.flatMap(({ x, y, labelled, marked }, i) => {
					const { width, up, down, mark } = reachOf(`r${i}`);
					if (labelled) return [{ left: x - (width * unit) / 2, right: x + (width * unit) / 2, top: y - up * unit, bottom: y + down * unit }];
					const half = (mark * unit) / 2;
					return marked && mark > 0 ? [{ left: x - half, right: x + half, top: y - half, bottom: y + half }] : [];
				});
				const apart = 1e-6;
				for (const [i, a] of boxes.entries()) {
					for (const b of boxes.slice(i + 1)) expect(a.right <= b.left + apart || b.right <= a.left + apart || a.bottom <= b.top + apart || b.bottom <= a.top + apart).toBe(true);
				}
			})
		);
	});
	it('is smaller where that leaves fewer out, and no smaller than it has to be', () => {
		const at = (apart: number) => boundaryGeometry(unitsOf(4), drawn([0, 1, 2, 3].map((i) => ({ x: 100 + i * apart, y: 400, room: 30 }))), { least, reachOf: () => ({ width: 2, up: 0.5, down: 0.5, mark: 0 }), first: [] });
		const [wide, close] = [at(260), at(190)];
		expect([wide, close].map(({ shapes }) => shapes.every(({ labelled }) => labelled))).toEqual([true, true]);
		expect(close.unit).toBeLessThan(wide.unit);
		expect(at(2000).unit).toBe(wide.unit);
	});
});

describe('an office’s own boundaries', () => {
	let database: TestDatabase;
	const admin: Actor = { id: '', name: 'admin', displayName: '管理员', role: 'sysadmin', grants: [], departmentId: 'office', regionCode: '320000', industries: null, inspectorId: null, address: null };
	let sysadmin = admin;
	beforeAll(async () => {
		database = await testDatabase();
		await writeReference(database.owner);
		await database.owner.insertInto('app_user').values({ id: 'admin', name: 'admin', display_name: '管理员', password_hash: 'x', role: 'sysadmin', department_id: 'office', region_code: '320000' }).execute();
		sysadmin = { ...admin, id: 'admin' };
	});
	afterAll(() => database[Symbol.asyncDispose]());
	const given = { mapNumber: 'GS(2024)0650号', source: '省自然资源厅', text: file(feature('320400', square(119, 31)), feature('320900', square(120, 33))) };

	it('are drawn where they hold all regions of a map, with their number, and no more once retired', async () => {
		expect(await approvedMap(database.db, ['320400', '320900'])).toBeNull();
		expect(await loadBoundaries(database.db, sysadmin, given)).toEqual({ ok: true, regions: 2 });
		expect(await approvedMap(database.db, ['320400', '320900'])).toMatchObject({ mapNumber: given.mapNumber, regions: { 320400: {}, 320900: {} } });
		expect(await approvedMap(database.db, ['320402', '320412'])).toBeNull();
		expect(await loadBoundaries(database.db, sysadmin, given)).toMatchObject({ reason: 'loaded-already' });
		const [set] = await listBoundaries(database.db, sysadmin);
		expect(await retireBoundaries(database.db, sysadmin, set!.id)).toEqual({ ok: true });
		expect(await approvedMap(database.db, ['320400', '320900'])).toBeNull();
		expect(await retireBoundaries(database.db, sysadmin, set!.id)).toMatchObject({ reason: 'not-found' });
	});
	it.each([
		['no map number', { mapNumber: '' }, 'map-number'],
		['no source', { source: ' ' }, 'no-source'],
		['a fault in the file', { text: '{' }, 'file'],
		['regions of somebody else', { text: file(feature('330100')) }, 'outside'],
		['regions nobody knows', { text: file(feature('999999')) }, 'unknown-regions']
	])('are not taken with %s, and nothing is kept', async (_, change, reason) => {
		const before = await listBoundaries(database.db, sysadmin);
		expect(await loadBoundaries(database.db, sysadmin, { ...given, ...change })).toMatchObject({ ok: false, reason });
		expect(await listBoundaries(database.db, sysadmin)).toEqual(before);
	});
	it('are nobody’s but the system administrator’s to load', async () => {
		for (const role of ['leader', 'secadmin', 'auditor'] as const) expect(await loadBoundaries(database.db, { ...sysadmin, role }, given)).toMatchObject({ reason: 'not-allowed' });
	});
});

import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstMonths, isWhollyKnown } from '#lib/risk-map/known-since.ts';
import { riskMap } from '#lib/risk-map/risk-map.server.ts';
import { situation } from '#lib/risk-map/sentence.ts';
import { facts } from '#lib/risk-map/show.ts';
import type { MapQuery } from '#lib/risk-map/query.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorIn, today, writeComplaints, writeReference, type Happened } from './fixtures.ts';

const rows = (city: string, months: readonly (readonly [string, number])[]) => months.map(([month, n]) => ({ city, month: `${month}-01`, n }));

describe('since when a kind is known', () => {
	it('takes no stray old row for the beginning of the source', () => {
		expect(firstMonths(rows('320400', [['2009-05', 1], ['2018-01', 400], ['2018-02', 500]])).all).toBe('2018-01-01');
		expect(firstMonths([])).toEqual({ all: null, cities: new Map() });
	});
	it('names a city that came later, not one where it is rare', () => {
		const early = rows('320400', [['2018-01', 90], ['2018-02', 80], ['2018-03', 90]]);
		const { all, cities } = firstMonths([...early, ...rows('320900', [['2018-02', 70], ['2018-03', 60]]), ...rows('320100', [['2018-03', 1]])]);
		expect(all).toBe('2018-01-01');
		expect([...cities]).toEqual([['320900', '2018-02-01']]);
	});
	it('knows a month wholly when the source began within its first days', () => {
		const since = (all: string) => ({ all, cities: new Map() });
		expect(isWhollyKnown('2018-01-01', '320400', since('2018-01-06'))).toBe(true);
		expect(isWhollyKnown('2018-01-01', '320400', since('2018-01-22'))).toBe(false);
	});
});

describe('a month whose year before was never delivered', () => {
	let database: TestDatabase;
	beforeAll(async () => {
		database = await testDatabase();
		const { owner } = database;
		await writeReference(owner);
		const list: Happened[] = Array.from({ length: 300 }, (_, i) => ({
			region: i % 3 === 0 ? '320902' : '320412', industry: 'C13', day: `2026-${i % 2 === 0 ? '10' : '09'}-${String(1 + (i % 28)).padStart(2, '0')}`
		}));
		await writeComplaints(owner, [...list, ...list.slice(0, 30).map((one) => ({ ...one, day: '2026-10-30' }))]);
		await sql`insert into coverage_notice (id, source_id, kind, region_code, change_on, detected_on, factor, regions_changed, regions_judged, explanation)
			values ('n', 's', 'complaint', '320000', '2026-10-20', '2026-10-30', 5.2, 2, 2, '{}')`.execute(owner);
	});
	afterAll(() => database[Symbol.asyncDispose]());

	const plain: MapQuery = { region: '320000', month: '2026-10-01', measure: 'count', kind: 'complaint', view: 'matrix', industry: null, detail: null };
	const mapFor = async (query: Partial<MapQuery> = {}, actor = actorIn('320000')) => {
		const outcome = await riskMap(database.db, actor, { ...plain, ...query }, today);
		if (!outcome.ok) throw new Error(outcome.reason);
		return outcome.map;
	};
	const progress = { byWork: { waiting: 0, working: 0, disposed: 0, closed: 0 }, keptInTime: 0, fellDue: 0, open: 0, overdue: 0 };

	it('compares with nothing, instead of with none', async () => {
		const map = await mapFor();
		expect(map.rises).toEqual([]);
		expect(map.units.every((unit) => !unit.baseKnown && unit.change === null)).toBe(true);
		expect(map.matrix!.base.every((base) => base === null)).toBe(true);
		const said = situation({ place: '江苏省', query: plain, map, progress, today });
		expect(said).toContain('去年同期没有数据');
		expect(said).not.toMatch(/升幅|去年同期 0/);
		expect(facts(map.total, plain, map.monitored)).not.toContain('去年同期 0');
	});
	it('is itself unknown before the source began', async () => {
		const map = await mapFor({ month: '2026-08-01' });
		expect(map.upTo).toBeNull();
		expect(map.units.every((unit) => unit.value === null && unit.rawRate === null && !unit.late)).toBe(true);
		expect(situation({ place: '江苏省', query: plain, map, progress, today })).toContain('没有这个月的投诉举报数据');
	});
	it('says that coverage changed, with a way to the notice for who may see it', async () => {
		expect((await mapFor()).coverage).toMatchObject([{ changeOn: '2026-10-20', confirmed: false, mayOpen: true }]);
		expect((await mapFor({ region: '320400' }, actorIn('320400'))).coverage).toMatchObject([{ mayOpen: false }]);
		expect((await mapFor({ kind: 'registration' })).coverage).toEqual([]);
		expect((await mapFor({ month: '2026-09-01' })).coverage).toEqual([]);
	});
});

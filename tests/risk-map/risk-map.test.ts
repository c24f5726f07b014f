import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import type { Actor } from '#lib/access/actor.ts';
import { recomputeTouched, touch } from '#lib/counts/roll-up.server.ts';
import { newestMonth, readCompleteness } from '#lib/risk-map/completeness.server.ts';
import { newWarnings, monthSeries, progressOf } from '#lib/risk-map/lists.server.ts';
import { matrixFigures } from '#lib/risk-map/matrix.ts';
import { parseRowsQuery, rowsHref, type MapQuery } from '#lib/risk-map/query.ts';
import { riskMap, type MapUnit, type RiskMap } from '#lib/risk-map/risk-map.server.ts';
import { rowsBehind } from '#lib/risk-map/rows.server.ts';
import { unitRows } from '#lib/risk-map/show.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorIn, counties, industryKeys, today, writeComplaints, writeReference, writeWarning, type Happened } from './fixtures.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
	const { owner } = database;
	await writeReference(owner);
	// A few hundred complaints, the same ones each time, over the months that are looked at and the year before.
	let seed = 7;
	const pick = <T>(list: readonly T[]): T => list[(seed = (seed * 48271) % 2147483647) % list.length]!;
	const months = ['2025-10', '2025-11', '2026-10', '2026-11'];
	const list: Happened[] = Array.from({ length: 600 }, () => {
		const month = pick(months);
		const day = 1 + (pick([...Array(30).keys()]) as number);
		return { region: pick(counties), industry: pick(industryKeys), day: `${month}-${String(day).padStart(2, '0')}` };
	});
	await writeComplaints(owner, list.filter((one) => one.day <= today));
	await sql`insert into active_month select region_code, date '2026-11-01', industry_key, 40 from count_day where industry_key <> '-' group by 1, 3`.execute(owner);
	await owner
		.insertInto('watermark')
		.values([
			{ source_id: 's', kind: 'complaint', region_code: '320400', complete_up_to: '2026-11-20', last_received_at: new Date(), state: 'on-time', changed_at: new Date() },
			{ source_id: 's', kind: 'complaint', region_code: '320900', complete_up_to: '2026-11-14', last_received_at: new Date(), state: 'late', changed_at: new Date() }
		])
		.execute();
	await writeWarning(owner, 'w1', '320412', 'H62', 'red', '2026-11-18');
	await writeWarning(owner, 'w2', '320412', '*', 'blue', '2026-11-02');
	await writeWarning(owner, 'w3', '320900', 'C13', 'orange', '2026-11-05');
	await writeWarning(owner, 'w4', '330100', 'C13', 'red', '2026-11-05');
	await writeWarning(owner, 'w5', '320402', 'C', 'yellow', '2026-10-10');
});
afterAll(() => database[Symbol.asyncDispose]());

const plain: MapQuery = { region: '320000', month: '2026-11-01', measure: 'count', kind: 'complaint', view: 'map', industry: null, detail: null };

async function mapFor(actor: Actor, query: Partial<MapQuery> = {}): Promise<RiskMap> {
	const outcome = await riskMap(database.db, actor, { ...plain, ...query }, today);
	if (!outcome.ok) throw new Error(outcome.reason);
	return outcome.map;
}

async function rowsOf(actor: Actor, href: string): Promise<number> {
	const query = parseRowsQuery(new URL(href, 'http://x').searchParams, ['complaint'])!;
	const outcome = await rowsBehind(database.db, actor, query, 0);
	if (!outcome.ok) throw new Error(outcome.reason);
	return outcome.rows.total;
}

describe('the figures of the map', () => {
	const cases = fc.record({
		region: fc.constantFrom('320000', '320400', '320900', '320412'),
		month: fc.constantFrom('2026-11-01', '2026-10-01'),
		measure: fc.constantFrom('count' as const, 'rate' as const, 'change' as const, 'warnings' as const),
		industry: fc.constantFrom(null, 'C', 'C13', 'H'),
		detail: fc.constantFrom(null, 'county' as const),
		view: fc.constantFrom('map' as const, 'industry' as const, 'matrix' as const),
		industries: fc.constantFrom(null, ['C'], ['C13', 'H'])
	});

	it('are, to the last digit, the number of rows they open', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async ({ industries, ...query }) => {
				const actor = actorIn('320000', industries);
				const map = await mapFor(actor, query);
				const whole = { ...plain, ...query };
				for (const unit of map.units) {
					expect(await rowsOf(actor, unitRows(whole, map, unit)), unit.key).toBe(unit.n);
					if (unit.monthAgo) expect(await rowsOf(actor, unitRows(whole, map, unit, 'month-ago')), unit.key).toBe(unit.monthAgo.n);
					if (unit.yearAgo) expect(await rowsOf(actor, unitRows(whole, map, unit, 'year-ago')), unit.key).toBe(unit.yearAgo.n);
				}
				expect(map.units.reduce((sum, unit) => sum + unit.n, 0)).toBe(map.total.n);
				if (map.industries) expect(map.industries.reduce((sum, one) => sum + one.n, 0)).toBe(map.total.n);
				if (map.matrix) expect(map.matrix.n.reduce((sum, n) => sum + n, 0)).toBe(map.total.n);
			}),
			{ numRuns: 60 }
		);
	});

	it('of a cell open the rows of that cell', async () => {
		const actor = actorIn('320000');
		const map = await mapFor(actor, { view: 'matrix', detail: 'county' });
		const { rows, columns } = map.matrix!;
		const figures = matrixFigures(map.matrix!, 'count');
		const byKey = new Map(map.units.map((unit) => [unit.key, unit]));
		for (const [i, figure] of figures.entries()) {
			const unit = byKey.get(rows[Math.floor(i / columns.length)]!)!;
			const href = rowsHref({
				kind: 'complaint', region: unit.key, industry: columns[i % columns.length]!.key, from: map.span.from, to: unit.upTo ?? map.span.to, level: null, exact: unit.exact
			});
			expect(await rowsOf(actor, href), figure.key).toBe(figure.n);
		}
	});

	it('are the same in the small tables as in the large one', async () => {
		const bySection = await mapFor(actorIn('320000'));
		const byDivision = await mapFor(actorIn('320000'), { view: 'industry' });
		expect(bySection.units.map((unit) => [unit.key, unit.n, unit.base])).toEqual(byDivision.units.map((unit) => [unit.key, unit.n, unit.base]));
	});
});

describe('late data', () => {
	it('is counted to the day it is complete, this year and last, and says so', async () => {
		const map = await mapFor(actorIn('320000'));
		const unit = (key: string): MapUnit => map.units.find((one) => one.key === key)!;
		expect(unit('320900')).toMatchObject({ late: true, upTo: '2026-11-14' });
		expect(unit('320400')).toMatchObject({ late: false, upTo: '2026-11-20' });
		const { rows } = await sql<{ n: number; base: number }>`
			select count(*) filter (where day between '2026-11-01' and '2026-11-14')::int as n,
				count(*) filter (where day between '2025-11-01' and '2025-11-14')::int as base
			from (select (occurred_at at time zone 'Asia/Shanghai')::date as day from event where region_code like '3209%') e`.execute(database.db);
		expect(unit('320900')).toMatchObject(rows[0]!);
	});
	it('of a month long over is not late', async () => {
		const map = await mapFor(actorIn('320000'), { month: '2026-10-01' });
		expect(map.units.every((unit) => !unit.late && unit.upTo === '2026-10-31')).toBe(true);
	});
});

describe('rows that name no region below', () => {
	it('stand in the list by themselves, without a hexagon', async () => {
		const map = await mapFor(actorIn('320000'));
		expect(map.units.find((unit) => unit.key === '320000')).toMatchObject({ hex: null, exact: true });
		expect(map.units.filter((unit) => unit.hex !== null).map((unit) => unit.key)).toEqual(['320400', '320900']);
	});
});

describe('the jurisdiction', () => {
	it.each([
		['320400', '320000'],
		['320400', '320900'],
		['320412', '320402'],
		['320000', '330000'],
		['320000', '000000'],
		['320000', '999999']
	])('of %s does not hold %s', async (own, asked) => {
		expect(await riskMap(database.db, actorIn(own), { ...plain, region: asked }, today)).toMatchObject({ ok: false, reason: 'not-found' });
		const rows = { kind: 'complaint', region: asked, industry: null, from: '2026-11-01', to: '2026-11-20', level: null, exact: false };
		expect(await rowsBehind(database.db, actorIn(own), rows, 0)).toMatchObject({ ok: false, reason: 'not-found' });
	});
	it('of an administrator holds no map at all', async () => {
		const sysadmin = { ...actorIn('320000'), role: 'sysadmin' as const };
		expect(await riskMap(database.db, sysadmin, plain, today)).toMatchObject({ ok: false, reason: 'not-allowed' });
		const part = { region: '320000', industry: null };
		const span = { from: '2026-11-01', to: today };
		expect(await newWarnings(database.db, sysadmin, part, span)).toEqual([]);
		expect(await monthSeries(database.db, sysadmin, part, 'complaint', '2026-11-01', 1)).toEqual([]);
	});
	it('of some industries counts these only, everywhere on the page', async () => {
		const actor = actorIn('320000', ['H']);
		const map = await mapFor(actor);
		const { rows } = await sql<{ n: number }>`
			select count(*)::int as n from event where region_code like '32%' and industry_key like 'H%'
				and occurred_at >= '2026-11-01 00:00+08' and occurred_at < case when region_code like '3209%' then '2026-11-15 00:00+08' else '2026-11-21 00:00+08' end::timestamptz
		`.execute(database.db);
		expect(map.total.n).toBe(rows[0]!.n);
		expect(map.raised.n).toBe(1);
		const series = await monthSeries(database.db, actor, { region: '320000', industry: null }, 'complaint', '2026-10-01', 1);
		const october = await mapFor(actor, { month: '2026-10-01' });
		expect(series[series.length - 1]?.n).toBe(october.total.n);
	});
});

describe('warnings on the map', () => {
	it('are counted by level in the month they were raised, against the same days of the month before', async () => {
		const map = await mapFor(actorIn('320000'), { measure: 'warnings' });
		expect(map.raised).toMatchObject({ n: 3, base: 1, levels: [1, 1, 0, 1] });
		expect(map.units.find((unit) => unit.key === '320400')).toMatchObject({ n: 2, base: 1, levels: [1, 0, 0, 1] });
	});
	it('are none of a city for which no source answers: no zero, on the map and in the matrix', async () => {
		const october = { measure: 'warnings', month: '2026-10-01', view: 'matrix' } as const;
		const of = (map: RiskMap, key: string) => map.units.find((unit) => unit.key === key);
		expect(of(await mapFor(actorIn('320000'), october), '320900')).toMatchObject({ unsourced: false, value: 0 });
		await database.owner.updateTable('source').set({ region_code: '320400' }).where('id', '=', 's').execute();
		try {
			const map = await mapFor(actorIn('320000'), october);
			expect(of(map, '320900')).toMatchObject({ unsourced: true, value: null, n: 0 });
			expect(of(map, '320400')).toMatchObject({ unsourced: false });
			// What was raised there all the same is shown.
			expect(of(await mapFor(actorIn('320000'), { measure: 'warnings' }), '320900')).toMatchObject({ unsourced: false, n: 1 });
			// Another kind in the same city is nobody's either.
			expect((await mapFor(actorIn('320000'), { kind: 'penalty' })).units.every((unit) => unit.unsourced && unit.value === null)).toBe(true);
		} finally {
			await database.owner.updateTable('source').set({ region_code: '320000' }).where('id', '=', 's').execute();
		}
	});
	it('are marked where a source that monitors wait for is late, with the last day they could judge', async () => {
		const now = await mapFor(actorIn('320000'), { measure: 'warnings' });
		const of = (map: RiskMap, key: string) => map.units.find((unit) => unit.key === key);
		expect(of(now, '320900')).toMatchObject({ late: true, knownTo: '2026-11-14', n: 1 });
		expect(of(now, '320400')).toMatchObject({ late: false });
		expect((await mapFor(actorIn('320000'), { measure: 'warnings', month: '2026-10-01' })).units.some((unit) => unit.late)).toBe(false);
	});
	it('of a city stand at the city, not at its counties', async () => {
		const map = await mapFor(actorIn('320000'), { measure: 'warnings', region: '320900' });
		expect(map.units.find((unit) => unit.key === '320900')).toMatchObject({ n: 1, exact: true, hex: null });
	});
	it('tell what is being done about them', async () => {
		const part = { region: '320000', industry: null };
		const progress = await progressOf(database.db, actorIn('320000'), part, { from: '2026-11-01', to: today }, today);
		expect(progress.byWork).toEqual({ waiting: 3, working: 0, disposed: 0, closed: 0 });
		expect(progress.open).toBe(4);
		expect(progress).toMatchObject({ overdue: 0 });
		const fresh = await newWarnings(database.db, actorIn('320000'), part, { from: '2026-11-01', to: today });
		expect(fresh.map((warning) => warning.level)).toEqual(['red', 'orange', 'blue']);
	});
});

describe('months before monitoring', () => {
	it('are unknown, not without warnings', async () => {
		const actor = actorIn('320000');
		const part = { region: '320000', industry: null };
		// The first warning was raised on 10 October.
		expect((await mapFor(actor, { measure: 'warnings' })).monitored).toEqual({ since: '2026-10-10', now: 'all', before: 'part' });
		const october = await mapFor(actor, { measure: 'warnings', month: '2026-10-01' });
		expect(october.monitored).toMatchObject({ now: 'part', before: 'none' });
		// Those with warnings in October, and those without any.
		expect(october.units.map((unit) => [unit.monthAgo, unit.yearAgo])).toEqual(october.units.map(() => [null, null]));
		expect(new Set(october.units.map((unit) => unit.n > 0))).toEqual(new Set([true, false]));
		const september = await mapFor(actor, { measure: 'warnings', month: '2026-09-01' });
		expect(september.monitored.now).toBe('none');
		expect(september.units.every((unit) => unit.value === null)).toBe(true);
		const elsewhere = await monthSeries(database.db, actor, { region: '320902', industry: null }, null, '2026-11-01', 1);
		expect(elsewhere.slice(-3).map((point) => point.n)).toEqual([null, 0, 0]);
		const run = { indicator_id: 'i', as_of: '2026-09-20', version: 1, series: 0, evaluated: 0, raised: 0, held: 0, cleared: 0, milliseconds: 0, finished_at: new Date() };
		await database.owner.insertInto('monitor_run').values(run).execute();
		const series = await monthSeries(database.db, actor, part, null, '2026-11-01', 1);
		expect(series.slice(-4).map((point) => point.n)).toEqual([null, 0, 1, 3]);
		expect((await mapFor(actor, { measure: 'warnings' })).monitored).toEqual({ since: '2026-09-20', now: 'all', before: 'all' });
	});
});

describe('what is open and overdue', () => {
	it('is counted over the same jurisdiction for a monitor as for the leader', async () => {
		await database.owner.updateTable('warning').set({ acknowledge_due: '2020-01-02' }).where('id', 'in', ['w1', 'w3']).execute();
		const part = { region: '320000', industry: null };
		const span = { from: '2026-11-01', to: today };
		const monitor = { ...actorIn('320000'), role: 'monitor' as const, departmentId: 'elsewhere' };
		const progress = await progressOf(database.db, monitor, part, span, today);
		expect(progress).toMatchObject({ open: 4, overdue: 2 });
		expect(await progressOf(database.db, actorIn('320000'), part, span, today)).toMatchObject({ open: 4, overdue: 2 });
	});
});

describe('what falls due today', () => {
	it('is neither kept nor missed before the day is over', async () => {
		const span = { from: '2026-11-01', to: '2026-11-30' };
		const due = async (on: string) => {
			await database.owner.updateTable('warning').set({ dispose_due: on, disposed_at: new Date('2026-11-05T03:00:00Z') }).where('id', '=', 'w1').execute();
			const { fellDue, keptInTime } = await progressOf(database.db, actorIn('320000'), { region: '320000', industry: null }, span, today);
			return { fellDue, keptInTime };
		};
		expect(await due(today)).toEqual({ fellDue: 0, keptInTime: 0 });
		expect(await due(addDays(today, -1))).toEqual({ fellDue: 1, keptInTime: 1 });
		expect(await due('2026-11-04')).toEqual({ fellDue: 1, keptInTime: 0 });
		await database.owner.updateTable('warning').set({ dispose_due: null, disposed_at: null }).where('id', '=', 'w1').execute();
	});
});

describe('complaints that one person repeats on a day', () => {
	it('count once on the map and in the figure told beside their rows', async () => {
		const actor = actorIn('320000');
		const { owner } = database;
		const rows = async (from: string, to: string) => {
			const outcome = await rowsBehind(database.db, actor, { kind: 'complaint', region: '320400', industry: null, from, to, level: null, exact: false }, 0);
			if (!outcome.ok) throw new Error(outcome.reason);
			return outcome.rows;
		};
		const before = await rows('2026-11-01', '2026-11-20');
		expect(before.counted).toBe(before.total);
		const at = new Date('2026-11-19T12:00:00+08:00');
		await owner
			.insertInto('event')
			.values([1, 2, 3].map((n) => ({
				uscc: '~repeat', occurred_at: at, event_id: randomUUID(), kind: 'complaint', source_id: 's', source_key: `repeat-${n}`, batch_id: 'b',
				received_at: at, region_code: '320412', region_basis: 'given', industry_key: 'H62', known_from: at, person_key: 'p'
			})))
			.execute();
		await touch(owner, [{ day: '2026-11-19', kind: 'complaint' }]);
		await recomputeTouched(owner);
		const after = await rows('2026-11-01', '2026-11-20');
		expect(after).toMatchObject({ total: before.total + 3, counted: before.counted + 1 });
		const unit = (await mapFor(actor)).units.find((one) => one.key === '320400')!;
		expect(unit.n).toBe(after.counted);
	});
});

describe('until when figures are complete', () => {
	it('does not hang on a file of old rows from a source that promised nothing', async () => {
		const { owner } = database;
		await owner.updateTable('source').set({ cadence: JSON.stringify({ everyWorkingDaysBy: '09:00' }) }).where('id', '=', 's').execute();
		const before = await readCompleteness(owner, 'complaint');
		await owner.insertInto('source').values({ id: 'old', name: '旧档案', owner_department_id: 'office', kinds: ['complaint'], region_code: '320000' }).execute();
		const mark = { kind: 'complaint', region_code: '320400', complete_up_to: '2019-03-04', last_received_at: new Date(), state: 'on-time', changed_at: new Date() };
		await owner.insertInto('watermark').values({ source_id: 'old', ...mark }).execute();
		expect(await readCompleteness(owner, 'complaint')).toEqual(before);
		expect(before.upTo.get('320400')).toBe('2026-11-20');
	});
	it('opens an instance that holds past years on their last month', async () => {
		expect(await newestMonth(database.owner, today)).toBe('2026-11-01');
		expect(await newestMonth(database.owner, '2026-12-31')).toBe('2026-12-01');
		expect(await newestMonth(database.owner, '2029-02-03')).toBe('2026-11-01');
	});
});

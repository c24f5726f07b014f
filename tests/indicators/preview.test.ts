import { expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { loadCounts } from '#lib/indicators/counts.server.ts';
import { knownCounts } from '#lib/detection/daily/known-counts.ts';
import { figuresOf } from '#lib/indicators/preview/capacity.ts';
import { loadCountsFast } from '#lib/indicators/preview/counts.server.ts';
import { sweepPart } from '#lib/indicators/preview/part.ts';
import type { PreviewResult } from '#lib/indicators/preview/result.ts';
import { inThread } from '#lib/indicators/preview/threads.server.ts';
import { previewIndicator } from '#lib/indicators/preview/preview.server.ts';
import { run as applied } from '../warnings/fixtures.ts';
import { ordinary, prepared, type Row } from './fixtures.ts';

const first = '2025-01-06';
const on = (day: number) => addDays(first, day);
const here = async (part: Parameters<typeof sweepPart>[0], done: () => void) => sweepPart(part, done);

async function previewed(rows: readonly Row[], indicatorId: string, also?: (database: Awaited<ReturnType<typeof prepared>>) => Promise<unknown>) {
	await using database = await prepared(rows);
	const { db, owner } = database;
	await owner
		.insertInto('monitor_run')
		.values({
			indicator_id: 'shared-address', as_of: on(329), version: 1, series: 0, evaluated: 0, raised: 0, held: 0, cleared: 0,
			milliseconds: 0, finished_at: new Date()
		})
		.execute();
	await also?.(database);
	const before = await db.selectFrom('warning').select('id').execute();
	const result = await previewIndicator(db, { indicatorId, version: 1, months: 12 }, { progress: () => undefined, runPart: here });
	expect(await db.selectFrom('warning').select('id').execute()).toEqual(before);
	return result!;
}

/** At the version's own setting. */
const own = (result: PreviewResult) => figuresOf(result, result.steps.find((step) => step.setting === result.setting)!, null);

const rises = (starts: readonly number[]) =>
	ordinary('complaint', first, 330, 1.2, (region, d) => (region === '320502' && starts.some((start) => d >= start && d < start + 7) ? 7 : 1));

test('a preview of a surge leaves out what clusters account for, as the evening does', async () => {
	const cluster = (address: (i: number) => string): Row[] =>
		Array.from({ length: 12 }, (_, i) => ({ kind: 'registration', day: on(290), region: '320302', address: address(i) }));
	const days = ordinary('registration', first, 330, 1.2);
	expect(own(await previewed([...days, ...cluster((i) => `桃林路${i}号`)], 'registration-surge')).total).toBe(1);
	expect(own(await previewed([...days, ...cluster(() => '桃林路1号')], 'registration-surge')).total).toBe(0);
});

test('a rise that comes back soon after it cleared is one warning, later it is another', async () => {
	expect(own(await previewed(rises([210]), 'complaint-surge')).total).toBe(1);
	expect(own(await previewed(rises([210, 231]), 'complaint-surge')).total).toBe(1);
	expect(own(await previewed(rises([210, 280]), 'complaint-surge')).total).toBe(2);
});

test('a stricter setting raises no more, and what is raised stands in its week and on its desk', async () => {
	const result = await previewed(rises([210]), 'complaint-surge');
	const totals = result.steps.map((step) => step.raised.length);
	expect(totals).toEqual([...totals].sort((a, b) => a - b));
	const [week, desk] = result.steps.find((step) => step.setting === result.setting)!.raised[0]!;
	const from = result.weeks[week]!.from;
	expect(from <= on(216) && addDays(from, 6) >= on(210)).toBe(true);
	expect(result.desks[desk]).toEqual({ id: 'province', name: '省局' });
	expect(result.rows).toMatchObject([{ regions: ['320502'], verdict: 'unknown', warningId: null }]);
});

test('what was really raised there says what it was: confirmed once closed as true, else open', async () => {
	const warned = (close: boolean) => async ({ db, owner }: Awaited<ReturnType<typeof prepared>>) => {
		await applied(db, on(214), [{
			seriesKey: 'complaint-surge|cell|320502|F52', indicatorId: 'complaint-surge', indicatorVersion: 1, item: 'complaint', scopeKind: 'cell',
			regionCode: '320502', industryKey: 'F52', uscc: null, subjectLabel: null, verdict: 'breaching', level: 'yellow', observed: 20, expected: 5,
			upper: 9, q: 0.001, firstBreachOn: null, lastBreachOn: null, occurredOn: null, subjects: [],
			explanation: {
				window: { from: on(208), to: on(214) }, grain: 'day', coverage: 0.99, limit: null, method: 'test', series: [],
				contributors: { regions: [], industries: [], addresses: [], enterprises: [] },
				evidence: { kinds: ['complaint'], from: on(208), to: on(214), regionCode: '320502', industryKey: 'F52' }
			}
		}]);
		if (close) await owner.updateTable('warning').set({ work: 'closed', close_reason: 'confirmed', closed_at: new Date() }).execute();
	};
	const open = await previewed(rises([210]), 'complaint-surge', warned(false));
	expect(open.rows).toMatchObject([{ verdict: 'open' }]);
	expect(open.confirmed).toEqual([]);
	const confirmed = await previewed(rises([210]), 'complaint-surge', warned(true));
	expect(confirmed.rows).toMatchObject([{ verdict: 'confirmed' }]);
	expect(own(confirmed)).toMatchObject({ total: 1, kept: 1 });
	expect(figuresOf(confirmed, { setting: 0, raised: [] }, null)).toMatchObject({ total: 0, kept: 0 });
});

test('shared addresses are previewed by their limit', async () => {
	const cluster: Row[] = Array.from({ length: 9 }, (_, i) => ({ kind: 'registration', day: on(280 + i), region: '320302', address: '桃林路1号' }));
	const result = await previewed([...ordinary('registration', first, 330, 0.5), ...cluster], 'shared-address');
	const at = (limit: number) => result.steps.find((step) => step.setting === limit)!.raised.length;
	expect([at(5), at(6), at(24)]).toEqual([1, 1, 0]);
	expect(result.rows[0]).toMatchObject({ members: expect.any(Number), observed: 6 });
});

test('without any data nothing could be judged, and nothing is said', async () => {
	const result = await previewed([], 'complaint-surge');
	expect(result.weeks.every((week) => week.held)).toBe(true);
	expect(own(result)).toMatchObject({ total: 0, worst: 0 });
});

test('threads say what is said without them, and stop when called off', async () => {
	await using database = await prepared(rises([210]));
	const { db } = database;
	const asked = { indicatorId: 'complaint-surge', version: 1, months: 12 } as const;
	await database.owner
		.insertInto('monitor_run')
		.values({
			indicator_id: 'shared-address', as_of: on(329), version: 1, series: 0, evaluated: 0, raised: 0, held: 0, cleared: 0,
			milliseconds: 0, finished_at: new Date()
		})
		.execute();
	const said = await previewIndicator(db, asked, { progress: () => undefined, runPart: here });
	expect(await previewIndicator(db, asked, { progress: () => undefined, runPart: inThread })).toEqual(said);
	const stop = new AbortController();
	const stopped = previewIndicator(db, asked, { progress: (share) => share >= 0.4 && stop.abort(new Error('called off')), runPart: inThread, signal: stop.signal });
	await expect(stopped).rejects.toThrow('called off');
});

test('counts read in two passes are the counts of the long way, on every evening', async () => {
	const late: Row[] = Array.from({ length: 30 }, (_, i) => ({ kind: 'complaint', day: on(200 + i), received: on(200 + i + (i % 5)), region: '320302' }));
	await using database = await prepared([...ordinary('complaint', first, 330, 1), ...late]);
	const { db } = database;
	await database.owner.updateTable('event').set({ person_key: 'p1', uscc: '~one' }).where('region_code', '=', '320302').where('received_at', '>', new Date(`${on(200)}T00:00:00Z`)).execute();
	const [fast, long] = [
		await loadCountsFast(db, 'complaint', first, on(329), on(190), false), await loadCounts(db, 'complaint', first, on(329), on(190), false)
	];
	expect(fast.layout.leaves).toEqual(long.layout.leaves);
	expect(fast.delays).toEqual(long.delays);
	const cells = fast.layout.space.regions * fast.layout.space.industries;
	for (const day of [190, 203, 215, 240, 329]) {
		expect(knownCounts(fast.counts, fast.layout.cellOfLeaf, cells, day)).toEqual(knownCounts(long.counts, long.layout.cellOfLeaf, cells, day));
	}
});

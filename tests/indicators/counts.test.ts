import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { daysBetween } from '#lib/calendar/days.ts';
import { rebuildCounts } from '#lib/counts/roll-up.server.ts';
import { correctedKinds } from '#lib/counts/versions.server.ts';
import { eachKnown } from '#lib/detection/daily/cells.ts';
import { loadCounts } from '#lib/indicators/counts.server.ts';
import { countsOfSource } from '#lib/indicators/sources.server.ts';
import { testDatabase } from '../support/database.ts';

const database = await testDatabase();
const { db, owner } = database;
afterAll(() => database[Symbol.asyncDispose]());

type Written = {
	readonly row: string;
	readonly day: string;
	readonly received: string;
	/** Days this version came and was replaced; default: came when received, and not replaced. */
	readonly known?: string;
	readonly replaced?: string;
	readonly region?: string;
	readonly withdrawn?: boolean;
	readonly person?: string;
	readonly kind?: string;
};

async function write(rows: readonly Written[]): Promise<void> {
	const at = (day: string) => `${day}T10:00:00+08:00`;
	await owner
		.insertInto('event')
		.values(rows.map((row) => ({
			uscc: '91320000MA00000001', occurred_at: at(row.day), event_id: randomUUID(), kind: row.kind ?? 'registration', source_id: 's', source_key: row.row,
			batch_id: 'test', received_at: at(row.received), region_code: row.region ?? '320102', region_basis: 'given', industry_key: 'F52',
			person_key: row.person ?? null, known_from: at(row.known ?? row.received), known_to: row.replaced ? at(row.replaced) : null,
			withdrawn: row.withdrawn ?? false
		})))
		.execute();
	await owner.transaction().execute(rebuildCounts);
}

beforeEach(async () => {
	await owner.deleteFrom('event').execute();
});

/** What was known of all cells on an evening, by region; loaded for that evening alone and for a run of evenings: the same. */
async function known(kind: string, evening: string): Promise<Record<string, number>> {
	const from = '2024-01-01';
	const answers = [];
	for (const [first, last] of [[evening, evening], ['2024-03-05', '2024-07-01']] as const) {
		const { counts, layout } = await loadCounts(db, kind, from, last, first, (await correctedKinds(db)).has(kind));
		const sums: Record<string, number> = {};
		eachKnown(counts, 0, daysBetween(from, evening), (leaf, _day, n) => {
			const { region } = layout.leaves[leaf]!;
			sums[region] = (sums[region] ?? 0) + n;
		});
		answers.push(Object.fromEntries(Object.entries(sums).filter(([, n]) => n !== 0)));
	}
	expect(answers[1]).toEqual(answers[0]);
	return answers[0]!;
}

test('history that was corrected counts once on every evening, in its last version', async () => {
	await write(Array.from({ length: 8 }, (_, i) => [
		{ row: `r${i}`, day: '2024-03-10', received: '2024-03-10', known: '2024-06-01', replaced: '2024-06-10', region: '320202' },
		{ row: `r${i}`, day: '2024-03-10', received: '2024-03-10', known: '2024-06-10' }
	]).flat());
	expect(await known('registration', '2024-03-20')).toEqual({ 320102: 8 });
	expect(await known('registration', '2024-06-05')).toEqual({ 320202: 8 });
	expect(await known('registration', '2024-06-10')).toEqual({ 320102: 8 });
});

test('a row corrected while we had it counts as it was then; a withdrawn one until it was', async () => {
	await write([
		{ row: 'moved', day: '2024-03-10', received: '2024-03-11', replaced: '2024-03-20' },
		{ row: 'moved', day: '2024-03-10', received: '2024-03-11', known: '2024-03-20', region: '320202' },
		{ row: 'gone', day: '2024-03-10', received: '2024-03-11', replaced: '2024-03-25', region: '320302' },
		{ row: 'gone', day: '2024-03-10', received: '2024-03-25', region: '320302', withdrawn: true },
		{ row: 'late', day: '2024-03-10', received: '2024-03-15', region: '320402' }
	]);
	expect(await known('registration', '2024-03-10')).toEqual({});
	expect(await known('registration', '2024-03-14')).toEqual({ 320102: 1, 320302: 1 });
	expect(await known('registration', '2024-03-19')).toEqual({ 320102: 1, 320302: 1, 320402: 1 });
	expect(await known('registration', '2024-03-20')).toEqual({ 320202: 1, 320302: 1, 320402: 1 });
	expect(await known('registration', '2024-03-25')).toEqual({ 320202: 1, 320402: 1 });
});

test('one person counts once, though a further channel comes later or a row is corrected', async () => {
	const complaint = (row: string, received: string) => ({ row, day: '2024-03-10', received, person: 'p', kind: 'complaint' });
	await write([complaint('by phone', '2024-03-10'), complaint('by letter', '2024-03-14')]);
	for (const evening of ['2024-03-10', '2024-03-13', '2024-03-14']) expect(await known('complaint', evening)).toEqual({ 320102: 1 });

	await owner.deleteFrom('event').execute();
	await write([complaint('by phone', '2024-03-12'), { ...complaint('by letter', '2024-03-14'), replaced: '2024-03-16' }, { ...complaint('by letter', '2024-03-14'), known: '2024-03-16' }]);
	for (const [evening, n] of [['2024-03-11', {}], ['2024-03-12', { 320102: 1 }], ['2024-03-15', { 320102: 1 }], ['2024-06-30', { 320102: 1 }]] as const) {
		expect(await known('complaint', evening)).toEqual(n);
	}
});

test('a repeat that comes late is taken away once, and one known before the first counts until then', async () => {
	const complaint = (day: string, received: string) => ({ row: day, day, received, person: 'p', kind: 'complaint' });
	await write([complaint('2024-03-10', '2024-03-10'), complaint('2024-03-12', '2024-03-18')]);
	expect(await known('complaint', '2024-03-15')).toEqual({ 320102: 1 });
	expect(await known('complaint', '2024-03-20')).toEqual({ 320102: 1 });

	await owner.deleteFrom('event').execute();
	await write([complaint('2024-03-10', '2024-03-18'), complaint('2024-03-12', '2024-03-12')]);
	for (const evening of ['2024-03-12', '2024-03-17', '2024-03-18', '2024-03-30']) expect(await known('complaint', evening)).toEqual({ 320102: 1 });
});

test('the same long after the day', async () => {
	const complaint = (row: string, received: string) => ({ row, day: '2024-03-10', received, person: 'p', kind: 'complaint' });
	await write([complaint('by phone', '2024-03-10'), complaint('by letter', '2024-06-20')]);
	expect(await known('complaint', '2024-06-10')).toEqual({ 320102: 1 });

	await owner.deleteFrom('event').execute();
	await write([
		complaint('by phone', '2024-06-18'), { ...complaint('by letter', '2024-06-20'), replaced: '2024-06-22' },
		{ ...complaint('by letter', '2024-06-20'), known: '2024-06-22', region: '320202' }
	]);
	expect(await known('complaint', '2024-06-10')).toEqual({});
	expect(await known('complaint', '2024-06-21')).toEqual({ 320102: 1 });
	await owner.deleteFrom('event').where('source_key', '=', 'by phone').execute();
	await owner.transaction().execute(rebuildCounts);
	expect(await known('complaint', '2024-06-21')).toEqual({ 320102: 1 });
	expect(await known('complaint', '2024-06-22')).toEqual({ 320202: 1 });
});

test('one source is counted by city and day, the first and the last of them included, without what was withdrawn', async () => {
	const one = (row: string, day: string, more: Partial<Written> = {}): Written => ({ row, day, received: day, ...more });
	await write([
		one('before', '2025-02-28'), one('first', '2025-03-01'), one('twice', '2025-03-01'), one('other city', '2025-03-02', { region: '320205' }),
		one('gone', '2025-03-02', { withdrawn: true }), one('last', '2025-03-31'), one('after', '2025-04-01'), one('other kind', '2025-03-05', { kind: 'complaint' })
	]);
	const counted = await countsOfSource(db, 's', 'registration', '2025-03-01', '2025-03-31');
	expect(counted.sort((a, b) => a.day - b.day)).toEqual([{ city: '3201', day: 0, n: 2 }, { city: '3202', day: 1, n: 1 }, { city: '3201', day: 30, n: 1 }]);
	expect(await countsOfSource(db, 'nobody', 'registration', '2025-03-01', '2025-03-31')).toEqual([]);
});

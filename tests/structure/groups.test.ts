import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rebuildCounts } from '#lib/counts/roll-up.server.ts';
import { groupCounts, type GroupsQuery } from '#lib/risk-map/groups.server.ts';
import { riskMap } from '#lib/risk-map/risk-map.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { actorIn, regionCodes, writeReference } from './world.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await testDatabase();
	await writeReference(database.owner);
});
afterAll(() => database[Symbol.asyncDispose]());

const today = '2026-11-21';
const plain: GroupsQuery = { region: '320000', month: '2026-10-01', kind: 'complaint', division: 'C13' };

async function groupsFor(actor: ReturnType<typeof actorIn>, change: Partial<GroupsQuery> = {}) {
	const outcome = await groupCounts(database.db, actor, { ...plain, ...change });
	if (!outcome.ok) throw new Error(outcome.reason);
	return outcome.groups;
}

type Happened = { readonly region: string; readonly industry: string; readonly month: string; readonly day: number; readonly hour: number; readonly who: number | null; readonly subject: number; readonly kind: string };

async function write(list: readonly Happened[]) {
	const { owner } = database;
	for (const table of ['event', 'enterprise', 'count_history', 'count_touched']) await sql`delete from ${sql.table(table)}`.execute(owner);
	await owner
		.insertInto('event')
		.values(list.map((one) => {
			const at = new Date(`${one.month}-${String(one.day).padStart(2, '0')}T${String(one.hour).padStart(2, '0')}:30:00+08:00`);
			return {
				uscc: `91${String(one.subject).padStart(16, '0')}`, occurred_at: at, event_id: randomUUID(), kind: one.kind, source_id: 's', source_key: randomUUID(), batch_id: 'b',
				received_at: at, region_code: one.region, region_basis: 'given', industry_key: one.industry, person_key: one.who === null ? null : `p${one.who}`, known_from: at
			};
		}))
		.execute();
	await sql`insert into count_history (region_code, day, kind, industry_key, n, source_id) values ('320402', '2026-10-05', 'complaint', 'C13', 3, 's'), ('320402', '2025-10-05', 'complaint', 'C13', 2, 's')`.execute(owner);
	await sql`insert into enterprise (uscc, name, region_code, region_basis, industry_key, established_on, status, cancelled_on, stated_at)
		select '92' || lpad(i::text, 16, '0'), 'x', (array['320402', '320412', '320902'])[1 + i % 3], 'given', (array['C131', 'C1320', 'C13', 'C14'])[1 + i % 4], date '2024-01-01' + i * 20,
			case when i % 5 = 0 then 'cancelled' else 'active' end, case when i % 5 = 0 then date '2026-06-15' + i * 4 end, now() from generate_series(1, 60) i`.execute(owner);
	await owner.transaction().execute(rebuildCounts);
}

describe('groups of a division', () => {
	it('count what they name, and under the division what names no group', async () => {
		const one = (industry: string, more: Partial<Happened> = {}): Happened => ({ region: '320402', industry, month: '2026-10', day: 9, hour: 9, who: null, subject: 1, kind: 'complaint', ...more });
		await write([
			one('C1311'), one('C131'), one('C1320'), one('C13'), one('C1499'),
			// The same person about the same subject on one day: once, where it is said most exactly. On the next day: again.
			one('C13', { who: 7 }), one('C1320', { who: 7, hour: 15 }), one('C1320', { who: 7, day: 10 }), one('C1320', { who: 7, subject: 2 }),
			one('C1320', { month: '2025-10' }), one('C1320', { month: '2026-09' }), one('C1320', { region: '330100' })
		]);
		const groups = await groupsFor(actorIn('320000'));
		expect(groups.map(({ key, n, base }) => [key, n, base])).toEqual([['C13', 4, 2], ['C131', 2, 0], ['C132', 4, 1]]);
		expect(groups.every(({ active }) => active > 0)).toBe(true);
		expect((await groupsFor(actorIn('320412'), { region: '320412' })).every(({ n }) => n === 0)).toBe(true);
	});

	it('are not found outside the jurisdiction or for what is no division', async () => {
		expect(await groupCounts(database.db, actorIn('320400'), plain)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await groupCounts(database.db, actorIn('320000'), { ...plain, division: 'C' })).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await groupCounts(database.db, actorIn('320000', null, 'inspector'), plain)).toMatchObject({ ok: false, reason: 'not-allowed' });
	});

	it('add up to the division exactly, also where a city is late, of a month that is not over', async () => {
		await sql`insert into watermark (source_id, kind, region_code, complete_up_to, last_received_at, state, changed_at) values ('s', 'complaint', '320900', '2026-11-06', now(), 'late', now())`.execute(database.owner);
		const happened = fc.record({
			region: fc.constantFrom(...regionCodes), industry: fc.constantFrom('C13', 'C131', 'C1311', 'C1320', 'C1499'), month: fc.constantFrom('2026-11', '2026-10', '2025-11', '2025-10'),
			day: fc.integer({ min: 1, max: 30 }), hour: fc.integer({ min: 0, max: 23 }), who: fc.option(fc.integer({ min: 1, max: 2 }), { nil: null }), subject: fc.integer({ min: 1, max: 2 }),
			kind: fc.constantFrom('complaint', 'complaint', 'penalty')
		});
		await fc.assert(fc.asyncProperty(
			fc.array(happened, { minLength: 1, maxLength: 80 }), fc.constantFrom('320000', '320400', '320900', '320402'), fc.constantFrom(null, ['C13'], ['C']),
			fc.constantFrom('2026-11-01', '2026-10-01'), fc.constantFrom('complaint', 'penalty'), async (list, region, industries, month, kind) => {
				await write(list);
				await sql`update count_mark set complete_up_to = '2026-11-20' where name = 'counts'`.execute(database.owner);
				const actor = actorIn(region, industries);
				const groups = await groupsFor(actor, { region, month, kind });
				const outcome = await riskMap(database.db, actor, { region, month, measure: 'count', kind, view: 'industry', industry: 'C13', detail: null }, today);
				if (!outcome.ok) throw new Error(outcome.reason);
				const division = outcome.map.industries.flatMap(({ children }) => children).concat(outcome.map.industries.map((one) => ({ ...one }))).find(({ key }) => key === 'C13');
				const sum = (of: 'n' | 'base' | 'active') => groups.reduce((total, group) => total + group[of], 0);
				expect([sum('n'), sum('base'), sum('active')]).toEqual([division?.n ?? 0, division?.base ?? 0, division?.active ?? 0]);
			}
		), { numRuns: 10 });
	}, 120_000);
});

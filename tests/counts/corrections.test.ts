import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { changesBetween, type Said } from '#lib/counts/corrections.ts';
import { pastDay } from '#lib/counts/past-day.ts';
import { recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { knownOn } from '#lib/counts/versions.server.ts';
import { dossier } from '#lib/enterprises/dossier.server.ts';
import { endFolds } from '#lib/duplicates/fold.server.ts';
import { changedInMonth } from '#lib/risk-map/changed.server.ts';
import type { MapQuery, RowsQuery } from '#lib/risk-map/query.ts';
import { rowsBehind, type Rows } from '#lib/risk-map/rows.server.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, enterprise_link, event, match_queue, intake_key, intake_reject, count_touched, watermark, intake_batch, event_fold, fold_verdict,
		count_day, count_city_day, count_county_month, count_city_month, count_history, active_month, count_mark cascade`.execute(database.owner);
	await imported(database.db, 'registrations', `uscc,name,occurredOn,region,industry,address\n${a},甲,2020-05-06,320412,H6210,甲路1号\n${b},乙,2020-05-06,320505,H6210,乙路1号\n`);
});

const a = usccOf(1);
const b = usccOf(2, '320505');
const leader: Actor = {
	id: 'u', name: 'leader', displayName: '陈局', role: 'leader', grants: [], departmentId: 'city', regionCode: '320400', industries: null, inspectorId: null, address: null
};
const elsewhere: Actor = { ...leader, regionCode: '320500' };

type Line = { readonly uscc?: string; readonly day?: string; readonly item?: string; readonly person?: string; readonly channel?: string; readonly withdrawn?: boolean };
const line = (key: string, { uscc = a, day = '2026-05-05', item = '价格', person = `1390518000${key}`, channel = '来电', withdrawn = false }: Line = {}) =>
	[key, uscc, day, person, item, channel, withdrawn ? '是' : ''].join(',');
/** Complaints that come in on the evening of a day: versions made since the last one are dated back to it. */
async function comes(on: string, ...lines: string[]): Promise<void> {
	await imported(database.db, 'complaints', `id,uscc,occurredOn,complainantId,item,channel,withdrawn\n${lines.join('\n')}\n`, { source: '热线' });
	await datedBack(on);
}
async function datedBack(on: string): Promise<void> {
	const at = `${on} 18:00+08`;
	await sql`update event set known_to = ${at}::timestamptz where known_to > '2026-11-01' and kind = 'complaint'`.execute(database.owner);
	await sql`update event set known_from = ${at}::timestamptz, received_at = ${at}::timestamptz where known_from > '2026-11-01' and kind = 'complaint'`.execute(database.owner);
}

const may: RowsQuery = { kind: 'complaint', region: '320400', industry: null, from: '2026-05-01', to: '2026-05-31', level: null, exact: false };
async function rows(change: Partial<RowsQuery> = {}, actor = leader): Promise<Rows> {
	const found = await rowsBehind(database.db, actor, { ...may, ...change }, 0);
	if (!found.ok) throw new Error(found.reason);
	return found.rows;
}
const shown = async (known: string | null) => (await rows({ known })).events!.map((row) => row.item).sort();

describe('rows that changed after they had counted', () => {
	it('are counted by what became of them, listed before and after, and counted in the map of their month', async () => {
		await comes('2026-05-06', line('1'), line('2'), line('3'), line('4'));
		expect((await rows()).changed).toBeNull();
		await comes('2026-05-09', line('1', { item: '质量' }));
		await comes('2026-05-10', line('2', { withdrawn: true }), line('3', { uscc: b }));
		await recomputeTouched(database.db);
		const { changed, events, total } = await rows({ changed: true });
		expect(changed).toMatchObject({ total: 3, corrected: 2, withdrawn: 1, folded: 0, firstOn: '2026-05-09', lastOn: '2026-05-10' });
		expect(changed!.rows.find((row) => row.on === '2026-05-09')!.changes).toEqual([{ field: 'item', before: '价格', after: '质量' }]);
		expect(total).toBe(2);
		const versions = events!.find((row) => row.item === '质量')!.versions;
		expect(versions).toMatchObject([
			{ knownOn: '2026-05-09', untilOn: null, state: 'counted', changes: [{ field: 'item', before: '价格', after: '质量' }], batch: { name: 'rows.csv' } },
			{ knownOn: '2026-05-06', untilOn: '2026-05-09', state: 'counted', changes: null }
		]);
		expect(events!.find((row) => row.item === '价格')!.versions).toEqual([]);
		const map: MapQuery = { region: '320400', month: '2026-05-01', measure: 'count', kind: 'complaint', view: 'map', industry: null, detail: null };
		expect(await changedInMonth(database.db, leader, map, 1)).toMatchObject({ total: 3 });
		expect(await changedInMonth(database.db, leader, { ...map, month: '2026-04-01' }, 1)).toBeNull();
		expect(await changedInMonth(database.db, leader, { ...map, measure: 'warnings' }, 1)).toBeNull();
		// The row that moved there counted here: the other city is told nothing of what it was.
		expect((await rows({ region: '320500' }, elsewhere)).changed).toBeNull();
	});

	it('are not those that changed on the day on which they came, nor those that are again what they were', async () => {
		await comes('2026-05-06', line('1'), line('2'));
		await comes('2026-05-06', line('1', { item: '质量' }));
		await comes('2026-05-08', line('2', { item: '质量' }));
		await comes('2026-05-12', line('2'));
		expect((await rows()).changed).toBeNull();
	});

	it('are folded ones too, until the fold is undone', async () => {
		await comes('2026-05-06', line('1', { person: '13905180001', day: '2026-05-03' }), line('2', { person: '13905180001', channel: 'APP' }));
		await recomputeTouched(database.db);
		await datedBack('2026-05-09');
		expect((await rows({ changed: true })).changed).toMatchObject({ total: 1, folded: 1, rows: [{ into: { day: '2026-05-03' } }] });
		const folds = await database.db.selectFrom('event_fold').select('event_id').execute();
		await database.db.transaction().execute((trx) => endFolds(trx, folds.map((fold) => fold.event_id), { id: 'x', name: '张', why: '两件' }));
		await datedBack('2026-05-11');
		const after = await rows();
		expect(after.changed).toBeNull();
		expect(after.events!.find((row) => row.versions.length > 0)!.versions.map((version) => version.state)).toEqual(['counted', 'folded', 'counted']);
	});
});

describe('rows as known on a past day', () => {
	it('are those received by then, as they were', async () => {
		await comes('2026-05-06', line('1', { item: '甲' }), line('2', { item: '乙' }));
		await comes('2026-05-08', line('1', { item: '丙' }), line('3', { item: '丁' }));
		await comes('2026-05-10', line('2', { item: '乙', withdrawn: true }));
		const table: [string | null, string[]][] = [
			['2026-05-05', []], ['2026-05-06', ['乙', '甲']], ['2026-05-07', ['乙', '甲']], ['2026-05-08', ['丁', '丙', '乙']], ['2026-05-10', ['丁', '丙']], [null, ['丁', '丙']]
		];
		for (const [known, items] of table) expect([known, await shown(known)]).toEqual([known, items]);
		expect(await rows({ known: '2026-05-08' })).toMatchObject({ total: 3, counted: 3, changed: null });
		expect(await rows({ known: '2026-05-08', region: '320500' }, elsewhere)).toMatchObject({ total: 0 });
	});

	it('count one person once a day, as the summaries do', async () => {
		await comes('2026-05-06', line('1', { person: '13905180001' }), line('2', { person: '13905180001' }), line('3'));
		expect(await rows({ known: '2026-05-07' })).toMatchObject({ total: 3, counted: 2 });
	});

	it('never change, whatever is corrected, withdrawn and folded later', async () => {
		const step = fc.record({ key: fc.constantFrom('1', '2', '3'), item: fc.constantFrom('价格', '质量', '食品安全'), withdrawn: fc.boolean(), day: fc.constantFrom('2026-05-03', '2026-05-04') });
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
				await sql`truncate event, intake_key, event_fold, fold_verdict, count_touched, match_queue cascade`.execute(database.owner);
				const evenings: { readonly on: string; readonly then: unknown }[] = [];
				const knownThen = async (on: string) =>
					(await sql`select source_key, item, occurred_at::date::text as day from event where kind = 'complaint' and ${knownOn(on)} order by 1, 2, 3`.execute(database.db)).rows;
				// All rows are there on the first evening: history that is added later speaks of earlier evenings as well.
				await comes('2026-05-05', line('1'), line('2', { person: '13905180001' }), line('3', { person: '13905180001', channel: 'APP' }));
				evenings.push({ on: '2026-05-05', then: await knownThen('2026-05-05') });
				for (const [i, { key, ...change }] of steps.entries()) {
					const on = `2026-05-${String(6 + i).padStart(2, '0')}`;
					await comes(on, line(key, { ...change, person: key === '1' ? '13905180009' : '13905180001', channel: key === '3' ? 'APP' : '来电' }));
					await recomputeTouched(database.db);
					await datedBack(on);
					for (const evening of evenings) expect(await knownThen(evening.on)).toEqual(evening.then);
					evenings.push({ on, then: await knownThen(on) });
				}
			}),
			{ numRuns: 4, seed: 20260507 }
		);
	});
});

describe('an enterprise as known on a past day', () => {
	const changes = async (on: string, ...lines: string[]) => {
		await imported(database.db, 'changes', `id,uscc,occurredOn,item,before,after,withdrawn\n${lines.join('\n')}\n`);
		const at = `${on} 18:00+08`;
		await sql`update event set known_to = ${at}::timestamptz where known_to > '2026-11-01' and kind = 'change'`.execute(database.owner);
		await sql`update event set known_from = ${at}::timestamptz, received_at = ${at}::timestamptz where known_from > '2026-11-01' and kind = 'change'`.execute(database.owner);
	};
	const known = async (day: string | null, actor = leader) => {
		const found = await dossier(database.db, actor, a, day);
		if (!found.ok) throw new Error('not found');
		return found;
	};
	const came = (day: string) => sql`update intake_batch set started_at = ${day}::timestamptz where kind = 'registrations' or id in (select batch_id from enterprise)`.execute(database.owner);

	it('has the name, address and representative that the changes known then gave it, and its events', async () => {
		await came('2020-05-06');
		await changes('2026-05-06', `1,${a},2026-05-04,名称变更,甲,甲一,`, `2,${a},2026-05-04,法定代表人变更,张三,李四,`);
		await changes('2026-05-08', `1,${a},2026-05-04,名称变更,甲,甲二,`, `3,${a},2026-05-07,住所变更,甲路1号,丙路3号,`);
		await changes('2026-05-10', `3,${a},2026-05-07,住所变更,甲路1号,丙路3号,是`);
		const table: [string | null, string, string | null, string, number][] = [
			['2026-05-05', '甲', '甲路1号', '', 1], ['2026-05-06', '甲一', '甲路1号', '李*', 3], ['2026-05-09', '甲二', '丙路3号', '李*', 4], ['2026-05-10', '甲二', '甲路1号', '李*', 3], [null, '甲二', '甲路1号', '李*', 3]
		];
		for (const [day, name, address, legalRep, events] of table) {
			const { register, events: shown } = await known(day);
			expect([day, register.name, register.address, register.legalRep, shown.length]).toEqual([day, name, address, legalRep, events]);
		}
		expect((await known('2026-05-06')).past).toEqual({ statedLater: null, trueFrom: null });
		expect(await dossier(database.db, elsewhere, a, '2026-05-06')).toMatchObject({ ok: false, reason: 'not-found' });
	});

	it('says when its statement came later, and when it was not true yet', async () => {
		await came('2026-03-02 10:00+08');
		expect((await known('2026-03-01')).past).toEqual({ statedLater: '2026-03-02', trueFrom: null });
		expect((await known('2020-05-05')).past).toEqual({ statedLater: '2026-03-02', trueFrom: '2020-05-06' });
	});
});

describe('what is told of a change', () => {
	const said: Said = {
		occurredOn: '2026-05-05', enterprise: '甲', region: '武进区', industry: '餐饮业', item: 'legal-representative', before: '张三', after: '李四', channel: null, person: 'p', other: 'o'
	};
	it('names the fields that differ, and no person', () => {
		expect(changesBetween(said, said)).toEqual([]);
		expect(changesBetween(said, { ...said, after: '王五六', person: 'q', other: 'x', region: '新北区' })).toEqual([
			{ field: 'region', before: '武进区', after: '新北区' }, { field: 'after', before: '李*', after: '王*' },
			{ field: 'person', before: null, after: null }, { field: 'other', before: null, after: null }
		]);
	});
	it.each([
		['', null, null], [null, null, null], ['2026-11-21', null, null], ['2026-05-07', '2026-05-07', null], ['2026-11-22', null, '2026-11-22'], ['2026-02-30', null, '2026-02-30'], ['昨天', null, '昨天']
	])('of the day %s: %s is shown, %s refused', (text, day, refused) => {
		expect(pastDay(text, '2026-11-21')).toEqual({ day, refused });
	});
});

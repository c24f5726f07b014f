import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rebuildCounts, recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { knownOn } from '#lib/counts/versions.server.ts';
import { endFolds } from '#lib/duplicates/fold.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, enterprise_link, event, match_queue, intake_key, intake_reject, count_touched, watermark, intake_batch, event_fold, fold_verdict,
		count_day, count_city_day, count_county_month, count_city_month, count_history, active_month, count_mark, mend_entry, mend_rule cascade`.execute(database.owner);
	await imported(database.db, 'registrations', `uscc,name,occurredOn,region,industry,address\n${a},甲,2020-05-06,320412,C1311,甲路1号\n`);
});

const a = usccOf(1);
const phone = (line: string) => imported(database.db, 'complaints', `id,uscc,occurredOn,complainantId,item,channel,withdrawn\n${line}\n`, { source: '热线' });
const app = (line: string) => imported(database.db, 'complaints', `id,uscc,occurredOn,complainantId,item,channel,withdrawn\n${line}\n`, { source: '平台' });
const changes = (...lines: string[]) => imported(database.db, 'changes', `id,uscc,occurredOn,item,before,after\n${lines.join('\n')}\n`);
const roll = () => recomputeTouched(database.db);
const counts = async () => {
	const { rows } = await sql<{ line: string }>`select kind || ' ' || day || ' ' || n as line from count_day where kind <> 'registration' order by 1`.execute(database.db);
	return rows.map((row) => row.line);
};
const folds = async () => database.db.selectFrom('event_fold').select(['rule', 'source_key', 'kept_source_key', 'undone_by_name']).where('undone_at', 'is', null).orderBy('source_key').execute();
const knownThen = async (evening: string, kind = 'complaint') => {
	const { rows } = await sql<{ key: string }>`select source_key as key from event where kind = ${kind} and ${knownOn(evening)} order by 1`.execute(database.db);
	return rows.map((row) => row.key);
};

describe('a complaint by telephone and app', () => {
	it('counts once, whichever comes first, and both rows stay', async () => {
		await phone(`1,${a},2024-06-01,13905180001,预付卡,来电,`);
		await roll();
		expect(await counts()).toEqual(['complaint 2024-06-01 1']);
		await app(`A,${a},2024-06-03,13905180001,预付卡退费,APP,`);
		await roll();
		expect(await counts()).toEqual(['complaint 2024-06-01 1']);
		expect(await folds()).toMatchObject([{ rule: 'complaint-channels', source_key: 'A', kept_source_key: '1' }]);
		expect(await database.db.selectFrom('event').select('event_id').where('kind', '=', 'complaint').execute()).toHaveLength(3);
	});

	it('stands when the row it was folded into is withdrawn, and goes back into it when that returns', async () => {
		await phone(`1,${a},2024-06-01,13905180001,预付卡,来电,`);
		await app(`A,${a},2024-06-03,13905180001,预付卡,APP,`);
		await roll();
		await phone(`1,${a},2024-06-01,13905180001,预付卡,来电,是`);
		await roll();
		expect(await counts()).toEqual(['complaint 2024-06-03 1']);
		expect(await folds()).toEqual([]);
		await phone(`1,${a},2024-06-01,13905180001,预付卡余额,来电,`);
		await roll();
		expect(await counts()).toEqual(['complaint 2024-06-01 1']);
		expect(await folds()).toMatchObject([{ source_key: 'A', kept_source_key: '1' }]);
	});

	it('follows corrections of the folded row and of the kept one', async () => {
		await phone(`1,${a},2024-06-01,13905180001,预付卡,来电,`);
		await app(`A,${a},2024-06-03,13905180001,预付卡,APP,`);
		await roll();
		await app(`A,${a},2024-06-03,13905180001,食品安全,APP,`);
		await roll();
		expect(await counts()).toEqual(['complaint 2024-06-01 1', 'complaint 2024-06-03 1']);
		await app(`A,${a},2024-06-03,13905180001,预付卡余额,APP,`);
		await phone(`1,${a},2024-05-30,13905180001,预付卡,来电,`);
		await roll();
		expect(await counts()).toEqual(['complaint 2024-05-30 1']);
		expect(await folds()).toHaveLength(1);
	});

	it('about somebody not registered is one where region and name agree', async () => {
		const row = (key: string, name: string, channel: string, industry: string) =>
			imported(database.db, 'complaints', `id,name,region,occurredOn,complainantId,item,channel,industry\n${key},${name},320412,2024-06-01,13905180001,预付卡,${channel},${industry}\n`);
		await row('1', '某店', '来电', 'F52');
		await row('2', '某店', 'APP', '');
		await row('3', '另一店', '来信', '');
		await roll();
		expect(await folds()).toMatchObject([{ source_key: '2', kept_source_key: '1' }]);
	});

	it('is what it was on each evening: as-of looks at the fold as at any other version', async () => {
		await phone(`1,${a},2024-06-01,13905180001,预付卡,来电,`);
		await app(`A,${a},2024-06-03,13905180001,预付卡,APP,`);
		// Both came on their days, and the fold was found on the 5th.
		await sql`update event set received_at = occurred_at + interval '9 hours', known_from = occurred_at + interval '9 hours' where kind = 'complaint'`.execute(database.owner);
		await roll();
		await sql`update event set known_to = '2024-06-05 09:00+08' where kind = 'complaint' and known_to is not null`.execute(database.owner);
		await sql`update event set known_from = '2024-06-05 09:00+08' where folded_into is not null`.execute(database.owner);
		expect(await knownThen('2024-05-31')).toEqual([]);
		expect(await knownThen('2024-06-02')).toEqual(['1']);
		expect(await knownThen('2024-06-04')).toEqual(['1', 'A']);
		expect(await knownThen('2024-06-05')).toEqual(['1']);
		// Undone later: from then on both, in between one.
		const [fold] = await database.db.selectFrom('event_fold').select('event_id').execute();
		await database.db.transaction().execute((trx) => endFolds(trx, [fold!.event_id], { id: 'x', name: '张', why: '两件' }));
		expect(await knownThen('2024-06-04')).toEqual(['1', 'A']);
		expect(await knownThen('2024-06-05')).toEqual(['1']);
		const { rows } = await sql<{ today: string }>`select (now() at time zone 'Asia/Shanghai')::date::text as today`.execute(database.db);
		expect(await knownThen(rows[0]!.today)).toEqual(['1', 'A']);
	});
});

describe('changes', () => {
	it('of one address in fragments are one, and the register has the last of them', async () => {
		await changes(`1,${a},2024-06-01,住所变更,甲路1号,乙路2号`, `2,${a},2024-06-01,经营场所变更,乙路2号,丙路3号`, `3,${a},2024-06-02,住所,乙路2号,丙路3号`);
		await roll();
		expect(await counts()).toEqual(['change 2024-06-01 1']);
		// A later file makes the register be folded again: what is folded still speaks for it.
		await changes(`9,${a},2024-01-01,名称变更,甲,甲甲`);
		await roll();
		expect(await database.db.selectFrom('enterprise').select(['name', 'address']).execute()).toEqual([{ name: '甲甲', address: '丙路3号' }]);
	});

	it('that are filings count as filings, and as changes again when the filing is denied', async () => {
		await changes(`1,${a},2024-06-01,章程备案,,`, `2,${a},2024-06-01,名称变更,甲,乙`);
		await roll();
		expect(await counts()).toEqual(['change 2024-06-01 1', 'filing 2024-06-01 1']);
		await imported(database.db, 'filings', `id,uscc,occurredOn,item\nF,${a},2024-06-01,章程备案\n`);
		await roll();
		expect(await counts()).toEqual(['change 2024-06-01 1', 'filing 2024-06-01 1']);
		expect(await folds()).toMatchObject([{ source_key: '1', kept_source_key: 'F' }]);
		await changes(`1,${a},2024-06-01,法定代表人变更,张三,李四`);
		await roll();
		expect(await counts()).toEqual(['change 2024-06-01 2', 'filing 2024-06-01 1']);
	});
});

const line = fc.record({
	key: fc.integer({ min: 1, max: 4 }), source: fc.constantFrom('热线', '平台'), day: fc.integer({ min: 1, max: 20 }), person: fc.constantFrom('13905180001', '13905180002'),
	item: fc.constantFrom('预付卡', '价格'), channel: fc.constantFrom('来电', 'APP'), withdrawn: fc.constantFrom('', '', '', '是')
});

it('nothing is ever lost, step by step equals from nothing, and undoing every fold brings the counts back', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(line, { minLength: 2, maxLength: 7 }), async (rows) => {
			await sql`truncate event, intake_key, count_touched, intake_batch, event_fold, fold_verdict, count_day, count_city_day, count_county_month, count_city_month, mend_entry, mend_rule, intake_reject, match_queue cascade`.execute(database.owner);
			const bring = (row: typeof rows[number]) =>
				imported(database.db, 'complaints', `id,uscc,occurredOn,complainantId,item,channel,withdrawn\n${row.key},${a},2024-06-${String(row.day).padStart(2, '0')},${row.person},${row.item},${row.channel},${row.withdrawn}\n`, { source: row.source });
			for (const row of rows) {
				await bring(row);
				await roll();
			}
			const stepwise = await counts();
			const keys = new Set(rows.map((row) => `${row.source} ${row.key}`));
			// Each source row stands exactly once: live, withdrawn, or folded into one that is live.
			const { rows: standing } = await sql<{ n: number }>`
				select count(*)::int as n from event e where kind = 'complaint' and e.known_to is null and (e.folded_into is null or exists (
					select from event k where k.event_id = e.folded_into and k.known_to is null and not k.withdrawn))`.execute(database.db);
			expect(standing[0]!.n).toBe(keys.size);
			await database.db.transaction().execute(rebuildCounts);
			expect(await counts()).toEqual(stepwise);
			await sql`insert into count_touched (day, kind) select distinct occurred_at::date, 'complaint' from event`.execute(database.db);
			await roll();
			expect(await counts()).toEqual(stepwise);
			const { rows: made } = await sql<{ event_id: string }>`select event_id from event_fold where undone_at is null`.execute(database.db);
			await database.db.transaction().execute((trx) => endFolds(trx, made.map((fold) => fold.event_id)));
			// Counted without looking for folds again.
			await sql`delete from count_touched where not folded`.execute(database.db);
			await roll();
			const { rows: plain } = await sql<{ n: number }>`
				select coalesce(sum(n), 0)::int as n from (
					select count(distinct person_key) as n from event where kind = 'complaint' and known_to is null and not withdrawn group by occurred_at::date
				) day`.execute(database.db);
			const sum = (await counts()).reduce((total, text) => total + Number(text.split(' ')[2]), 0);
			expect(sum).toBe(plain[0]!.n);
			const { rows: live } = await sql<{ n: number }>`select count(*)::int as n from event where kind = 'complaint' and known_to is null`.execute(database.db);
			expect(live[0]!.n).toBe(keys.size);
		}),
		{ numRuns: 6 }
	);
}, 240_000);

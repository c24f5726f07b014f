import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { foldByRule, foldedUnder, listFolds, undoFold } from '#lib/duplicates/verdicts.server.ts';
import { listUnmatched, matchName, matchNobody } from '#lib/duplicates/match.server.ts';
import { nameLikeness, plainName } from '#lib/duplicates/match-names.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
	await database.db.insertInto('department').values([{ id: 'cz', name: '常州局', region_code: '320400' }, { id: 'wx', name: '无锡局', region_code: '320200' }]).execute();
	await database.db.insertInto('source').values(['热线', '平台'].map((name) => ({ id: name, name, owner_department_id: 'cz', kinds: ['complaint'], region_code: '320400' }))).execute();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, enterprise_link, event, match_queue, intake_key, intake_reject, count_touched, watermark, intake_batch, event_fold, fold_verdict,
		count_day, count_city_day, count_county_month, count_city_month, active_month, count_mark, mend_entry, mend_rule cascade`.execute(database.owner);
	await imported(database.db, 'registrations', `uscc,name,occurredOn,region,industry\n${a},常州市红梅健身有限公司,2020-05-06,320412,R89\n${usccOf(2)},武进区蓝天百货店,2020-05-06,320412,F52\n`);
});

const person = (id: string, departmentId: string, regionCode: string, grants: Actor['grants'] = ['steward']): Actor =>
	({ id, name: id, displayName: `${id}员`, role: 'monitor', grants, departmentId, regionCode, industries: null, inspectorId: null, address: null });
const steward = person('st', 'cz', '320400');
const stranger = person('wx', 'wx', '320200');
const watcher = person('wa', 'cz', '320400', []);

const a = usccOf(1);
const bring = (source: string, line: string) => imported(database.db, 'complaints', `id,uscc,name,region,occurredOn,complainantId,item,channel\n${line}\n`, { source });
const twice = async () => {
	await bring('热线', `1,${a},,,2024-06-01,13905180001,预付卡,来电`);
	await bring('平台', `A,${a},,,2024-06-03,13905180001,预付卡退费,APP`);
	await recomputeTouched(database.db);
};
const counts = async () => {
	await recomputeTouched(database.db);
	const { rows } = await sql<{ line: string }>`select region_code || ' ' || industry_key || ' ' || day || ' ' || n as line from count_day where kind = 'complaint' order by 1`.execute(database.db);
	return rows.map((row) => row.line);
};
const folds = async (actor: Actor, state: 'folded' | 'undone' = 'folded') => {
	const found = await listFolds(database.db, actor, { state });
	if (!found.ok) throw new Error(found.reason);
	return found;
};

describe('a fold', () => {
	it('is seen in its jurisdiction, under its rule and under the row that is kept', async () => {
		await twice();
		const { folds: shown, counts: byRule } = await folds(watcher);
		expect(shown).toMatchObject([{ rule: 'complaint-channels', enterprise: '常州市红梅健身有限公司', folded: { day: '2024-06-03', source: '平台', channel: 'APP' }, kept: { day: '2024-06-01', source: '热线' }, own: false }]);
		expect(byRule).toEqual([{ rule: 'complaint-channels', folded: 1, today: 1, undone: 0 }]);
		expect((await folds(steward)).folds[0]!.own).toBe(true);
		expect(await folds(stranger)).toMatchObject({ folds: [], counts: [] });
		const { rows } = await sql<{ id: string }>`select event_id::text as id from event where source_key = '1' and known_to is null`.execute(database.db);
		expect((await foldedUnder(database.db, [rows[0]!.id], [a])).get(rows[0]!.id)).toMatchObject([{ source: '平台' }]);
	});

	it('that a person ends is never made again by itself, whatever comes, until the rule may decide again', async () => {
		await twice();
		const [fold] = (await folds(steward)).folds;
		const at = [fold!.uscc, fold!.eventId] as const;
		expect(await undoFold(database.db, stranger, ...at, '不同的事')).toMatchObject({ reason: 'not-found' });
		expect(await undoFold(database.db, watcher, ...at, '不同的事')).toMatchObject({ reason: 'not-allowed' });
		expect(await undoFold(database.db, steward, ...at, ' ')).toMatchObject({ reason: 'no-reason' });
		expect(await undoFold(database.db, steward, ...at, '不同的事')).toEqual({ ok: true });
		expect(await undoFold(database.db, steward, ...at, '不同的事')).toMatchObject({ reason: 'conflict' });
		const two = ['320412 R89 2024-06-01 1', '320412 R89 2024-06-03 1'];
		expect(await counts()).toEqual(two);
		// Corrected on either side, and looked through again.
		await bring('平台', `A,${a},,,2024-06-03,13905180001,预付卡余额,APP`);
		expect(await counts()).toEqual(two);
		await bring('热线', `1,${a},,,2024-06-01,13905180001,预付卡余额,来电`);
		expect(await counts()).toEqual(two);
		expect((await folds(steward, 'undone')).folds).toMatchObject([{ undoneBy: 'st员', undoneWhy: '不同的事' }]);
		expect(await foldByRule(database.db, steward, ...at, '看错了')).toEqual({ ok: true });
		expect(await counts()).toEqual(['320412 R89 2024-06-01 1']);
		const trail = await database.db.selectFrom('audit_entry').select('action').where('action', 'like', 'fold.%').orderBy('seq').execute();
		expect(trail.map((entry) => entry.action)).toEqual(['fold.undo', 'fold.by-rule']);
	});
});

describe('complaints about nobody registered', () => {
	const unknown = async () => {
		await bring('热线', '1,,红梅健身,320412,2024-06-01,13905180001,预付卡,来电');
		await bring('平台', 'A,,红梅健身,320412,2024-06-03,13905180001,预付卡,APP');
		await bring('平台', 'B,,不知名小摊,320412,2024-06-03,,价格,APP');
	};

	it('are grouped by name and region, with enterprises of like names', async () => {
		await unknown();
		const found = await listUnmatched(database.db, steward);
		expect(found).toMatchObject({ ok: true, waiting: 3, groups: [{ name: '红梅健身', n: 2, proposals: [{ uscc: a }] }, { name: '不知名小摊', n: 1, proposals: [] }] });
		expect(await listUnmatched(database.db, stranger)).toMatchObject({ ok: true, waiting: 0, groups: [] });
		expect(await listUnmatched(database.db, watcher)).toMatchObject({ ok: false, reason: 'not-allowed' });
	});

	it('go on under the enterprise as new versions, folded as before, with its industry', async () => {
		await unknown();
		expect(await counts()).toEqual(['320412 - 2024-06-01 1', '320412 - 2024-06-03 1']);
		expect(await matchName(database.db, stranger, '红梅健身', '320412', a)).toMatchObject({ reason: 'not-found' });
		expect(await matchName(database.db, steward, '红梅健身', '320412', usccOf(99))).toMatchObject({ reason: 'not-found' });
		expect(await matchName(database.db, steward, '红梅健身', '320412', a)).toEqual({ ok: true, moved: 2 });
		expect(await counts()).toEqual(['320412 - 2024-06-03 1', '320412 R89 2024-06-01 1']);
		expect(await listUnmatched(database.db, steward)).toMatchObject({ waiting: 1 });
		expect((await folds(steward)).folds).toMatchObject([{ uscc: a, rule: 'complaint-channels' }]);
		expect(await matchNobody(database.db, steward, '不知名小摊', '320412')).toEqual({ ok: true, moved: 0 });
		expect(await listUnmatched(database.db, steward)).toMatchObject({ waiting: 0 });
		expect(await counts()).toEqual(['320412 - 2024-06-03 1', '320412 R89 2024-06-01 1']);
		expect(await matchNobody(database.db, steward, '不知名小摊', '320412')).toMatchObject({ reason: 'not-found' });
	});

	it.each<[string, string, boolean]>([
		['红梅健身', '常州市武进区红梅健身有限公司', true], ['红梅健身房', '红梅健身有限责任公司', true], ['蓝天百货', '红梅健身有限公司', false], ['有限公司', '红梅健身有限公司', false]
	])('%s and %s are alike: %s', (given, registered, expected) => {
		const places = ['武进区', '常州市'];
		expect(nameLikeness(plainName(given, places), plainName(registered, places)) >= 0.4).toBe(expected);
	});
});

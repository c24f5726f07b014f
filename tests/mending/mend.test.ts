import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { applyMend, previewMend, type MendInput } from '#lib/mending/apply.server.ts';
import { listRejectGroups, rejectGroup, type MendScope } from '#lib/mending/groups.server.ts';
import { listMendRules, mendRule, rememberMend } from '#lib/mending/rules.server.ts';
import { undoMend } from '#lib/mending/undo.server.ts';
import type { MendStep } from '#lib/mending/mending.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
	await database.db.insertInto('department').values([{ id: 'cz', name: '常州局', region_code: '320400' }, { id: 'wx', name: '无锡局', region_code: '320200' }]).execute();
	await database.db.insertInto('source').values({ id: 's', name: '热线', owner_department_id: 'cz', kinds: ['complaint'], region_code: '320400' }).execute();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, enterprise_link, event, match_queue, intake_key, intake_reject, count_touched, watermark, intake_batch, event_fold, fold_verdict,
		count_day, count_city_day, count_county_month, count_city_month, count_history, active_month, count_mark, mend_entry, mend_rule cascade`.execute(database.owner);
	await imported(database.db, 'registrations', `uscc,name,occurredOn,region,industry\n${a},甲,2020-05-06,320412,C1311\n`);
});

const person = (id: string, departmentId: string, grants: Actor['grants']): Actor =>
	({ id, name: id, displayName: `${id}员`, role: 'monitor', grants, departmentId, regionCode: '320400', industries: null, inspectorId: null, address: null });
const steward = person('st', 'cz', ['steward']);
const stranger = person('wx', 'wx', ['steward']);
const colleague = person('co', 'cz', []);

const a = usccOf(1);
/** Why a date in milliseconds is refused. */
const epoch = 'date-epoch';
const header = 'id,uscc,occurredOn,item,channel,区划';
const bring = (...lines: string[]) => imported(database.db, 'complaints', `${header}\n${lines.join('\n')}\n`, { source: '热线' });
const all: MendScope = { sourceId: 's', kind: 'complaint', reason: null, field: null, shape: null };
const milliseconds: MendStep = { op: 'date', column: 'occurredOn', reading: 'milliseconds' };
const input = (step: MendStep, more: Partial<MendInput> = {}): MendInput => ({ scope: all, step, note: '日期是毫秒', remember: false, ...more });
const apply = async (step: MendStep, more: Partial<MendInput> = {}) => {
	const done = await applyMend(database.db, steward, input(step, more));
	if (!done.ok) throw new Error(done.reason);
	return done;
};
const counts = async () => {
	await recomputeTouched(database.db);
	const { rows } = await sql<{ line: string }>`select day || ' ' || n as line from count_day where kind = 'complaint' order by 1`.execute(database.db);
	return rows.map((row) => row.line);
};
const rejects = async () => {
	const { rows } = await sql<{ line: string }>`
		select r.state || ' ' || r.reason || ' ' || coalesce(r.value, '') as line from intake_reject r join intake_batch b on b.id = r.batch_id order by b.started_at, r.line`.execute(database.db);
	return rows.map((row) => row.line);
};
const trail = async () => (await database.db.selectFrom('audit_entry').select('action').orderBy('seq').execute()).map((row) => row.action);

describe('the reject desk', () => {
	it('groups what is alike, the biggest group first, and shows it to its department’s stewards only', async () => {
		await bring(`1,${a},1551283200000,x,,`, `2,${a},1551369600000,x,,`, `3,${a},28/2/2019,x,,`, `4,,2019-02-28,x,,`);
		await bring(`5,${a},1551456000000,x,,`);
		const found = await listRejectGroups(database.db, steward);
		if (!found.ok) throw new Error(found.reason);
		expect(found.open).toBe(5);
		expect(found.groups.map(({ reason, field, shape, n, batches }) => [reason, field, shape, n, batches])).toEqual([
			[epoch, 'occurredOn', '9999999999999', 3, 2], ['date-format', 'occurredOn', '99/9/9999', 1, 1], ['subject-missing', 'region', '', 1, 1]
		]);
		expect(found.groups[0]!.examples).toEqual(['1551283200000', '1551456000000']);
		expect(await listRejectGroups(database.db, stranger)).toMatchObject({ ok: true, groups: [], open: 0 });
		expect(await listRejectGroups(database.db, colleague)).toMatchObject({ ok: false, reason: 'not-allowed' });
		const scope = { ...all, reason: 'date-format', field: 'occurredOn', shape: '99/9/9999' };
		expect(await rejectGroup(database.db, steward, scope)).toMatchObject({ ok: true, total: 1, rows: [{ line: 4, cells: { occurredOn: '28/2/2019' } }] });
		expect(await rejectGroup(database.db, stranger, scope)).toMatchObject({ ok: false, reason: 'not-found' });
		expect((await trail()).filter((action) => action === 'intake.rejects-look')).toHaveLength(1);
	});

	it('previews a rule by running it, and leaves no trace', async () => {
		await bring(`1,${a},1551283200000,x,,`, `2,${a},1551369600000,x,,`, `3,bad,1551369600000,x,,`, `4,${a},28/2/2019,x,,`);
		const before = [await rejects(), await counts()];
		const preview = await previewMend(database.db, steward, input(milliseconds));
		expect(preview).toMatchObject({
			ok: true,
			outcome: {
				touched: 3, untouched: 1, accepted: 2, duplicates: 0, refused: [{ reason: 'uscc-length', field: 'uscc', n: 1 }], enterprises: 1, days: 2, more: false,
				examples: [{ line: 2, cells: [{ column: 'occurredOn', before: '1551283200000', after: '2019-02-28' }] }, { line: 3 }, { line: 4 }]
			}
		});
		expect([await rejects(), await counts()]).toEqual(before);
		expect(await database.db.selectFrom('mend_rule').select('id').execute()).toEqual([]);
	});

	it('takes mended rows in as a batch of their own; what is refused again stays open under its new reason', async () => {
		await bring(`1,${a},1551283200000,x,,`, `2,bad,1551283200000,x,,`);
		expect(await rejects()).toEqual([`open ${epoch} 1551283200000`, 'open uscc-length bad']);
		await bring(`3,,1551283200000,x,,`);
		const { outcome, ruleId, number } = await apply(milliseconds);
		expect(outcome).toMatchObject({ touched: 3, accepted: 1, refused: expect.arrayContaining([{ reason: 'uscc-length', field: 'uscc', n: 1 }]) });
		expect(number).toBe(1);
		expect(await counts()).toEqual(['2019-02-28 1']);
		expect((await rejects()).filter((line) => line.startsWith('open'))).toEqual(expect.arrayContaining(['open uscc-length bad']));
		// The raw text is as the source sent it.
		expect(await database.db.selectFrom('intake_reject').select('raw').where('rule_id', '=', ruleId).orderBy('raw').execute()).toEqual([
			{ raw: `1,${a},1551283200000,x,,` }, { raw: '2,bad,1551283200000,x,,' }, { raw: '3,,1551283200000,x,,' }
		]);
		expect(await database.db.selectFrom('intake_batch').select(['file_name', 'rows', 'accepted', 'rejected', 'kind']).where('mend_rule_id', '=', ruleId).execute()).toEqual([
			{ file_name: '规则 1：日期是毫秒', rows: 3, accepted: 1, rejected: 2, kind: 'complaint' }
		]);
		// A second rule goes on from what the first made of the row.
		const second = await apply({ op: 'replace', column: 'uscc', pairs: [['bad', a]] }, { note: '代码抄错' });
		expect(second.outcome).toMatchObject({ touched: 1, accepted: 1 });
		expect(await counts()).toEqual(['2019-02-28 2']);
	});

	it('is closed to others, and says when a rule touches nothing', async () => {
		await bring(`1,${a},28/2/2019,x,,`);
		expect(await applyMend(database.db, stranger, input(milliseconds))).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await applyMend(database.db, colleague, input(milliseconds))).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(await applyMend(database.db, steward, input(milliseconds))).toMatchObject({ ok: false, reason: 'untouched' });
		expect(await applyMend(database.db, steward, input(milliseconds, { scope: { ...all, sourceId: 'none' } }))).toMatchObject({ ok: false, reason: 'not-found' });
	});

	it('leaves totals rows out with a reason, deleting nothing, and takes that back', async () => {
		await bring(`注：本页为试报,,,12,,`, `1,${a},28/2/2019,x,,`);
		const { outcome, ruleId } = await apply({ op: 'ignore', column: null, test: 'contains', value: '试报' }, { note: '试报说明行' });
		expect(outcome).toMatchObject({ touched: 1, ignored: 1, accepted: 0 });
		expect((await rejects()).map((line) => line.split(' ')[0])).toEqual(['ignored', 'open']);
		// The same file again: its fate stays.
		await bring(`注：本页为试报,,,12,,`, `1,${a},28/2/2019,x,,`);
		expect((await rejects()).slice(-2).map((line) => line.split(' ')[0])).toEqual(['ignored', 'open']);
		expect(await undoMend(database.db, steward, ruleId, '看错了')).toMatchObject({ ok: true, withdrawn: 0 });
		expect((await rejects()).slice(-2).map((line) => line.split(' ')[0])).toEqual(['open', 'open']);
	});

	it('lets one row be written by hand', async () => {
		await bring(`1,${a},"28/2/2019,x,,`, `2,${a},2019-02-30,x,,`);
		const [broken] = await database.db.selectFrom('intake_reject').select(['batch_id', 'line', 'reason']).orderBy('line').execute();
		expect(broken!.reason).toBe('quote-open');
		const { outcome, ruleId } = await apply({ op: 'edit', batchId: broken!.batch_id, line: broken!.line, cells: { id: '1', uscc: a, occurredOn: '2019-02-28', item: 'x' } }, { note: '引号未配对' });
		expect(outcome).toMatchObject({ touched: 1, accepted: 1 });
		expect(await counts()).toEqual(['2019-02-28 1']);
		expect(await rememberMend(database.db, steward, ruleId, true, '以后')).toMatchObject({ ok: false, reason: 'by-hand' });
	});
});

describe('a remembered rule', () => {
	it('mends later files before they are judged, is shown with them, and can be switched off', async () => {
		await bring(`1,${a},1551283200000,x,,`);
		const { ruleId } = await apply(milliseconds, { remember: true });
		const next = await bring(`2,${a},1551369600000,x,,`, `3,${a},2019-03-02,x,,`);
		expect(next).toMatchObject({ accepted: 2, rejected: 0 });
		expect(await database.db.selectFrom('intake_batch').select('mended').where('id', '=', next.batchId).execute()).toEqual([{ mended: [{ rule: ruleId, rows: 1 }] }]);
		expect(await listMendRules(database.db, steward)).toMatchObject({ ok: true, rules: [{ number: 1, state: 'remember', later: 1, accepted: 1 }] });
		expect(await rememberMend(database.db, stranger, ruleId, false, '不要')).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await rememberMend(database.db, steward, ruleId, false, ' ')).toMatchObject({ ok: false, reason: 'no-reason' });
		expect(await rememberMend(database.db, steward, ruleId, false, '来源已改')).toEqual({ ok: true });
		expect(await rememberMend(database.db, steward, ruleId, false, '来源已改')).toMatchObject({ ok: false, reason: 'unchanged' });
		expect(await bring(`4,${a},1551369600000,x,,`)).toMatchObject({ accepted: 0, rejected: 1 });
	});

	it('leaves rows out of later files, which stand there with the rule', async () => {
		await bring(`注：本页为试报,,,12,,`);
		const { ruleId } = await apply({ op: 'ignore', column: null, test: 'contains', value: '试报' }, { remember: true });
		await bring(`1,${a},2019-03-02,x,,`, `注：另有试报,,,1,,`);
		expect(await database.db.selectFrom('intake_reject').select(['reason', 'state', 'rule_id', 'raw']).where('raw', '=', '注：另有试报,,,1,,').execute()).toEqual([
			{ reason: 'ignored', state: 'ignored', rule_id: ruleId, raw: '注：另有试报,,,1,,' }
		]);
	});
});

describe('undoing a rule', () => {
	it('takes back what it brought in: counts, rejects and all', async () => {
		await bring(`0,${a},2019-02-28,x,,`);
		await bring(`1,${a},1551283200000,x,,`, `2,bad,1551283200000,x,,`, `3,${a},1551369600000,x,,`);
		const before = [await counts(), await rejects()];
		const { ruleId } = await apply(milliseconds, { remember: true });
		expect(await counts()).toEqual(['2019-02-28 2', '2019-03-01 1']);
		expect(await undoMend(database.db, stranger, ruleId, '不对')).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await undoMend(database.db, steward, ruleId, '')).toMatchObject({ ok: false, reason: 'no-reason' });
		expect(await undoMend(database.db, steward, ruleId, '并非毫秒')).toMatchObject({ ok: true, withdrawn: 2, reopened: 3 });
		expect([await counts(), (await rejects()).filter((line) => !line.startsWith('dropped'))]).toEqual(before);
		expect(await undoMend(database.db, steward, ruleId, '再来')).toMatchObject({ ok: false, reason: 'undone-before' });
		// Not remembered any more.
		expect(await bring(`9,${a},1551283200000,x,,`)).toMatchObject({ rejected: 1 });
		expect((await trail()).filter((action) => action.startsWith('intake.mend')).slice(-2)).toEqual(['intake.mend', 'intake.mend-undo']);
		const page = await mendRule(database.db, steward, ruleId);
		expect(page).toMatchObject({ ok: true, rule: { state: 'undo', actorName: 'st员' }, entries: [{ action: 'remember' }, { action: 'undo', note: '并非毫秒' }] });
		// And the same rule once more brings the same in.
		const again = await apply(milliseconds);
		expect(again.outcome.accepted).toBe(3);
		expect(await counts()).toEqual(['2019-02-28 3', '2019-03-01 1']);
	});

	it('brings back what the mended row had corrected', async () => {
		await bring(`1,${a},2019-02-01,x,,`);
		await bring(`1,${a},1551283200000,x,,`);
		const { ruleId } = await apply(milliseconds);
		expect(await counts()).toEqual(['2019-02-28 1']);
		expect(await undoMend(database.db, steward, ruleId, '不对')).toMatchObject({ ok: true });
		expect(await counts()).toEqual(['2019-02-01 1']);
	});

	it('is refused when later rows have corrected it since, and when later rules have built on it', async () => {
		await bring(`1,${a},1551283200000,x,,`, `2,bad,2019-02-28,x,,`);
		const first = await apply(milliseconds);
		await bring(`1,${a},2019-03-05,x,,`);
		expect(await undoMend(database.db, steward, first.ruleId, '不对')).toEqual({ ok: false, reason: 'corrected-since', n: 1 });
		expect(await counts()).toEqual(['2019-03-05 1']);
		const second = await apply({ op: 'replace', column: 'uscc', pairs: [['bad', 'worse']] });
		await apply({ op: 'replace', column: 'uscc', pairs: [['worse', a]] });
		expect(await undoMend(database.db, steward, second.ruleId, '不对')).toEqual({ ok: false, reason: 'mended-further', n: 1 });
	});

	it('of registrations makes the enterprise never have been; of the register itself it is refused', async () => {
		const b = usccOf(2);
		await imported(database.db, 'registrations', `uscc,name,occurredOn,region\n${b},乙,1551283200000,320412\n`, { source: '热线' });
		const done = await apply({ op: 'date', column: 'occurredOn', reading: 'milliseconds' }, { scope: { ...all, kind: 'registration' } });
		expect(await database.db.selectFrom('enterprise').select(['name', 'status']).where('uscc', '=', b).execute()).toEqual([{ name: '乙', status: 'active' }]);
		expect(await undoMend(database.db, steward, done.ruleId, '不对')).toMatchObject({ ok: true });
		expect(await database.db.selectFrom('enterprise').select('status').where('uscc', '=', b).execute()).toEqual([{ status: 'cancelled' }]);
		await imported(database.db, 'enterprises', `uscc,name,region,establishedOn\n${b},乙,320412,1551283200000\n`, { source: '热线' });
		const register = await apply({ op: 'date', column: 'establishedOn', reading: 'milliseconds' }, { scope: { ...all, kind: 'enterprise' } });
		expect(await undoMend(database.db, steward, register.ruleId, '不对')).toMatchObject({ ok: false, reason: 'statement' });
	});

	it('of changes lets the register go back', async () => {
		await imported(database.db, 'changes', `id,uscc,occurredOn,item,after\n1,${a},1551283200000,名称变更,甲甲\n2,${a},28.2.2019,住所变更,乙路1号\n`, { source: '热线' });
		const { ruleId } = await apply({ op: 'date', column: 'occurredOn', reading: 'milliseconds' }, { scope: { ...all, kind: 'change' } });
		// The register was stated before.
		await sql`update enterprise set stated_at = '2015-01-01'`.execute(database.owner);
		expect(await undoMend(database.db, steward, ruleId, '不对')).toMatchObject({ ok: true, withdrawn: 1 });
		expect(await database.db.selectFrom('enterprise').select('name').execute()).toEqual([{ name: '甲' }]);
	});
});

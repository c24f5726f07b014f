import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { dayOf } from '#lib/calendar/days.ts';
import { rejectLines } from '#lib/mending/rejects.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { imported, referenceDatabase, usccOf } from './support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, enterprise_link, event, enterprise_class, professional_grade, match_queue, intake_key, intake_reject, count_touched, watermark, intake_batch`.execute(database.owner);
});

const events = () => database.db.selectFrom('event').selectAll().orderBy('occurred_at').orderBy('known_from').orderBy('known_to').execute();
const enterprise = (uscc: string) => database.db.selectFrom('enterprise').selectAll().where('uscc', '=', uscc).executeTakeFirstOrThrow();
const links = (uscc: string) => database.db.selectFrom('enterprise_link').select(['kind', 'key', 'since', 'until']).where('uscc', '=', uscc).orderBy('kind').orderBy('since').orderBy('key').execute();

/** Everything that an import may change, in order. */
async function everything(): Promise<string> {
	const tables = ['enterprise', 'enterprise_link', 'event', 'enterprise_class', 'match_queue', 'intake_key', 'count_touched', 'watermark'];
	const parts = [];
	for (const table of tables) {
		const { rows } = await sql<{ rows: unknown }>`select coalesce(json_agg(t order by t::text), '[]') as rows from ${sql.table(table)} t`.execute(database.db);
		parts.push(rows[0]!.rows);
	}
	return JSON.stringify(parts);
}

const a = usccOf(1);
const b = usccOf(2, '320602');
const registrations = [
	'uscc,name,occurredOn,region,industry,legalRepId,address,phone,capital',
	`${a},甲公司,2024-05-06,320412,C1311,P1,江苏省常州市武进区天元路3号楼502室,13905181234,200万元`,
	`${b},乙公司,2024-05-07,320602,餐饮业,P1,崇川区人民路1号,,N/A`
].join('\n');

describe('registrations', () => {
	it('make the enterprise, its links and an event, frozen where and what it was', async () => {
		const result = await imported(database.db, 'registrations', registrations);
		expect(result).toMatchObject({ rows: 2, accepted: 2, duplicates: 0, rejected: 0, firstDay: '2024-05-06', lastDay: '2024-05-07' });
		expect(result.warnings.map((warning) => warning.code).sort()).toEqual(['capital-placeholder', 'history', 'region-fallback']);
		expect(await enterprise(a)).toMatchObject({
			name: '甲公司', region_code: '320412', region_basis: 'given', industry_key: 'C1311', capital_wan: '200.0000', capital_currency: '人民币',
			address_key: '3204:武进区:天元路3幢502', phone_key: '13905181234', established_on: '2024-05-06', status: 'active'
		});
		expect(await enterprise(b)).toMatchObject({ region_code: '320613', region_basis: 'successor', region_given: '320602', industry_key: 'H62', capital_wan: null, capital_raw: 'N/A' });
		const [first] = await events();
		expect(first).toMatchObject({ kind: 'registration', uscc: a, region_code: '320412', industry_key: 'C1311', known_to: null, withdrawn: false });
		// A bulk of history: received when it happened.
		expect(first!.received_at).toEqual(first!.occurred_at);
		expect((await links(a)).map((link) => link.kind)).toEqual(['address', 'person', 'phone']);
		expect((await links(a))[1]?.key).toBe((await links(b))[1]?.key);
	});

	it('keep the register from being measured while they come in, when it would look empty', async () => {
		const measured = await database.owner.transaction().execute(async (trx) => {
			// The merge stops at its last step until this transaction ends.
			await sql`lock table count_touched in access exclusive mode`.execute(trx);
			const merge = imported(database.db, 'registrations', registrations);
			await expect.poll(async () => (await sql<{ waits: boolean }>`
				select exists (select from pg_locks where relation = 'count_touched'::regclass and not granted) as waits
			`.execute(trx)).rows[0]!.waits).toBe(true);
			await sql`set local lock_timeout = '100ms'`.execute(trx);
			await sql`savepoint before`.execute(trx);
			const refused = await sql`analyze enterprise`.execute(trx).then(() => null, String);
			await sql`rollback to savepoint before`.execute(trx);
			return { refused, merge };
		});
		expect(measured.refused).toMatch(/lock timeout/);
		expect((await measured.merge).accepted).toBe(2);
	});

	it('change nothing the second time', async () => {
		await imported(database.db, 'registrations', registrations);
		const before = await everything();
		const again = await imported(database.db, 'registrations', registrations);
		expect(again).toMatchObject({ rows: 2, accepted: 0, duplicates: 2 });
		expect(await everything()).toBe(before);
	});

	it('change nothing in a dry run, which tells the truth all the same', async () => {
		const before = await everything();
		expect(await imported(database.db, 'registrations', registrations, { dryRun: true })).toMatchObject({ accepted: 2, rejected: 0 });
		expect(await everything()).toBe(before);
		expect(await database.db.selectFrom('intake_batch').select('id').execute()).toEqual([]);
	});

	it('of the last days without a time of arrival arrive now', async () => {
		const today = dayOf(new Date());
		await imported(database.db, 'registrations', `uscc,name,occurredOn\n${a},甲,${today}\n`);
		const [event] = await events();
		expect(dayOf(event!.received_at)).toBe(today);
		expect(event!.received_at.getTime()).toBeGreaterThan(event!.occurred_at.getTime());
	});
});

describe('a row that comes again with other content', () => {
	const row = (text: string) => `id,uscc,occurredOn,item,description\n${text}\n`;
	it('is a new version; the old one stays', async () => {
		await imported(database.db, 'registrations', registrations);
		await imported(database.db, 'complaints', row(`T1,${a},2024-06-01,质量,第一次`));
		await sql`truncate count_touched`.execute(database.owner);
		const corrected = await imported(database.db, 'complaints', row(`T1,${a},2024-06-02,质量,改过`));
		expect(corrected).toMatchObject({ accepted: 1, versions: 1, duplicates: 0 });
		const complaints = (await events()).filter((event) => event.kind === 'complaint');
		expect(complaints.map((event) => [dayOf(event.occurred_at), event.known_to === null, (event.content as { description: string }).description])).toEqual([
			['2024-06-01', false, '第一次'], ['2024-06-02', true, '改过']
		]);
		expect(complaints[0]!.known_to).toEqual(complaints[1]!.known_from);
		// Both days are counted again.
		const touched = await database.db.selectFrom('count_touched').select('day').orderBy('day').execute();
		expect(touched.map((one) => one.day)).toEqual(['2024-06-01', '2024-06-02']);
		expect(await imported(database.db, 'complaints', row(`T1,${a},2024-06-02,质量,改过`))).toMatchObject({ accepted: 0, duplicates: 1 });
	});

	it('within one file leaves one live version, the last', async () => {
		await imported(database.db, 'registrations', registrations);
		const file = row([`T1,${a},2024-06-01,质量,一`, `T1,${a},2024-06-01,质量,一`, `T1,${a},2024-06-01,质量,二`, `T1,${a},2024-06-01,质量,一`].join('\n'));
		expect(await imported(database.db, 'complaints', file)).toMatchObject({ rows: 4, accepted: 3, duplicates: 1, versions: 2 });
		const live = (await events()).filter((event) => event.kind === 'complaint' && event.known_to === null);
		expect(live.map((event) => (event.content as { description: string }).description)).toEqual(['一']);
		expect(await imported(database.db, 'complaints', row(`T1,${a},2024-06-01,质量,一`))).toMatchObject({ duplicates: 1, accepted: 0 });
	});

	it('can withdraw it', async () => {
		await imported(database.db, 'registrations', registrations);
		const file = (flag: string) => `id,uscc,occurredOn,撤回\nT1,${a},2024-06-01,${flag}\n`;
		await imported(database.db, 'complaints', file('否'));
		expect(await imported(database.db, 'complaints', file('是'))).toMatchObject({ versions: 1 });
		const live = (await events()).filter((event) => event.kind === 'complaint' && event.known_to === null);
		expect(live.map((event) => event.withdrawn)).toEqual([true]);
	});
});

describe('complaints', () => {
	it('find the enterprise by code or by a name that only it bears; about nobody registered they wait to be matched', async () => {
		await imported(database.db, 'registrations', registrations);
		const result = await imported(database.db, 'complaints', [
			'投诉编号,投诉时间,统一社会信用代码,被投诉人,区划代码,行业,投诉类型',
			`1,2024-06-01 10:00,${a},,,,质量`,
			'2,2024-06-01,,乙公司,320602,,价格',
			'3,2024-06-01,,路边摊,320412,H62,质量',
			`4,2024-06-01,${usccOf(99)},没登记过,320412,,质量`,
			'5,2024-06-01,,哪里都没有,,,质量'
		].join('\n'));
		expect(result).toMatchObject({ accepted: 4, rejected: 1 });
		const complaints = (await events()).filter((event) => event.kind === 'complaint').sort((x, y) => (x.source_key < y.source_key ? -1 : 1));
		expect(complaints.map((event) => [event.uscc, event.region_code, event.industry_key])).toEqual([
			[a, '320412', 'C1311'], [b, '320613', 'H62'], ['~320412:H62', '320412', 'H62'], ['~320412:-', '320412', '-']
		]);
		const queue = await database.db.selectFrom('match_queue').select(['given_name', 'given_uscc']).orderBy('given_name').execute();
		expect(queue).toEqual([{ given_name: '没登记过', given_uscc: usccOf(99) }, { given_name: '路边摊', given_uscc: null }]);
	});
});

describe('changes and cancellations', () => {
	const change = (text: string) => `uscc,变更日期,变更事项,变更前,变更后,区划代码,变更后证件号码\n${text}\n`;
	it('bring the register up to date, links with since and until; a late older one replaces nothing newer', async () => {
		await imported(database.db, 'registrations', registrations);
		await imported(database.db, 'changes', change([
			`${a},2024-08-01,住所（经营场所）变更,旧,常州市新北区太湖路8号,320411,`,
			`${a},2024-08-02,法定代表人变更,旧,李四,,P7`,
			`${a},2024-08-02,名称变更,甲公司,甲甲公司,,`,
			`${a},2024-08-03,注册资本变更,200万元,900万元人民币,,`
		].join('\n')));
		await imported(database.db, 'changes', change(`${a},2024-07-01,名称变更,甲公司,中间名,,`));
		expect(await enterprise(a)).toMatchObject({ name: '甲甲公司', region_code: '320411', address: '常州市新北区太湖路8号', legal_rep: '李四', capital_wan: '900.0000' });
		const address = (await links(a)).filter((link) => link.kind === 'address');
		expect(address.map(({ since, until }) => [since, until])).toEqual([['2024-05-06', '2024-08-01'], ['2024-08-01', null]]);
		expect((await links(a)).filter((link) => link.kind === 'person').map(({ since, until }) => [since, until])).toEqual([['2024-05-06', '2024-08-02'], ['2024-08-02', null]]);
		const items = (await events()).filter((event) => event.kind === 'change').map((event) => event.item);
		expect(items).toEqual(['name', 'address', 'legal-representative', 'name', 'capital']);
	});

	it('leave what happened before where it was', async () => {
		await imported(database.db, 'registrations', registrations);
		await imported(database.db, 'changes', change(`${a},2024-08-01,住所变更,旧,常州市新北区太湖路8号,320411,`));
		await imported(database.db, 'penalties', `uscc,处罚日期,处罚种类\n${a},2024-07-01,罚款\n${a},2024-09-01,罚款\n`);
		const penalties = (await events()).filter((event) => event.kind === 'penalty');
		expect(penalties.map((event) => event.region_code)).toEqual(['320412', '320411']);
	});

	it('end the enterprise, whichever file comes first', async () => {
		const cancellation = `uscc,注销日期,状态\n${a},2024-12-31,注销\n${b},2024-12-30,吊销\n`;
		await imported(database.db, 'cancellations', cancellation);
		await imported(database.db, 'registrations', registrations);
		expect(await enterprise(a)).toMatchObject({ status: 'cancelled', cancelled_on: '2024-12-31' });
		expect(await enterprise(b)).toMatchObject({ status: 'revoked', cancelled_on: '2024-12-30' });
	});

	it('end in the same register and links, whichever file comes first', async () => {
		const changes = change([
			`${a},2024-07-01,住所变更,旧,常州市天宁区竹林路3号,320402,`,
			`${a},2024-08-01,住所（经营场所）变更,旧,常州市新北区太湖路8号,320411,`,
			`${a},2024-08-02,法定代表人变更,旧,李四,,P7`,
			`${b},2024-08-02,名称变更,乙公司,乙乙公司,,`,
			`${b},2024-08-03,注册资本变更,N/A,900万美元,,`
		].join('\n'));
		const cancellation = `uscc,注销日期,状态\n${b},2024-12-30,吊销\n`;
		const outcome = async () => {
			const { rows } = await sql<object>`select to_jsonb(e) - 'batch_id' - 'source_id' as e from enterprise e order by uscc`.execute(database.db);
			return { register: rows, links: [await links(a), await links(b)] };
		};
		await imported(database.db, 'registrations', registrations);
		await imported(database.db, 'changes', changes);
		await imported(database.db, 'cancellations', cancellation);
		const usual = await outcome();
		await sql`truncate enterprise, enterprise_link, event, intake_key, count_touched`.execute(database.owner);
		await imported(database.db, 'cancellations', cancellation);
		await imported(database.db, 'changes', changes);
		await imported(database.db, 'registrations', registrations);
		expect(await outcome()).toEqual(usual);
		expect(await enterprise(a)).toMatchObject({ region_code: '320411', legal_rep: '李四' });
		expect(await enterprise(b)).toMatchObject({ name: '乙乙公司', capital_wan: '900.0000', capital_currency: '美元', status: 'revoked' });
	});
});

describe('classes', () => {
	it('are kept by month and version, and frozen on what happens in the month', async () => {
		await imported(database.db, 'registrations', registrations);
		const classes = (letter: string) => `uscc,月份,企业信用风险分类\n${a},2024-09,${letter}\n`;
		expect(await imported(database.db, 'classes', classes('A'))).toMatchObject({ accepted: 1 });
		expect(await imported(database.db, 'classes', classes('A类'))).toMatchObject({ accepted: 0, duplicates: 1 });
		expect(await imported(database.db, 'classes', classes('D'))).toMatchObject({ accepted: 1, versions: 1 });
		expect(await imported(database.db, 'classes', classes('E'))).toMatchObject({ rejected: 1 });
		const marks = await database.db.selectFrom('watermark').select(['region_code', 'complete_up_to']).where('kind', '=', 'class').execute();
		expect(marks).toEqual([{ region_code: expect.stringMatching(/^\d{4}00$/), complete_up_to: '2024-09-01' }]);
		const kept = await database.db.selectFrom('enterprise_class').select(['month', 'version', 'class']).orderBy('version').execute();
		expect(kept).toEqual([{ month: '2024-09-01', version: 1, class: 'A' }, { month: '2024-09-01', version: 2, class: 'D' }]);
		await imported(database.db, 'inspections', `uscc,检查日期,检查结果\n${a},2024-09-10,未发现问题\n${a},2024-08-10,通过登记的住所（经营场所）无法联系\n`);
		const inspections = (await events()).filter((event) => event.kind === 'inspection');
		expect(inspections.map((event) => [event.class, (event.content as { result: string }).result])).toEqual([[null, 'unreachable'], ['D', 'no-problem']]);
	});

	it('of a field are grades and never touch the class', async () => {
		const grades = `uscc,领域,月份,分级\n${a},特种设备,2024-09,二级\n`;
		expect(await imported(database.db, 'grades', grades)).toMatchObject({ accepted: 1 });
		expect(await imported(database.db, 'grades', grades)).toMatchObject({ duplicates: 1 });
		expect(await database.db.selectFrom('enterprise_class').selectAll().execute()).toEqual([]);
	});
});

describe('the register as a whole', () => {
	it('comes in by enterprises, makes no events, and ends the links it no longer names', async () => {
		const register = (address: string) => `统一社会信用代码,企业名称,成立日期,住所,登记状态\n${a},甲公司,2019-01-01,${address},存续\n`;
		await imported(database.db, 'enterprises', register('武进区天元路1号'));
		expect(await imported(database.db, 'enterprises', register('武进区天元路1号'))).toMatchObject({ duplicates: 1, accepted: 0 });
		expect(await imported(database.db, 'enterprises', register('武进区天元路2号'))).toMatchObject({ versions: 1, accepted: 1 });
		expect(await events()).toEqual([]);
		const address = await links(a);
		expect(address.map(({ until }) => until === null)).toEqual([false, true]);
	});
});

describe('a statement of the register', () => {
	const snapshot = (extra: string) => `统一社会信用代码,企业名称,法定代表人${extra}`;
	it('without a status leaves the status as it is, whichever comes first', async () => {
		const cancellation = `uscc,注销日期,状态\n${a},2025-05-01,吊销\n`;
		await imported(database.db, 'registrations', registrations);
		await imported(database.db, 'cancellations', cancellation + `${b},2025-05-02,注销\n`);
		await imported(database.db, 'enterprises', snapshot(`\n${a},甲公司,王五\n`));
		expect(await enterprise(a)).toMatchObject({ status: 'revoked', cancelled_on: '2025-05-01', legal_rep: '王五' });
		await imported(database.db, 'enterprises', snapshot(`,登记状态\n${b},乙公司,王五,存续\n`));
		expect(await enterprise(b)).toMatchObject({ status: 'active', cancelled_on: null });
		const c = usccOf(3);
		await imported(database.db, 'cancellations', `uscc,注销日期\n${c},2025-05-03\n`);
		await imported(database.db, 'enterprises', snapshot(`\n${c},丙公司,赵六\n`));
		expect(await enterprise(c)).toMatchObject({ status: 'cancelled', cancelled_on: '2025-05-03' });
	});

	it('is newer than any change before it', async () => {
		await imported(database.db, 'enterprises', snapshot(`\n${a},甲公司,现任王五\n`));
		await imported(database.db, 'changes', `uscc,变更日期,变更事项,变更前,变更后\n${a},2018-03-01,法定代表人变更,旧一,旧二\n`);
		expect(await enterprise(a)).toMatchObject({ legal_rep: '现任王五' });
	});

	it('says of a key enterprise that it is none any more only in words', async () => {
		const key = (cell: string) => snapshot(`,重点类企业\n${a},甲公司,王五,${cell}\n`);
		await imported(database.db, 'enterprises', key('是'));
		await imported(database.db, 'enterprises', key(''));
		expect(await enterprise(a)).toMatchObject({ key_class: true });
		await imported(database.db, 'enterprises', key('否'));
		expect(await enterprise(a)).toMatchObject({ key_class: false });
	});
});

describe('a withdrawn row', () => {
	it('without a key of its source is found again by its content', async () => {
		await imported(database.db, 'registrations', registrations);
		const file = (flag: string) => `uscc,变更日期,变更事项,变更后,撤回\n${a},2024-06-01,法定代表人变更,李四,${flag}\n`;
		await imported(database.db, 'changes', file('否'));
		expect(await enterprise(a)).toMatchObject({ legal_rep: '李四' });
		expect(await imported(database.db, 'changes', file('是'))).toMatchObject({ versions: 1 });
		expect((await enterprise(a)).legal_rep).not.toBe('李四');
	});
});

describe('rejects', () => {
	it('can be downloaded, mended and sent again', async () => {
		const result = await imported(database.db, 'registrations', `uscc,name,occurredOn\n${a},"甲, 公司",2019-02-30\nx,=1+1,2019-01-01\n`);
		expect(result).toMatchObject({ accepted: 0, rejected: 2 });
		let file = '';
		for await (const line of rejectLines(database.db, [result.batchId])) file += line;
		const lines = file.split('\r\n');
		expect(lines[0]).toBe('\ufeff#batch,#line,#reason,#message,uscc,name,occurredOn,#raw');
		expect(lines[2]).toContain("'=1+1");
		const mended = `${lines[0]}\r\n${lines[1]!.replaceAll('2019-02-30', '2019-02-28')}\r\n`;
		expect(await imported(database.db, 'registrations', mended)).toMatchObject({ accepted: 1, rejected: 0 });
		const states = await database.db.selectFrom('intake_reject').select(['line', 'state']).where('batch_id', '=', result.batchId).orderBy('line').execute();
		expect(states).toEqual([{ line: 2, state: 'mended' }, { line: 3, state: 'open' }]);
		expect(await enterprise(a)).toMatchObject({ name: '甲, 公司' });
	});

	it('of a file that is sent twice are open once, and what was mended stays mended', async () => {
		const file = `uscc,name,occurredOn\n${a},甲,2019-02-30\nx,乙,2019-01-01\n`;
		const first = await imported(database.db, 'registrations', file);
		await database.db.updateTable('intake_reject').set({ state: 'mended' }).where('batch_id', '=', first.batchId).where('line', '=', 2).execute();
		const second = await imported(database.db, 'registrations', file);
		const rejects = await database.db.selectFrom('intake_reject').select(['batch_id', 'line', 'state']).orderBy('line').orderBy('state').execute();
		expect(rejects.map(({ batch_id, line, state }) => [batch_id === second.batchId, line, state])).toEqual([
			[false, 2, 'mended'], [true, 2, 'mended'], [false, 3, 'dropped'], [true, 3, 'open']
		].sort((x, y) => Number(x[1]) - Number(y[1])));
	});
});

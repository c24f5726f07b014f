import { gzipSync } from 'node:zlib';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { feed } from '#lib/warnings/feed.server.ts';
import { outsideIndicator, outsideSeries } from '#lib/warnings/outside.ts';
import { act } from '#lib/warnings/desk.server.ts';
import { warningDetail } from '#lib/warnings/detail.server.ts';
import { evidence } from '#lib/warnings/evidence.server.ts';
import { skipNumbers } from '#lib/outward/log.server.ts';
import { listIndicators } from '#lib/indicators/list.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { referenceDatabase, usccOf } from '../intake/support.ts';
import { makeToken, ndjson, serveApi, writeOffice } from './support.ts';

let database: TestDatabase;
let server: Awaited<ReturnType<typeof serveApi>>;
let secret: string;

const monitor: Actor = {
	id: 'u-monitor', name: 'monitor', displayName: '王敏', role: 'monitor', grants: [], departmentId: 'cz', regionCode: '320400', industries: null, inspectorId: null, address: null
};
const enterprise = usccOf(1);
const elsewhere = usccOf(2, '320205');

beforeAll(async () => {
	database = await referenceDatabase();
	const { db } = database;
	await writeOffice(db);
	await db.insertInto('department').values({ id: 'wj', name: '武进局', region_code: '320412' }).execute();
	await db.insertInto('source').values([
		{ id: 'xy', name: '襄阳平台', owner_department_id: 'cz', kinds: [], region_code: '320400' },
		{ id: 'other', name: '另一平台', owner_department_id: 'cz', kinds: [], region_code: '320400' }
	]).execute();
	await db.insertInto('app_user').values({ id: monitor.id, name: 'monitor', display_name: '王敏', password_hash: 'x', role: 'monitor', department_id: 'cz', region_code: '320400' }).execute();
	await db.insertInto('enterprise').values([[enterprise, '320412'], [elsewhere, '320205']].map(([uscc, region]) => ({
		uscc: uscc!, name: `企业${uscc}`, region_code: region!, region_basis: 'given', industry_key: 'H62', stated_at: new Date()
	}))).execute();
	server = await serveApi(db);
	secret = (await makeToken(db, '襄阳平台接口', { kinds: [], sourceIds: ['xy'], reports: true })).secret;
});
afterAll(async () => {
	await server[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const said = (id: string, more: object = {}) => ({ id, title: '餐饮投诉集中', level: 'yellow', region: '320400', industry: 'H62', raisedOn: '2026-11-02', ...more });

type Options = { readonly token?: string | null; readonly type?: string; readonly query?: string; readonly headers?: Readonly<Record<string, string>> };
async function report(body: string | Uint8Array | readonly object[], { token = secret, type = 'application/x-ndjson', query = '', headers = {} }: Options = {}) {
	const response = await fetch(`${server.url}/api/v1/warnings${query}`, {
		method: 'POST',
		headers: { 'content-type': type, ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
		body: (typeof body === 'string' || body instanceof Uint8Array ? body : ndjson(body)) as unknown as BodyInit
	});
	return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as Record<string, unknown> };
}
type Status = { readonly id: string; readonly number: string; readonly work: string; readonly closeReason: string | null; readonly acknowledgedAt: string | null; readonly disposedAt: string | null; readonly closedAt: string | null };
async function status(after: string, token = secret) {
	const response = await fetch(`${server.url}/api/v1/warnings?after=${after}`, { headers: { authorization: `Bearer ${token}` } });
	return { status: response.status, body: (await response.json()) as { warnings: Status[]; next: string; more: boolean; code?: string; head?: number } };
}
const warningOf = async (id: string, source = 'xy') =>
	database.db.selectFrom('warning_series as s').innerJoin('warning as w', 'w.id', 's.warning_id').selectAll('w').where('s.series_key', '=', outsideSeries(source, id)).executeTakeFirstOrThrow();
const historyOf = async (id: string) => {
	const { id: warningId } = await warningOf(id);
	const rows = await database.db.selectFrom('warning_event').select('action').where('warning_id', '=', warningId).orderBy('seq').execute();
	return rows.map(({ action }) => action);
};
async function rowsOf(): Promise<string> {
	const { rows } = await sql<{ n: string }>`
		select (select count(*) from warning) || ' ' || (select count(*) from warning_event) || ' ' || (select count(*) from outside_statement) || ' ' || (select count(*) from warning_feed) as n
	`.execute(database.db);
	return rows[0]!.n;
}

describe('a warning of an outside platform', () => {
	it('is on the desk that answers for it, in the platform’s words and without a figure of ours', async () => {
		const answer = await report([said('A-1', { description: '一周 <b>三十</b> 件\u202e', link: 'https://xy.example/1', occurredOn: '2026-10-30' }), said('A-2', { region: '320412', level: '红' })]);
		expect(answer).toMatchObject({ status: 200, body: { source: '襄阳平台', rows: 2, accepted: 2, duplicates: 0, rejected: 0, rejects: [] } });
		const [a, b] = [await warningOf('A-1'), await warningOf('A-2')];
		expect(answer.body['warnings']).toEqual([{ line: 1, id: 'A-1', number: a.number, work: 'new' }, { line: 2, id: 'A-2', number: b.number, work: 'new' }]);
		expect(a).toMatchObject({
			department_id: 'cz', level: 'yellow', scope_kind: 'cell', region_code: '320400', industry_key: 'H62', observed: null, expected: null, upper: null, q_value: null,
			occurred_on: '2026-10-30', indicator_id: outsideIndicator('xy')
		});
		expect([b.department_id, b.level]).toEqual(['wj', 'red']);
		const detail = await warningDetail(database.db, monitor, a.id);
		if (!detail.ok) throw new Error(detail.reason);
		expect(detail.explanation).toMatchObject({
			method: 'outside', series: [], limit: null,
			outside: { platform: '襄阳平台', id: 'A-1', title: '餐饮投诉集中', description: '一周 <b>三十</b> 件', link: 'https://xy.example/1', version: 1 }
		});
		expect(await evidence(database.db, monitor, detail.explanation.evidence)).toEqual({ rows: [], total: 0 });
	});

	it('names its enterprise where the register has it', async () => {
		expect(await report([said('A-3', { region: undefined, industry: undefined, uscc: enterprise, item: 'complaint' })])).toMatchObject({ body: { accepted: 1 } });
		const warning = await warningOf('A-3');
		expect(warning).toMatchObject({ scope_kind: 'enterprise', uscc: enterprise, region_code: '320412', industry_key: 'H62', item: 'complaint', department_id: 'wj' });
		expect(await database.db.selectFrom('warning_subject').selectAll().where('warning_id', '=', warning.id).execute()).toMatchObject([{ uscc: enterprise, role: 'named' }]);
	});

	it('that is reported twice changes nothing, whoever sends it at the same time', async () => {
		const body = [said('B-1'), said('B-2')];
		const answers = await Promise.all(Array.from({ length: 6 }, () => report(body)));
		expect(answers.map((answer) => [answer.body['accepted'], answer.body['duplicates']]).sort()).toEqual([[0, 2], [0, 2], [0, 2], [0, 2], [0, 2], [2, 0]]);
		const before = await rowsOf();
		expect(await report(body)).toMatchObject({ body: { accepted: 0, duplicates: 2, warnings: [] } });
		// Fields in another order, and what is no difference, are the same.
		const { id, ...rest } = said('B-1');
		expect(await report([{ ...rest, description: '', state: 'open', id }])).toMatchObject({ body: { duplicates: 1 } });
		expect(await rowsOf()).toBe(before);
	});

	it('is refreshed, worsened, eased, cleared and taken up again under its id, and keeps every statement', async () => {
		const tell = async (more: object) => expect(await report([said('C-1', more)])).toMatchObject({ body: { accepted: 1 } });
		await tell({});
		await tell({ description: '又有五件' });
		await tell({ description: '又有五件', level: 'red' });
		await tell({ level: 'blue' });
		await tell({ level: 'blue', state: 'ended' });
		await tell({ level: 'blue', title: '餐饮投诉再起' });
		expect(await historyOf('C-1')).toEqual(['raise', 'refresh', 'worsen', 'ease', 'clear', 'resume']);
		const warning = await warningOf('C-1');
		expect(warning).toMatchObject({ level: 'blue', evaluation: 'breaching', work: 'new', indicator_version: 6 });
		expect(warning.explanation).toMatchObject({ outside: { title: '餐饮投诉再起', version: 6, ended: false } });
		const statements = await database.db.selectFrom('outside_statement').select('version').where('outside_id', '=', 'C-1').orderBy('version').execute();
		expect(statements.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
		await expect(sql`delete from outside_statement`.execute(database.db)).rejects.toThrow(/permission denied/);
	});

	it('is its own matter: a wider one of the same platform does not absorb it', async () => {
		await report([said('D-1', { industry: undefined }), said('D-2', { region: '320412' })]);
		expect((await warningOf('D-2')).parent_id).toBeNull();
	});

	it('is never run as a monitor nor listed as one', async () => {
		const listed = await listIndicators(database.db, monitor);
		expect('ok' in listed ? [] : listed.map(({ id }) => id)).not.toContain(outsideIndicator('xy'));
		const own = await database.db.selectFrom('indicator').selectAll().where('id', '=', outsideIndicator('xy')).executeTakeFirstOrThrow();
		expect(own).toMatchObject({ kind: 'outside', owner_department_id: 'cz', name: '襄阳平台' });
	});

	it('comes as NDJSON, packed or not, or as JSON, one or several', async () => {
		expect(await report(gzipSync(ndjson([said('E-1')])), { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 200, body: { accepted: 1 } });
		expect(await report(JSON.stringify(said('E-2')), { type: 'application/json; charset=utf-8' })).toMatchObject({ status: 200, body: { accepted: 1 } });
		expect(await report(JSON.stringify([said('E-3'), 7]), { type: 'application/json' })).toMatchObject({ status: 200, body: { accepted: 1, rejects: [{ line: 2, reason: 'not-object' }] } });
	});

	it('is audited with numbers, not with its words', async () => {
		await report([said('F-1', { title: '不应进入审计的标题' })]);
		const entry = await database.db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow();
		expect(entry).toMatchObject({ action: 'outside.report', object_id: 'xy', actor_name: '襄阳平台接口', detail: { rows: 1, numbers: [(await warningOf('F-1')).number] } });
		expect(JSON.stringify(entry.detail)).not.toContain('标题');
	});
});

describe('what is refused', () => {
	it('is refused line by line with its field and a remedy; the rest is taken', async () => {
		const lines = [
			JSON.stringify(said('R-0')), '{"id": "R-1"', JSON.stringify({ ...said('R-2'), titel: 'x' }), JSON.stringify(said('R-3', { title: undefined })),
			JSON.stringify(said('R-4', { level: 'purple' })), JSON.stringify(said('R-5', { raisedOn: '2026-02-30' })), JSON.stringify(said('R-6', { raisedOn: '2999-01-01' })),
			JSON.stringify(said('R-7', { occurredOn: '2026-11-03' })), JSON.stringify(said('R-8', { link: 'javascript:alert(1)' })), JSON.stringify(said('R-9', { title: '长'.repeat(121) })),
			JSON.stringify(said('R-10', { uscc: enterprise })), JSON.stringify(said('R-11', { region: undefined, industry: undefined })), JSON.stringify(said('R-12', { region: undefined })),
			JSON.stringify(said('R-13', { region: undefined, industry: undefined, uscc: '91320412MA00000030' })), JSON.stringify(said('R-0', { level: 'red' })),
			JSON.stringify(said('R-14', { region: undefined, industry: undefined, uscc: usccOf(77) })), JSON.stringify(said('R-15', { region: '999999' })),
			JSON.stringify(said('R-16', { industry: 'X9' })), JSON.stringify(said('R-17', { item: 'gossip' })), JSON.stringify(said('R-18', { state: 'ended' })),
			JSON.stringify(said('R-19', { id: 7 })), '', JSON.stringify(said('R-20', { state: 'paused' }))
		];
		const answer = await report(`${lines.join('\n')}\n`);
		expect(answer).toMatchObject({ status: 200, body: { rows: 22, accepted: 1, rejected: 21 } });
		const rejects = answer.body['rejects'] as { line: number; id: string | null; reason: string; field: string | null; message: string }[];
		expect(rejects.map(({ line, reason, field }) => [line, reason, field])).toEqual([
			[2, 'not-json', null], [3, 'unknown-field', 'titel'], [4, 'missing', 'title'], [5, 'not-a-level', 'level'], [6, 'not-a-day', 'raisedOn'], [7, 'future-day', 'raisedOn'],
			[8, 'days-reversed', 'occurredOn'], [9, 'not-a-link', 'link'], [10, 'too-long', 'title'], [11, 'about-both', 'uscc'], [12, 'about-nothing', null], [13, 'industry-alone', 'region'],
			[14, 'bad-uscc', 'uscc'], [15, 'id-twice', 'id'], [16, 'unknown-enterprise', 'uscc'], [17, 'unknown-region', 'region'], [18, 'unknown-industry', 'industry'],
			[19, 'unknown-item', 'item'], [20, 'never-reported', 'state'], [21, 'not-text', 'id'], [23, 'not-a-state', 'state']
		]);
		for (const { message } of rejects) expect(message).not.toMatch(/undefined|\{/);
		expect(rejects[3]).toMatchObject({ id: 'R-4', message: expect.stringContaining('purple') as string });
	});

	it('is what lies outside the token’s jurisdiction, and nobody learns who is registered there', async () => {
		const county = (await makeToken(database.db, '武进平台接口', { regionCode: '320412', kinds: [], sourceIds: ['other'], reports: true })).secret;
		const answer = await report([said('J-1', { region: '320402' }), said('J-2', { region: undefined, industry: undefined, uscc: elsewhere }), said('J-3', { region: '320412' })], { token: county });
		expect(answer.body).toMatchObject({ accepted: 1, rejects: [{ line: 1, reason: 'outside-jurisdiction' }, { line: 2, reason: 'unknown-enterprise' }] });
	});

	it('is another subject under an id that is known', async () => {
		await report([said('S-1')]);
		expect((await report([said('S-1', { region: '320412' })])).body).toMatchObject({ accepted: 0, rejects: [{ reason: 'about-changed', field: 'region' }] });
	});

	it.each([
		['without a token', 401, 'no-token', [said('X')], { token: null }],
		['as another type', 415, 'media-type', 'a,b', { type: 'text/csv' }],
		['in another packing', 415, 'content-encoding', [said('X')], { headers: { 'content-encoding': 'br' } }],
		['as gzip that is none', 422, 'bad-gzip', [said('X')], { headers: { 'content-encoding': 'gzip' } }],
		['as a bomb', 413, 'too-large', gzipSync(Buffer.alloc(64 * 1024 * 1024)), { headers: { 'content-encoding': 'gzip' } }],
		['with more lines than a day has', 413, 'too-large', Array.from({ length: 1_001 }, (_, i) => said(`X${i}`)), {}],
		['empty', 422, 'bad-batch', '\n', {}],
		['as JSON that is none', 422, 'bad-batch', '[', { type: 'application/json' }],
		['for a platform of somebody else', 403, 'source-not-granted', [said('X')], { query: '?source=other' }]
	] as const)('%s is %i %s, as problem details, and nothing is kept', async (_, code, problem, body, options) => {
		const before = await rowsOf();
		const answer = await report(body as string | Uint8Array | readonly object[], options as Options);
		expect(answer).toMatchObject({ status: code, body: { status: code, code: problem, type: `/api/v1/problems#${problem}` } });
		expect(answer.type).toContain('application/problem+json');
		expect(await rowsOf()).toBe(before);
	});

	it('is a token without the scope, both ways', async () => {
		const { secret: pusher } = await makeToken(database.db, '只推送');
		expect(await report([said('X')], { token: pusher })).toMatchObject({ status: 403, body: { code: 'scope-missing', scope: 'warnings:report' } });
		expect(await status('0', pusher)).toMatchObject({ status: 403, body: { code: 'scope-missing' } });
	});

	it('is a grant without the source that is the platform', async () => {
		await expect(makeToken(database.db, '无数据源', { kinds: [], sourceIds: [], reports: true })).rejects.toThrow('token-no-source');
	});

	it('is a platform that was stopped', async () => {
		await database.db.updateTable('source').set({ state: 'stopped' }).where('id', '=', 'xy').execute();
		expect(await report([said('X')])).toMatchObject({ status: 403, body: { code: 'source-stopped' } });
		await database.db.updateTable('source').set({ state: 'active' }).where('id', '=', 'xy').execute();
	});
});

describe('the state that goes back', () => {
	async function all(token = secret): Promise<Status[]> {
		const rows: Status[] = [];
		for (let after = '0'; ; ) {
			const page = (await status(after, token)).body;
			rows.push(...page.warnings);
			if (!page.more) return rows;
			after = page.next;
		}
	}

	it('follows the work, holds nothing of others and nobody’s name', async () => {
		await report([said('T-1')]);
		const start = (await status('0')).body.next;
		expect((await status(start)).body).toEqual({ warnings: [], next: start, more: false });
		const { id, number } = await warningOf('T-1');
		const step = async (action: object) => {
			const { version } = await warningOf('T-1');
			expect(await act(database.db, monitor, { id, version }, action as Parameters<typeof act>[3])).toMatchObject({ ok: true });
		};
		await step({ action: 'acknowledge', note: '由我核查' });
		const taken = (await status(start)).body;
		expect(taken.warnings).toMatchObject([{ id: 'T-1', number, work: 'acknowledged', closeReason: null, disposedAt: null, closedAt: null }]);
		expect(taken.warnings[0]!.acknowledgedAt).not.toBeNull();
		await step({ action: 'close', reason: 'data-wrong', note: '平台数据有误' });
		const closed = (await status(taken.next)).body;
		expect(closed.warnings).toMatchObject([{ id: 'T-1', work: 'closed', closeReason: 'data-wrong' }]);
		expect(JSON.stringify(closed)).not.toMatch(/王敏|平台数据有误|由我核查/);
		expect(Object.keys(closed.warnings[0]!).sort()).toEqual(['acknowledgedAt', 'closeReason', 'closedAt', 'disposedAt', 'id', 'number', 'raisedAt', 'source', 'work']);
		// The other platform sees its own only; none sees a monitor's.
		expect((await all()).every((row) => !row.id.startsWith('J-'))).toBe(true);
		const ids = (await all()).map((row) => row.id);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('is there however long ago the feed was pruned', async () => {
		const before = await all();
		await sql`delete from warning_feed`.execute(database.db);
		expect(await all()).toEqual(before);
	});

	it('misses no change, however many write at once and whoever commits first', async () => {
		const ids = Array.from({ length: 12 }, (_, i) => `U-${i}`);
		await report(ids.map((id) => said(id)));
		let after = (await status('0')).body.next;
		const warnings = await Promise.all(ids.map((id) => warningOf(id)));
		const seen = new Map<string, number>();
		const writing = new AbortController();
		const reader = (async () => {
			while (!writing.signal.aborted) {
				const page = (await status(after)).body;
				for (const row of page.warnings) seen.set(row.id, (seen.get(row.id) ?? 0) + 1);
				expect(Number(page.next)).toBeGreaterThanOrEqual(Number(after));
				after = page.next;
			}
		})();
		const change = (warning: (typeof warnings)[number], pause: number) =>
			database.db.transaction().execute(async (trx: Transaction<DB>) => {
				await feed(trx, [{ warningId: warning.id, regionCode: warning.region_code, industryKey: warning.industry_key, departmentId: warning.department_id, what: 'note' }]);
				await sql`update warning set version = version + 1 where id = ${warning.id}`.execute(trx);
				await sql`select pg_sleep(${pause})`.execute(trx);
			});
		await Promise.all(warnings.map((warning, i) => change(warning, i % 3 === 0 ? 0.03 : 0)));
		writing.abort();
		await reader;
		for (const row of (await status(after)).body.warnings) seen.set(row.id, (seen.get(row.id) ?? 0) + 1);
		expect([...seen.keys()].sort()).toEqual([...ids].sort());
	});

	it('goes on behind the numbers that were lost with a restored database', async () => {
		const { next, more } = (await status('0')).body;
		expect(more).toBe(false);
		await skipNumbers(database.db);
		await report([said('V-1')]);
		const lost = String(Number(next) + 5_000);
		expect((await status(lost)).body.warnings.map(({ id }) => id)).toEqual(['V-1']);
	});

	it('refuses a cursor that is none of its own', async () => {
		expect(await status('abc')).toMatchObject({ status: 422, body: { code: 'bad-parameter' } });
		expect(await status('999999999999')).toMatchObject({ status: 422, body: { code: 'bad-parameter', head: expect.any(Number) as number } });
	});
});

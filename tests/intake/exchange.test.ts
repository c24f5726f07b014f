import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actOnExchange, listExchanges, probeExchange, saveExchange, type ExchangeInput } from '#lib/intake/exchange/admin.server.ts';
import { columnChanges, connectionName, highKindOf, pullQuery, quoted } from '#lib/intake/exchange/exchange.ts';
import { pullDue } from '#lib/intake/exchange/run.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { admin, secadmin, sysadmin, writeOffice } from '../api/support.ts';
import { referenceDatabase, testFolder, usccOf } from './support.ts';

let ours: TestDatabase;
let theirs: TestDatabase;
let folder: Awaited<ReturnType<typeof testFolder>>;
let far: pg.Client;
beforeAll(async () => {
	[ours, theirs, folder] = [await referenceDatabase(), await referenceDatabase(), await testFolder()];
	await writeOffice(ours.db);
	far = new pg.Client(theirs.url);
	await far.connect();
});
afterAll(async () => {
	await far.end();
	await Promise.all([ours[Symbol.asyncDispose](), theirs[Symbol.asyncDispose](), folder[Symbol.asyncDispose]()]);
});
beforeEach(async () => {
	await sql`delete from exchange`.execute(ours.owner);
	await far.query('drop schema if exists front cascade; create schema front; create table front.filed (id bigint primary key, code text, ent_name text, reg_date timestamp, place text, note text)');
});

const mapping = { columns: { id: 'sourceKey', code: 'uscc', ent_name: 'name', reg_date: 'occurredOn', place: 'region', note: null } };
const input: ExchangeInput = {
	name: '登记前置库', sourceId: 's1', kind: 'registrations', connection: 'permits', table: 'front.filed', highColumn: 'id', overlap: 5, batchRows: 1_000, everyMinutes: 10
};
const settings = () => ({ dataDir: folder.path, exchangeUrls: { permits: theirs.url } });

let used = 0;
/** Rows that no other test has. */
async function file(ids: readonly number[], more: Readonly<Record<number, string>> = {}): Promise<void> {
	for (const id of ids) {
		await far.query('insert into front.filed (id, code, ent_name, reg_date, place) values ($1, $2, $3, $4, $5)', [id, usccOf(used * 10_000 + id), more[id] ?? `企业${id}`, '2026-11-02 09:30:00', '320412']);
	}
}

async function setUp(changed: Partial<ExchangeInput> = {}): Promise<string> {
	used++;
	await sql`delete from intake_key`.execute(ours.owner);
	await ours.db.insertInto('source_mapping').values({ source_id: 's1', kind: 'registration', mapping: JSON.stringify(mapping) }).onConflict((clash) => clash.columns(['source_id', 'kind']).doNothing()).execute();
	const saved = await saveExchange(ours.db, sysadmin, { ...input, ...changed });
	if (!saved.ok) throw new Error(saved.reason);
	expect(await actOnExchange(ours.db, sysadmin, saved.id, 'switch')).toEqual({ ok: true });
	return saved.id;
}

async function pull(id: string, more: Partial<Parameters<typeof pullDue>[1]> = {}) {
	await ours.db.updateTable('exchange').set({ last_started_at: null }).where('id', '=', id).execute();
	return pullDue(ours.db, { from: settings(), signal: new AbortController().signal, log: () => undefined, ...more });
}

const state = async (id: string) => ours.db.selectFrom('exchange').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
async function kept(): Promise<string[]> {
	const { rows } = await sql<{ key: string }>`select source_key as key from intake_key order by source_key::bigint`.execute(ours.db);
	return rows.map(({ key }) => key);
}

describe('an exchange table', () => {
	it('is read from its mark on, and the mark stands at the last row that came in', async () => {
		const id = await setUp();
		await file([1, 2, 3]);
		expect(await pull(id)).toEqual({ pulled: 1, rows: 3, rejected: 0, failed: 0 });
		expect(await state(id)).toMatchObject({ high_water: '3', problem: null, last_rows: 3 });
		// Nothing new: no batch is made of what is known.
		const batches = async () => (await ours.db.selectFrom('intake_batch').select('id').execute()).length;
		const before = await batches();
		expect(await pull(id)).toEqual({ pulled: 1, rows: 0, rejected: 0, failed: 0 });
		expect(await batches()).toBe(before);
		await file([4]);
		expect(await pull(id)).toMatchObject({ pulled: 1, rows: 4 });
		expect(await state(id)).toMatchObject({ high_water: '4' });
		expect(await kept()).toEqual(['1', '2', '3', '4']);
	});

	it('is read in the order of its marks, not of their digits', async () => {
		const id = await setUp({ batchRows: 2, overlap: 0 });
		await file([9, 10, 99, 100, 101]);
		expect(await pull(id, { longestMs: -1 })).toMatchObject({ rows: 2 });
		expect([await kept(), (await state(id)).high_water]).toEqual([['9', '10'], '10']);
		await pull(id);
		expect([await kept(), (await state(id)).high_water]).toEqual([['9', '10', '99', '100', '101'], '101']);
	});

	it('is read again a little behind the mark: rows committed late and rows corrected there come in', async () => {
		const id = await setUp();
		await file([10, 12]);
		const late = new pg.Client(theirs.url);
		await late.connect();
		await late.query('begin');
		await late.query(`insert into front.filed (id, code, ent_name, reg_date, place) values (11, $1, '迟到', '2026-11-02', '320412')`, [usccOf(used * 10_000 + 11)]);
		await pull(id);
		expect(await kept()).toEqual(['10', '12']);
		await late.query('commit');
		await late.end();
		await far.query(`update front.filed set ent_name = '更正' where id = 12`);
		await pull(id);
		expect(await kept()).toEqual(['10', '11', '12']);
		expect(await state(id)).toMatchObject({ high_water: '12' });
		const { rows } = await sql<{ n: number }>`select count(*)::int as n from event where source_key = '12' and source_id = 's1' and known_to is not null and uscc = ${usccOf(used * 10_000 + 12)}`.execute(ours.db);
		expect(rows[0]!.n).toBe(1);
	});

	it('keeps rows of one mark together, however small its batches, and goes on where a run let go', async () => {
		await far.query('alter table front.filed add column seen_at timestamptz');
		const id = await setUp({ highColumn: 'seen_at', batchRows: 2, overlap: 0 });
		await file([1, 2, 3, 4, 5, 6, 7]);
		await far.query(`update front.filed set seen_at = '2026-11-02 10:00:00.123456+08'::timestamptz + case when id <= 1 then 0 when id <= 5 then 1 else id end * interval '1 microsecond'`);
		expect(await pull(id, { longestMs: -1 })).toMatchObject({ rows: 5 });
		expect(await kept()).toEqual(['1', '2', '3', '4', '5']);
		expect((await state(id)).high_water).toContain('10:00:00.123457+08');
		await pull(id, { longestMs: -1 });
		expect(await kept()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
	});

	it('brings every value as it stands there: numbers beyond 2^53, nulls, words of SQL', async () => {
		const id = await setUp({ overlap: 0 });
		await far.query('insert into front.filed values ($1, $2, $3, $4, $5, $6), ($7, $8, $9, $4, null, null)', [
			'9007199254740993', usccOf(used * 10_000 + 1), `o'Brien "有限" \\ 公司`, '2026-11-02', '320412', `'); drop table source; --`, '9007199254740992', usccOf(used * 10_000 + 2), '乙'
		]);
		expect(await pull(id)).toMatchObject({ rows: 2, rejected: 0 });
		expect(await kept()).toEqual(['9007199254740992', '9007199254740993']);
		const { rows } = await sql<{ name: string }>`select name from enterprise where uscc = ${usccOf(used * 10_000 + 1)}`.execute(ours.db);
		expect(rows[0]!.name).toBe(`o'Brien "有限" \\ 公司`);
	});

	it('refuses bad rows one by one like a file, and moves on', async () => {
		const id = await setUp();
		await file([1, 2]);
		await far.query(`update front.filed set code = 'x' where id = 1`);
		expect(await pull(id)).toMatchObject({ rows: 2, rejected: 1 });
		expect(await state(id)).toMatchObject({ high_water: '2' });
	});

	it.each([
		['a column became another type', 'alter table front.filed alter column place type integer using 320412', 'columns-changed', 'place: text → integer'],
		['a column is gone', 'alter table front.filed drop column ent_name', 'columns-changed', 'ent_name: text → ∅'],
		['the table is gone', 'drop table front.filed', 'table-missing', 'front.filed']
	])('stops when %s, says so, and loses nothing', async (_, change, problem, detail) => {
		const id = await setUp();
		await file([1]);
		await pull(id);
		await far.query(change);
		expect(await pull(id)).toMatchObject({ pulled: 0, failed: 1 });
		expect(await state(id)).toMatchObject({ problem, high_water: '1' });
		expect((await state(id)).problem_detail).toContain(detail);
	});

	it('goes on with a changed table once somebody has accepted it, and takes new columns along by itself', async () => {
		const id = await setUp();
		await file([1]);
		await pull(id);
		await far.query('alter table front.filed alter column place type integer using 320412; alter table front.filed add column extra text');
		await pull(id);
		expect(await actOnExchange(ours.db, sysadmin, id, 'accept-columns')).toEqual({ ok: true });
		expect(await actOnExchange(ours.db, sysadmin, id, 'accept-columns')).toMatchObject({ reason: 'conflict' });
		expect(await pull(id)).toMatchObject({ pulled: 1 });
		expect((await state(id)).columns).toMatchObject({ place: 'integer', extra: 'text' });
		await far.query('alter table front.filed add column more text');
		expect(await pull(id)).toMatchObject({ pulled: 1 });
		expect((await state(id)).columns).toMatchObject({ more: 'text' });
	});

	it.each([
		['has no mark of this name', { highColumn: 'nonsense' }, 'high-missing'],
		['has a mark that does not grow', { highColumn: 'note' }, 'high-type'],
		['lacks what the kind needs', { kind: 'changes' }, 'refused'],
		['has a connection that nobody set', { connection: 'nobody' }, 'no-connection']
	])('that %s says so', async (_, changed, problem) => {
		const id = await setUp(changed);
		await file([1]);
		expect(await pull(id)).toMatchObject({ failed: 1 });
		expect(await state(id)).toMatchObject({ problem, high_water: null });
	});

	it('of one office that fails does not keep the others waiting', async () => {
		const [broken, fine] = [await setUp({ name: '甲', connection: 'nobody' }), await setUp({ name: '乙' })];
		await file([1]);
		await ours.db.updateTable('exchange').set({ last_started_at: null }).execute();
		expect(await pull(fine)).toMatchObject({ pulled: 1, failed: 1 });
		expect((await state(broken)).problem_since).not.toBeNull();
		expect((await state(fine)).problem).toBeNull();
	});

	it('is not read twice at once: a mark that was moved meanwhile undoes the merge', async () => {
		const id = await setUp();
		await file([1, 2]);
		const before = await kept();
		const exchange = await state(id);
		await ours.db.updateTable('exchange').set({ high_water: '1' }).where('id', '=', id).execute();
		const { pullExchange } = await import('#lib/intake/exchange/pull.server.ts');
		expect(await pullExchange(ours.db, exchange, { from: settings(), signal: new AbortController().signal })).toMatchObject({ ok: false, reason: 'refused' });
		expect(await kept()).toEqual(before);
	});
});

describe('a connection', () => {
	it('stands in a file that only its owner reads, or in the environment, and nowhere else', async () => {
		const id = await setUp({ connection: 'from-file' });
		await file([1]);
		await mkdir(join(folder.path, 'exchanges'), { recursive: true });
		const path = join(folder.path, 'exchanges', 'from-file.url');
		await writeFile(path, `${theirs.url}\n`);
		await chmod(path, 0o644);
		expect(await pull(id)).toMatchObject({ failed: 1 });
		expect(await state(id)).toMatchObject({ problem: 'file-open' });
		await chmod(path, 0o600);
		expect(await pull(id)).toMatchObject({ pulled: 1, rows: 1 });
		const { rows } = await sql<{ text: string }>`select string_agg(e::text, ' ') as text from exchange e union all select string_agg(a::text, ' ') from audit_entry a`.execute(ours.db);
		for (const { text } of rows) expect(text).not.toContain('127.0.0.1');
	});

	it('that fails names no password', async () => {
		const id = await setUp();
		for (const [url, problem] of [['postgres://me:geheim@127.0.0.1:9/x', 'unreachable'], [theirs.url.replace(/\/[^/]*$/, '/there_is_none'), 'login-refused']] as const) {
			await pull(id, { from: { dataDir: folder.path, exchangeUrls: { permits: url } } });
			expect(await state(id)).toMatchObject({ problem });
			expect(JSON.stringify(await state(id))).not.toContain('geheim');
		}
	});
});

describe('its administration', () => {
	it('is the system administrator’s, of the own region, and every step is in the trail', async () => {
		const { db } = ours;
		expect(await saveExchange(db, secadmin, input)).toMatchObject({ reason: 'not-allowed' });
		const id = await setUp();
		const elsewhere = admin('sysadmin', 'wx-sys', '320200');
		expect(await listExchanges(db, elsewhere)).toEqual({ ok: true, exchanges: [] });
		expect(await actOnExchange(db, elsewhere, id, 'switch')).toMatchObject({ reason: 'not-found' });
		expect(await saveExchange(db, elsewhere, { ...input, id, name: '别处', sourceId: 's3' })).toMatchObject({ reason: 'not-found' });
		expect(await probeExchange(db, elsewhere, id, settings())).toMatchObject({ reason: 'not-found' });
		expect(await probeExchange(db, sysadmin, id, settings())).toMatchObject({ ok: true, columns: { id: 'bigint', reg_date: 'timestamp without time zone' } });
		expect(await actOnExchange(db, sysadmin, id, 'pull-now')).toEqual({ ok: true });
		const { rows } = await sql<{ action: string }>`select action from audit_entry where object_id = ${id} order by seq`.execute(db);
		expect(rows.map(({ action }) => action)).toEqual(['exchange.create', 'exchange.switch', 'exchange.pull-now']);
	});

	it('begins anew where the table is another, and keeps the mark where only the pace changes', async () => {
		const { db } = ours;
		const id = await setUp();
		await file([1]);
		await pull(id);
		expect(await saveExchange(db, sysadmin, { ...input, id, everyMinutes: 60 })).toMatchObject({ ok: true });
		expect(await state(id)).toMatchObject({ high_water: '1', every_minutes: 60 });
		expect(await saveExchange(db, sysadmin, { ...input, id, table: 'front.other' })).toMatchObject({ ok: true });
		expect(await state(id)).toMatchObject({ high_water: null, columns: null });
	});

	it.each([
		['name', { name: ' ' }, 'exchange-name'], ['source', { sourceId: 's3' }, 'exchange-source'], ['kind', { kind: 'nonsense' }, 'exchange-kind'], ['kind of this source', { kind: 'grades' }, 'exchange-source-kind'],
		['connection', { connection: '../etc/passwd' }, 'exchange-connection'], ['table', { table: 'a.b.c' }, 'exchange-table'], ['mark', { highColumn: '' }, 'exchange-high'],
		['overlap', { overlap: -1 }, 'exchange-overlap'], ['batch', { batchRows: 0 }, 'exchange-batch'], ['pace', { everyMinutes: 0.5 }, 'exchange-every']
	])('refuses a %s that cannot be', async (_, changed, reason) => {
		expect(await saveExchange(ours.db, sysadmin, { ...input, ...changed })).toMatchObject({ ok: false, reason });
	});
});

describe('what is asked of the other database', () => {
	it.each([
		['bigint', 'number'], ['integer', 'number'], ['numeric(12,0)', 'number'], ['timestamp without time zone', 'time'], ['timestamp(3) with time zone', 'time'], ['date', 'time'],
		['text', null], ['double precision', null], ['uuid', null], ['boolean', null]
	])('%s is a mark as %s', (type, kind) => expect(highKindOf(type)).toBe(kind));

	it('takes any name as a name', () => {
		fc.assert(fc.property(fc.string({ minLength: 1 }), (name) => {
			expect(quoted(name)).toMatch(/^"([^"]|"")*"$/);
			expect(pullQuery({ schema: name, table: name, high: 'id' }, { id: 'bigint', [name]: 'text' }, 5)).toContain(quoted(name));
		}));
	});

	it('knows what changed in a table', () => {
		expect(columnChanges({ a: 'text', b: 'bigint', c: 'date' }, { a: 'text', b: 'text', d: 'text' })).toEqual([{ column: 'b', was: 'bigint', is: 'text' }, { column: 'c', was: 'date', is: null }]);
		expect(columnChanges({}, { a: 'text' })).toEqual([]);
	});

	it.each([['permit-office', true], ['a', true], ['Permit', false], ['a--b', false], ['../a', false], ['', false]])('%s names a connection: %s', (name, is) => expect(connectionName.test(name)).toBe(is));
});

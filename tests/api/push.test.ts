import { mkdtempSync, readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeToken } from '#lib/access/tokens-admin.server.ts';
import type { TestDatabase } from '../support/database.ts';
import { referenceDatabase, usccOf } from '../intake/support.ts';
import { makeToken, ndjson, serveApi, sysadmin, writeOffice } from './support.ts';

const dataDir = (process.env['DATA_DIR'] = mkdtempSync(join(tmpdir(), 'qianshao-push-')));

let database: TestDatabase;
let server: Awaited<ReturnType<typeof serveApi>>;
let secret: string;
beforeAll(async () => {
	database = await referenceDatabase();
	await writeOffice(database.db);
	server = await serveApi(database.db);
	secret = (await makeToken(database.db, '登记系统接口')).secret;
});
afterAll(async () => {
	await server[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const row = (i: number, more: object = {}) => ({ sourceKey: `R${i}`, uscc: usccOf(i), name: `企业${i}`, occurredOn: '2026-11-02', region: '320412', ...more });

type Options = { readonly token?: string | null; readonly kind?: string; readonly query?: string; readonly headers?: Readonly<Record<string, string>>; readonly method?: string };

async function push(body: string | Uint8Array, { token = secret, kind = 'registrations', query = '', headers = {}, method = 'POST' }: Options = {}) {
	const response = await fetch(`${server.url}/api/v1/intake/${kind}${query}`, {
		method,
		headers: { 'content-type': 'application/x-ndjson', ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
		body: body as unknown as BodyInit
	});
	return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

async function events(): Promise<number> {
	const { rows } = await sql<{ n: number }>`select count(*)::int as n from event`.execute(database.db);
	return rows[0]!.n;
}

describe('a pushed batch', () => {
	it('is answered with what became of each row, and twice the same changes nothing', async () => {
		const before = await events();
		const body = ndjson([row(1), row(2), row(3, { uscc: '91320412MA00000030' }), row(2)]);
		const first = await push(body);
		expect(first).toMatchObject({
			status: 200,
			body: { kind: 'registrations', source: '登记系统', rows: 4, accepted: 2, duplicates: 1, versions: 0, rejected: 1, rejectsMore: 0, rejects: [{ line: 3, reason: 'uscc-check', field: 'uscc' }] }
		});
		const second = await push(body);
		expect(second).toMatchObject({ status: 200, body: { rows: 4, accepted: 0, duplicates: 3, versions: 0, rejected: 1 } });
		expect(await events()).toBe(before + 2);
		expect(await push(ndjson([row(1, { name: '更名后' })]))).toMatchObject({ body: { accepted: 1, versions: 1 } });
		expect(readdirSync(join(dataDir, 'pushed'))).toEqual([]);
	});

	it('is looked up by its own token only, page by page', async () => {
		const bad = Array.from({ length: 1_200 }, (_, i) => row(100_000 + i, { uscc: 'x' }));
		const pushed = await push(ndjson(bad));
		expect(pushed.body).toMatchObject({ rejected: 1_200, rejectsMore: 1_100 });
		const path = (pushed.body['links'] as { batch: string }).batch;
		const look = async (address: string, token = secret) => {
			const response = await fetch(server.url + address, { headers: { authorization: `Bearer ${token}` } });
			return { status: response.status, body: (await response.json()) as { rejects: { line: number }[]; links: { next: string | null } } };
		};
		const page = await look(path);
		expect(page).toMatchObject({ status: 200, body: { kind: 'registrations', state: 'done', rejected: 1_200, open: 1_200 } });
		const rest = await look(page.body.links.next!);
		const lines = [...page.body.rejects, ...rest.body.rejects].map(({ line }) => line);
		expect([lines.length, new Set(lines).size, rest.body.links.next]).toEqual([1_200, 1_200, null]);
		const other = await makeToken(database.db, '另一系统');
		expect(await look(path, other.secret)).toMatchObject({ status: 404 });
		expect(await look(`${path}?after=abc`)).toMatchObject({ status: 422 });
	});

	it('may be packed, and ends with half a line as a refused row', async () => {
		const whole = ndjson([row(11), row(12)]);
		expect(await push(gzipSync(whole), { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 200, body: { accepted: 2 } });
		const half = ndjson([row(13), row(14)]).slice(0, -30);
		expect(await push(half)).toMatchObject({ status: 200, body: { rows: 2, accepted: 1, rejected: 1, rejects: [{ line: 2, reason: 'not-json' }] } });
	});

	it('tells ids apart that a number would round into one', async () => {
		const rows = ['9007199254740992', '9007199254740993'].map((id, i) => JSON.stringify(row(31 + i, { sourceKey: 0 })).replace('"sourceKey":0', `"sourceKey":${id}`));
		expect(await push(`${rows.join('\n')}\n`)).toMatchObject({ status: 200, body: { accepted: 2, duplicates: 0, versions: 0 } });
		const { rows: keys } = await sql<{ key: string }>`select source_key as key from intake_key where source_key like '90071992%' order by 1`.execute(database.db);
		expect(keys.map(({ key }) => key)).toEqual(['9007199254740992', '9007199254740993']);
	});

	it('keeps rows of elsewhere out, with a reason of their own and their text', async () => {
		const before = await events();
		const moved = await push(ndjson([
			row(21, { region: '320200' }), row(22, { region: undefined, uscc: usccOf(22, '320205') }), row(23, { region: undefined }), row(24, { region: '320400' })
		]));
		expect(moved.body).toMatchObject({
			accepted: 2, rejected: 2,
			rejects: [{ line: 1, reason: 'outside-jurisdiction', field: 'region' }, { line: 2, reason: 'outside-jurisdiction', field: 'uscc' }]
		});
		expect(await events()).toBe(before + 2);
		const { rows } = await sql<{ raw: string }>`select raw from intake_reject where batch_id = ${moved.body['batch'] as string} order by line`.execute(database.db);
		expect(rows.map(({ raw }) => JSON.parse(raw) as object)).toMatchObject([{ sourceKey: 'R21' }, { sourceKey: 'R22' }]);
		// What has no place of its own lies where the register has the enterprise.
		const { secret: wide } = await makeToken(database.db, '全省', { kinds: ['penalties', 'cancellations'] });
		const penalty = { sourceKey: 'P1', uscc: usccOf(23), occurredOn: '2026-11-03' };
		expect((await push(ndjson([penalty]), { kind: 'penalties', token: wide })).body).toMatchObject({ accepted: 1 });
		await database.db.updateTable('enterprise').set({ region_code: '320205' }).where('uscc', '=', usccOf(23)).execute();
		expect((await push(ndjson([{ ...penalty, sourceKey: 'P2' }]), { kind: 'penalties', token: wide })).body).toMatchObject({ rejects: [{ reason: 'outside-jurisdiction' }] });
		// Nobody cancels what stands elsewhere by writing an own region beside it.
		expect((await push(ndjson([{ ...penalty, sourceKey: 'C1', region: '320412' }]), { kind: 'cancellations', token: wide })).body).toMatchObject({ rejects: [{ reason: 'outside-jurisdiction' }] });
	});
});

describe('what is refused', () => {
	it.each([
		['without a token', 401, 'no-token', { token: null }],
		['with a wrong token', 401, 'bad-token', { token: `qsk_${'A'.repeat(43)}` }],
		['with something else than a token', 401, 'bad-token', { token: 'hello' }],
		['for a kind that there is not', 404, 'kind-unknown', { kind: 'registers' }],
		['for a kind that was not granted', 403, 'scope-missing', { kind: 'changes' }],
		['for a source that was not granted', 403, 'source-not-granted', { query: '?source=s3' }],
		['as another type', 415, 'media-type', { headers: { 'content-type': 'text/csv' } }],
		['in another packing', 415, 'content-encoding', { headers: { 'content-encoding': 'br' } }],
		['as gzip that is none', 422, 'bad-gzip', { headers: { 'content-encoding': 'gzip' } }],
		['by another method', 405, 'method-not-allowed', { method: 'PUT' }]
	] as const)('%s is %i %s, as problem details', async (_, status, code, options) => {
		const before = await events();
		const answer = await push(ndjson([row(50)]), options as Options);
		expect(answer).toMatchObject({ status, body: { status, code, type: `/api/v1/problems#${code}`, title: expect.any(String) as string, detail: expect.any(String) as string, instance: expect.stringMatching(/^urn:uuid:/) as string } });
		expect(answer.headers.get('content-type')).toContain('application/problem+json');
		expect(answer.headers.get('www-authenticate') !== null).toBe(status === 401);
		expect(await events()).toBe(before);
	});

	it.each([
		['an empty batch', '', 'empty-file'],
		['an array', JSON.stringify([row(51)]), 'not-rows'],
		['a table', 'uscc,name,occurredOn\n1,2,3\n', 'missing-columns'],
		['rows without a required field', ndjson([{ name: '甲' }]), 'missing-columns']
	])('%s is 422 with its reason', async (_, body, reason) => {
		expect(await push(body)).toMatchObject({ status: 422, body: { code: 'bad-batch', reason } });
	});

	it('is a kind that the source is not registered for, whatever the token may push', async () => {
		const { secret } = await makeToken(database.db, '备案推送', { kinds: ['filings'] });
		const before = await events();
		const answer = await push(ndjson([{ ...row(60), item: '法定代表人变更' }]), { kind: 'filings', token: secret });
		expect(answer).toMatchObject({ status: 422, body: { code: 'bad-batch', reason: 'kind-not-registered' } });
		expect(answer.body['detail']).toMatch(/“登记系统”登记的数据类型是.*没有“备案”.*系统管理员/);
		expect(await events()).toBe(before);
		const { kinds } = await database.db.selectFrom('source').select('kinds').where('id', '=', 's1').executeTakeFirstOrThrow();
		expect(kinds).not.toContain('filing');
	});

	it('is a kind unknown, with those that the token may push', async () => {
		expect((await push('x', { kind: 'nonsense' })).body).toMatchObject({ kinds: ['registrations', 'penalties', 'complaints'] });
	});

	it('is a token with several sources that names none, and taken by name or id', async () => {
		const { secret: token } = await makeToken(database.db, '两个来源', { sourceIds: ['s1', 's2'] });
		expect(await push(ndjson([row(61)]), { token })).toMatchObject({ status: 422, body: { code: 'source-missing', sources: ['12345 热线', '登记系统'] } });
		expect(await push(ndjson([row(61)]), { token, query: `?source=${encodeURIComponent('12345 热线')}` })).toMatchObject({ status: 200, body: { source: '12345 热线', accepted: 1 } });
		expect(await push(ndjson([row(61)]), { token, query: '?source=s2' })).toMatchObject({ status: 200, body: { duplicates: 1 } });
		await database.db.updateTable('source').set({ state: 'stopped' }).where('id', '=', 's2').execute();
		expect(await push(ndjson([row(62)]), { token, query: '?source=s2' })).toMatchObject({ status: 403, body: { code: 'source-stopped' } });
	});

	it('is a token that is new, expired or revoked, and each refusal is counted', async () => {
		const { db } = database;
		const fresh = await makeToken(db, '未授权', null);
		expect(await push('x', { token: fresh.secret })).toMatchObject({ status: 403, body: { code: 'token-new' } });
		const old = await makeToken(db, '到期');
		await db.updateTable('api_token').set({ expires_on: '2020-01-01' }).where('id', '=', old.id).execute();
		expect(await push('x', { token: old.secret })).toMatchObject({ status: 401, body: { code: 'token-expired' } });
		const ended = await makeToken(db, '撤销');
		await revokeToken(db, sysadmin, ended.id, '换系统');
		expect(await push('x', { token: ended.secret })).toMatchObject({ status: 401, body: { code: 'token-revoked' } });
		expect(await push('x', { token: ended.secret })).toMatchObject({ status: 401 });
		const { refusals, last_refusal } = await db.selectFrom('api_token').selectAll().where('id', '=', ended.id).executeTakeFirstOrThrow();
		expect([Number(refusals), last_refusal]).toEqual([2, 'token-revoked']);
	});

	it('is a body over the limit, whether it says so before or not, and the connection lives to tell', async () => {
		const piece = Buffer.alloc(1024 * 1024, 0x20);
		const long = (headers: Record<string, string>) =>
			new Promise<{ status: number; body: string }>((resolve, reject) => {
				const request = httpRequest(`${server.url}/api/v1/intake/registrations`, {
					method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson', ...headers }
				}, (response) => {
					let body = '';
					response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => resolve({ status: response.statusCode!, body }));
				});
				request.on('error', reject);
				let left = 66;
				const more = (): void => {
					while (left-- > 0) if (!request.write(piece)) return void request.once('drain', more);
					request.end();
				};
				more();
			});
		for (const headers of [{}, { 'content-length': String(66 * piece.length) }] as Record<string, string>[]) {
			const { status, body } = await long(headers);
			expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([413, 'too-large']);
		}
	});

	it('is a gzip bomb, before it has filled anything', async () => {
		const bomb = gzipSync(Buffer.alloc(48 * 1024 * 1024, 0x20), { level: 9 });
		expect(bomb.length).toBeLessThan(64 * 1024);
		expect(await push(bomb, { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 413, body: { code: 'unpacked-too-large' } });
		expect(await push(gzipSync(ndjson([row(70)])).subarray(0, -12), { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 422, body: { code: 'bad-gzip' } });
		expect(readdirSync(join(dataDir, 'pushed'))).toEqual([]);
	});

	it('is an address that there is not', async () => {
		const response = await fetch(`${server.url}/api/v1/nothing`, { method: 'DELETE' });
		expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'not-found']);
	});
});

it('fifty systems that push at once each get their answer, and every row is there once', async () => {
	const { db } = database;
	const tokens = await Promise.all(Array.from({ length: 50 }, (_, i) => makeToken(db, `并发 ${i}`)));
	const [batches, size] = [3, 20];
	const before = await events();
	let turnedAway = 0;
	const answers = await Promise.all(
		tokens.map(async ({ secret: token }, client) => {
			const accepted: number[] = [];
			for (let batch = 0; batch < batches; batch++) {
				const rows = Array.from({ length: size }, (_, i) => row(1_000_000 + (client * batches + batch) * size + i));
				for (;;) {
					const answer = await push(ndjson(rows), { token });
					if (answer.status === 200) {
						accepted.push(answer.body['accepted'] as number);
						break;
					}
					expect([answer.status, answer.body['code']]).toEqual([429, 'queue-full']);
					expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
					turnedAway++;
					await new Promise((resolve) => setTimeout(resolve, 50));
				}
			}
			return accepted;
		})
	);
	expect(answers).toEqual(tokens.map(() => Array.from({ length: batches }, () => size)));
	expect(await events()).toBe(before + 50 * batches * size);
	expect(turnedAway).toBeLessThan(1_000);
}, 300_000);

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { datasets } from '#lib/outward/datasets.ts';
import { logOutward } from '#lib/outward/log.server.ts';
import { validateFile } from '#lib/outward/validate.ts';
import { outwardStatus } from '#lib/outward/status.server.ts';
import { makeToken, sysadmin, admin, writeOffice } from '../api/support.ts';
import { referenceDatabase, testFolder } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';
import { classRow, seedEnterprises } from './support.ts';

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof testFolder>>;
let secret: string;
let usccs: readonly string[];

beforeAll(async () => {
	[database, folder] = [await referenceDatabase(), await testFolder()];
	await writeOffice(database.owner);
	usccs = await seedEnterprises(database.owner, 9);
	await database.owner.insertInto('enterprise_class').values(usccs.map((uscc) => classRow(uscc, '2026-10', 'B'))).execute();
	await logOutward(database.db, 'classes');
	({ secret } = await makeToken(database.owner, '双随机平台', { outward: ['outward:classes'] }));
});
afterAll(async () => {
	await database[Symbol.asyncDispose]();
	await folder[Symbol.asyncDispose]();
});

const routes = {
	list: () => import('../../src/routes/api/v1/outward/+server.ts'),
	rows: () => import('../../src/routes/api/v1/outward/[dataset]/+server.ts'),
	schema: () => import('../../src/routes/api/v1/outward/[dataset]/schema/+server.ts')
} as const;

async function ask(path: string, { token = secret as string | null, route = 'rows' as keyof typeof routes, dataset = 'classes', method = 'GET' } = {}): Promise<Response> {
	const url = new URL(`http://qianshao.test/api/v1/outward/${path}`);
	const request = new Request(url, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
	const { GET, fallback } = (await routes[route]()) as unknown as Record<'GET' | 'fallback', (event: unknown) => Promise<Response>>;
	return (method === 'GET' ? GET : fallback)({ locals: { db: database.db, requestId: 'r', address: '10.1.1.1' }, params: { dataset }, url, request });
}

test('a system takes page after page until there is no more, each row of its jurisdiction once, and each answer is a valid file', async () => {
	const taken: string[] = [];
	let after = 0;
	for (let head = Infinity; after < head; ) {
		const answer = await ask(`classes?after=${after}&limit=2`);
		expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
		const text = await answer.text();
		expect((await validateFile(await folder.file('page.ndjson', text))).findings).toEqual([]);
		const [manifest, ...rows] = text.trimEnd().split('\n').map((line) => JSON.parse(line));
		taken.push(...rows.map((row) => row.uscc));
		[after, head] = [manifest.sequence.through, manifest.sequence.head];
	}
	expect(taken.sort()).toEqual(usccs.filter((uscc) => uscc.startsWith('913204')).sort());
});

test('lists what may be taken, and the schema that rows follow', async () => {
	const list = await ask('', { route: 'list' });
	expect(await list.json()).toEqual({
		format: 'qianshao-outward-1',
		datasets: [{ dataset: 'classes', title: expect.any(String), head: 9, links: { rows: '/api/v1/outward/classes?after=0', schema: '/api/v1/outward/classes/schema' } }]
	});
	const schema = await ask('classes/schema', { route: 'schema' });
	expect(await schema.json()).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', properties: { riskClass: { enum: ['A', 'B', 'C', 'D'] } } });
});

describe('refuses with problem details', () => {
	const cases: readonly [what: string, path: string, options: object, status: number, code: string][] = [
		['without a token', 'classes', { token: null }, 401, 'no-token'],
		['with a wrong one', 'classes', { token: `qsk_${'x'.repeat(43)}` }, 401, 'bad-token'],
		['a dataset that was not granted', 'warnings', { dataset: 'warnings' }, 403, 'scope-missing'],
		['a dataset that there is not', 'scores', { dataset: 'scores' }, 404, 'not-found'],
		['a place that is no number', 'classes?after=x', {}, 422, 'bad-parameter'],
		['a negative place', 'classes?after=-1', {}, 422, 'bad-parameter'],
		['too many rows at once', 'classes?limit=10001', {}, 422, 'bad-parameter'],
		['no rows', 'classes?limit=0', {}, 422, 'bad-parameter'],
		['a place beyond the end', 'classes?after=10', {}, 422, 'bad-parameter'],
		['another method', 'classes', { method: 'POST' }, 405, 'method-not-allowed']
	];
	test.each(cases)('%s', async (_, path, options, status, code) => {
		const answer = await ask(path, options);
		expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json; charset=utf-8']);
		expect(await answer.json()).toMatchObject({ status, code });
	});
});

test('administrators see counts and how far each taker is, of their own office only, and no row', async () => {
	await ask('classes?after=0&limit=2');
	const status = await outwardStatus(database.db, sysadmin);
	expect(status).toMatchObject({ ok: true, takers: [{ taker: '双随机平台', dataset: 'classes', region: '常州市', good: true }] });
	if (!status.ok) return;
	expect(status.datasets.map(({ dataset, head }) => [dataset, head])).toEqual(datasets.map((dataset) => [dataset, dataset === 'classes' ? 9 : 0]));
	expect(status.takers[0]!.behind).toBe(9 - status.takers[0]!.position);
	expect(JSON.stringify(status)).not.toMatch(/示例|9132/);
	expect(await outwardStatus(database.db, admin('sysadmin', 'other', '320200'))).toMatchObject({ ok: true, takers: [] });
	expect(await outwardStatus(database.db, admin('secadmin'))).toMatchObject({ ok: false, reason: 'not-allowed' });
});

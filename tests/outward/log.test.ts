import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { logOutward, skipNumbers, takenDatasets } from '#lib/outward/log.server.ts';
import { readPage } from '#lib/outward/read.server.ts';
import { lineOf } from '#lib/outward/rows.ts';
import { referenceDatabase } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';
import { classRow, seedEnterprises } from './support.ts';

let database: TestDatabase;
let usccs: readonly string[];

beforeAll(async () => {
	database = await referenceDatabase();
	usccs = await seedEnterprises(database.owner, 6);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate outward_row, outward_mark, enterprise_class, professional_grade`.execute(database.owner);
});

const give = (...rows: ReturnType<typeof classRow>[]) => database.owner.insertInto('enterprise_class').values(rows).execute();
const all = async (regionPrefix = '') => {
	const { rows } = await readPage(database.db, 'classes', { after: 0, limit: 1_000, regionPrefix });
	return rows.map((row) => JSON.parse(lineOf(row)) as Record<string, unknown>);
};

test('a class leaves once, however often the log is brought up to date', async () => {
	await give(...usccs.map((uscc) => classRow(uscc, '2026-10', 'B')));
	expect(await logOutward(database.db, 'classes')).toEqual({ dataset: 'classes', added: 6, corrections: 0, withdrawals: 0, head: 6 });
	expect(await logOutward(database.db, 'classes')).toEqual({ dataset: 'classes', added: 0, corrections: 0, withdrawals: 0, head: 6 });
	const rows = await all();
	expect(rows.map((row) => row['seq'])).toEqual([1, 2, 3, 4, 5, 6]);
	expect(new Set(rows.map((row) => row['uscc']))).toEqual(new Set(usccs));
	expect(rows[0]).toEqual({
		seq: 1, revises: null, withdrawn: false, loggedAt: expect.stringMatching(/Z$/), uscc: rows[0]!['uscc'], name: expect.stringMatching(/^示例/),
		regionCode: '320402', industryCode: 'H62', month: '2026-10', riskClass: 'B', version: 1, receivedOn: '2026-10-02'
	});
});

test('a correction is a further row that names the one it corrects, and the first stays as it was', async () => {
	await give(...usccs.map((uscc) => classRow(uscc, '2026-10', 'B')));
	await logOutward(database.db, 'classes');
	const before = await all();
	await give(classRow(usccs[0]!, '2026-10', 'D', 2));
	expect(await logOutward(database.db, 'classes')).toMatchObject({ added: 1, corrections: 1, head: 7 });
	const after = await all();
	expect(after.slice(0, 6)).toEqual(before);
	expect(after[6]).toMatchObject({ uscc: usccs[0], riskClass: 'D', version: 2, withdrawn: false, revises: before.find((row) => row['uscc'] === usccs[0])!['seq'] });
});

test('what is gone is withdrawn, and may come back', async () => {
	await give(...usccs.map((uscc) => classRow(uscc, '2026-10', 'B')));
	await logOutward(database.db, 'classes');
	await database.owner.deleteFrom('enterprise_class').where('uscc', '=', usccs[1]!).execute();
	expect(await logOutward(database.db, 'classes')).toMatchObject({ added: 1, withdrawals: 1 });
	expect((await all())[6]).toMatchObject({ uscc: usccs[1], withdrawn: true });
	await give(classRow(usccs[1]!, '2026-10', 'B'));
	expect(await logOutward(database.db, 'classes')).toMatchObject({ added: 1, corrections: 1, withdrawals: 0 });
	expect((await all())[7]).toMatchObject({ uscc: usccs[1], withdrawn: false, revises: 7 });
});

test('logging begins with the newest month; earlier ones come when they are asked for', async () => {
	await give(classRow(usccs[0]!, '2026-08', 'A'), classRow(usccs[0]!, '2026-09', 'B'), classRow(usccs[0]!, '2026-10', 'C'));
	expect(await logOutward(database.db, 'classes')).toMatchObject({ added: 1, head: 1 });
	await give(classRow(usccs[1]!, '2026-08', 'A'));
	expect(await logOutward(database.db, 'classes')).toMatchObject({ added: 0 });
	expect(await logOutward(database.db, 'classes', '2026-09')).toMatchObject({ added: 1, head: 2 });
	expect(await logOutward(database.db, 'classes')).toMatchObject({ added: 0 });
	expect((await all()).map((row) => row['month'])).toEqual(['2026-10', '2026-09']);
});

test('who got a row gets its correction, even when the enterprise has moved away since', async () => {
	await give(classRow(usccs[0]!, '2026-10', 'B'));
	await logOutward(database.db, 'classes');
	await database.owner.updateTable('enterprise').set({ region_code: '320505' }).where('uscc', '=', usccs[0]!).execute();
	try {
		await give(classRow(usccs[0]!, '2026-10', 'C', 2));
		await logOutward(database.db, 'classes');
		expect((await all('320412')).map((row) => [row['riskClass'], row['regionCode']])).toEqual([['B', '320412'], ['C', '320505']]);
		expect(await all('320505')).toEqual([]);
	} finally {
		await database.owner.updateTable('enterprise').set({ region_code: '320412' }).where('uscc', '=', usccs[0]!).execute();
	}
});

test('writers at once give no number twice and leave none out', async () => {
	await give(...usccs.map((uscc) => classRow(uscc, '2026-10', 'B')));
	const done = await Promise.all(Array.from({ length: 5 }, () => logOutward(database.db, 'classes')));
	expect(done.reduce((sum, one) => sum + one.added, 0)).toBe(6);
	expect((await all()).map((row) => row['seq'])).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a writer waits for the one before it to be committed, so that no number is seen before a smaller one', async () => {
	await give(classRow(usccs[0]!, '2026-10', 'B'));
	let second: Promise<unknown> | undefined;
	await database.db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${0x51534f57})`.execute(trx);
		second = logOutward(database.db, 'classes');
		await vi.waitFor(async () => {
			const { rows } = await sql`select from pg_locks where locktype = 'advisory' and objid = ${0x51534f57} and not granted`.execute(trx);
			expect(rows).toHaveLength(1);
		});
		expect(await all()).toEqual([]);
	});
	expect(await second).toMatchObject({ added: 1, head: 1 });
});

test('after a restore no number is given again, and takers go on behind those that were lost', async () => {
	await give(...usccs.slice(0, 2).map((uscc) => classRow(uscc, '2026-10', 'B')));
	await logOutward(database.db, 'classes');
	await skipNumbers(database.db);
	await give(classRow(usccs[2]!, '2026-10', 'B'));
	const { head } = await logOutward(database.db, 'classes');
	expect(head).toBeGreaterThan(1_000_000);
	const found: number[] = [];
	// A taker who had five rows when the database was lost.
	for (let after = 5; after < head; ) {
		const page = await readPage(database.db, 'classes', { after, limit: 10, regionPrefix: '' });
		found.push(...page.rows.map((row) => row.seq));
		after = page.through;
	}
	expect(found).toEqual([head]);
});

describe('reading', () => {
	test('each jurisdiction gets its own rows, and pages put together are the whole', async () => {
		await give(...usccs.map((uscc) => classRow(uscc, '2026-10', 'B')));
		await logOutward(database.db, 'classes');
		const whole = await all();
		for (const prefix of ['', '32', '3204', '320412', '320505', '3206']) {
			const expected = whole.filter((row) => String(row['regionCode']).startsWith(prefix)).map((row) => row['seq']);
			for (const limit of [1, 2, 100]) {
				const found: number[] = [];
				let after = 0;
				for (let head = Infinity; after < head; ) {
					const page = await readPage(database.db, 'classes', { after, limit, regionPrefix: prefix });
					found.push(...page.rows.map((row) => row.seq));
					[after, head] = [page.through, page.head];
				}
				expect(found).toEqual(expected);
			}
		}
	});

	test('a number beyond the end gives nothing and is not moved back', async () => {
		expect(await readPage(database.db, 'classes', { after: 99, limit: 10, regionPrefix: '' })).toEqual({ rows: [], through: 99, head: 0 });
	});
});

test('the application can neither change nor delete what has left', async () => {
	await give(classRow(usccs[0]!, '2026-10', 'B'));
	await logOutward(database.db, 'classes');
	await expect(database.db.updateTable('outward_row').set({ content: '{}' }).execute()).rejects.toThrow(/permission denied/);
	await expect(database.db.deleteFrom('outward_row').execute()).rejects.toThrow(/permission denied/);
});

test('only what somebody takes is logged', async () => {
	expect(await takenDatasets(database.db, [])).toEqual([]);
	expect(await takenDatasets(database.db, ['results'])).toEqual(['results']);
	await logOutward(database.db, 'classes');
	expect(await takenDatasets(database.db, [])).toEqual(['classes']);
});

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anchorAudit } from '#lib/access/audit-anchor.server.ts';
import { signIn } from '#lib/access/sign-in.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { writePlaces } from './fixtures.ts';

const root = join(import.meta.dirname, '../..');
let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
	database = await testDatabase();
	await writePlaces(database.db);
	dataDir = await mkdtemp(join(tmpdir(), 'qianshao-test-'));
});
afterAll(async () => {
	await database[Symbol.asyncDispose]();
	await rm(dataDir, { recursive: true });
});

async function cli(args: readonly string[], stdin = '') {
	const child = spawn(process.execPath, ['src/cli/main.ts', ...args], {
		cwd: root,
		env: { ...process.env, DATABASE_URL: database.url, DATA_DIR: dataDir }
	});
	child.stdin.end(stdin);
	const [stdout, stderr, code] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		new Promise<number | null>((resolve) => child.once('close', resolve))
	]);
	return { code, stderr, last: stdout.trim().split('\n').at(-1) ?? '' };
}

describe('user add', () => {
	it('makes the first administrators, with a password from stdin', async () => {
		const { code, last } = await cli(['user', 'add', 'sys', '--role', 'sysadmin', '--region', '320400'], 'Kite7-blue-river\n');
		expect(code).toBe(0);
		expect(JSON.parse(last)).toEqual({ id: expect.any(String) });
		const attempt = { name: 'sys', password: 'Kite7-blue-river', address: '10.0.0.1', userAgent: null };
		expect(await signIn(database.db, attempt)).toMatchObject({ ok: true });
	});

	it('makes others for tests only', async () => {
		const args = ['user', 'add', 'moni', '--role', 'monitor', '--region', '320412', '--grant', 'steward', '--industry', 'H', 'C13'];
		expect(await cli(args, 'Kite7-blue-river')).toMatchObject({ code: 1, stderr: expect.stringContaining('--test') });
		expect(await cli([...args, '--test'], 'x')).toMatchObject({ code: 0 });
		const account = await database.db.selectFrom('app_user').selectAll().where('name', '=', 'moni').executeTakeFirstOrThrow();
		expect(account).toMatchObject({ role: 'monitor', grants: ['steward'], region_code: '320412', industries: ['H', 'C13'], state: 'active' });
	});

	it('refuses weak passwords, taken names and wrong use', async () => {
		const sec = ['user', 'add', 'sec', '--role', 'secadmin', '--region', '320400'];
		expect(await cli(sec, 'short')).toMatchObject({ code: 1, stderr: expect.stringContaining('too short') });
		expect(await cli(sec, '')).toMatchObject({ code: 1 });
		expect(await cli(['user', 'add', 'sys', '--role', 'auditor', '--region', '320400'], 'Kite7-blue-river')).toMatchObject({ code: 1 });
		expect(await cli(['user', 'add', 'x9', '--role', 'king', '--region', '320400'])).toMatchObject({ code: 2 });
		expect(await cli(['user', 'add'])).toMatchObject({ code: 2 });
	});
});

describe('audit verify', () => {
	it('says that the trail is whole, or from where it is not', async () => {
		const whole = await cli(['audit', 'verify']);
		expect(whole.code).toBe(0);
		const { entries } = JSON.parse(whole.last) as { entries: number };
		expect(JSON.parse(whole.last)).toEqual({ entries, valid: true, firstBroken: null });
		await anchorAudit(database.db, dataDir);
		await sql`delete from audit_entry where seq = ${entries}`.execute(database.owner);
		const cut = await cli(['audit', 'verify']);
		expect(cut.code).toBe(1);
		expect(JSON.parse(cut.last)).toEqual({ entries: entries - 1, valid: false, firstBroken: entries });
	});
});

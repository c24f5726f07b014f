import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../intake/support.ts';
import { testDatabase } from '../support/database.ts';
import { emptyDatabase } from './support.ts';
import { bareEnvironment } from '../support/environment.ts';

function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.ts', ...args], { encoding: 'utf8', env: { ...bareEnvironment, ...env }, timeout: 60_000 });
	return { status, stdout, stderr, json: () => JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, number> };
}

test('backup and restore from the command line: figures, refusals, and a trail that verifies', async () => {
	await using database = await testDatabase();
	await using folder = await testFolder();
	await using target = await emptyDatabase();
	const file = join(folder.path, 'b.backup');
	const from = { DATABASE_URL: database.url, DATA_DIR: join(folder.path, 'a') };
	const to = { DATABASE_URL: target.url, DATA_DIR: join(folder.path, 'b') };
	const made = cli(['backup', file], from).json();
	expect(made).toEqual({ bytes: (await stat(file)).size, seconds: expect.any(Number), tables: expect.any(Number), rows: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
	expect((await stat(file)).mode & 0o077).toBe(0);
	expect(cli(['backup', file], from)).toMatchObject({ status: 1, stderr: expect.stringContaining('is there already') });
	expect(cli(['restore', join(folder.path, 'none')], to)).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no file') });
	expect(cli(['restore', file], to).json()).toMatchObject({ bytes: made['bytes'], rows: made['rows'], seconds: expect.any(Number) });
	expect(cli(['restore', file], to)).toMatchObject({ status: 1, stderr: expect.stringContaining('not empty') });
	expect(cli(['audit', 'verify'], to).json()).toMatchObject({ valid: true, entries: 1 });
	expect(cli(['backup'], from)).toMatchObject({ status: 2 });
	expect(cli(['restore', 'a', 'b'], to)).toMatchObject({ status: 2 });
}, 180_000);

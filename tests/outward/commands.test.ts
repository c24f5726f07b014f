import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { referenceDatabase, testFolder } from '../intake/support.ts';
import { classRow, seedEnterprises } from './support.ts';
import { bareEnvironment } from '../support/environment.ts';

function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.ts', ...args], { encoding: 'utf8', env: { ...bareEnvironment, ...env }, timeout: 60_000 });
	return { status, stdout, stderr, json: () => JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown> };
}

test('export and validate go together, on from where the last file ended, and are audited', async () => {
	await using database = await referenceDatabase();
	await using folder = await testFolder();
	const env = { DATABASE_URL: database.url, DATA_DIR: folder.path };
	const usccs = await seedEnterprises(database.owner, 6);
	await database.owner.insertInto('enterprise_class').values([...usccs.map((uscc) => classRow(uscc, '2026-10', 'B')), classRow(usccs[0]!, '2026-09', 'A')]).execute();
	const [first, second] = [join(folder.path, 'first.ndjson'), join(folder.path, 'second.ndjson')];
	expect(cli(['outward', 'export', '--dataset', 'classes', '--out', first], env).json()).toMatchObject({ dataset: 'classes', rows: 6, after: 0, through: 6 });
	expect(cli(['outward', 'validate', first])).toMatchObject({ status: 0 });
	expect(cli(['outward', 'export', '--dataset', 'classes', '--out', first], env)).toMatchObject({ status: 1, stderr: expect.stringContaining('is there already') });
	expect(cli(['outward', 'export', '--dataset', 'classes', '--out', second, '--after', '6', '--since', '2026-09'], env).json()).toMatchObject({ rows: 1, after: 6, through: 7 });
	expect(await readFile(second, 'utf8')).toContain('"month":"2026-09"');
	const entries = await database.db.selectFrom('audit_entry').select('detail').where('action', '=', 'outward.export').orderBy('seq').execute();
	expect(entries.map(({ detail }) => (detail as { rows: number }).rows)).toEqual([6, 1]);

	const bad = await folder.file('bad.ndjson', (await readFile(first, 'utf8')).replace('"riskClass":"B"', '"riskClass":"X"'));
	const refused = cli(['outward', 'validate', bad]);
	expect(refused).toMatchObject({ status: 1, stdout: expect.stringContaining('line 2, riskClass: expected one of A, B, C, D') });
	expect(refused.json()).toMatchObject({ valid: false, rows: 6 });
}, 120_000);

test.each([
	[['outward', 'export'], '--dataset must be one of'],
	[['outward', 'export', '--dataset', 'scores'], '--dataset must be one of'],
	[['outward', 'export', '--dataset', 'classes'], '--out FILE is missing'],
	[['outward', 'export', '--dataset', 'classes', '--out', 'x.xlsx'], 'must end with .ndjson or .csv'],
	[['outward', 'export', '--dataset', 'classes', '--out', 'x.csv', '--after', '1.5'], '--after must be a number'],
	[['outward', 'export', '--dataset', 'classes', '--out', 'x.csv', '--region', '32'], '--region must be six digits'],
	[['outward', 'export', '--dataset', 'classes', '--out', 'x.csv', '--since', '2026-13'], '--since must look like'],
	[['outward', 'validate'], 'Which file?'],
	[['outward', 'validate', 'a', 'b'], 'One file at a time']
])('%j is wrong use', (args, told) => {
	expect(cli(args)).toMatchObject({ status: 2, stderr: expect.stringContaining(told) });
});

import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireLock } from '#db/embedded/lock.ts';
import { allCommands } from '../../src/cli/registry.ts';
import { testDatabase } from '../support/database.ts';
import { bareEnvironment } from '../support/environment.ts';

function run(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
		encoding: 'utf8',
		env: { ...bareEnvironment, ...env },
		timeout: 30_000
	});
	return { status, stdout, stderr, lines: stderr.trim().split('\n') };
}
const cli = (args: readonly string[], env?: Readonly<Record<string, string>>) => run('src/cli/main.ts', args, env);

test('every command explains itself', async () => {
	const commands = await allCommands();
	const overview = cli(['--help']);
	expect(overview.status).toBe(0);
	for (const command of commands) {
		expect(overview.stdout).toContain(command.name);
		const help = cli([...command.name.split(' '), '--help']);
		expect({ name: command.name, status: help.status }).toEqual({ name: command.name, status: 0 });
		expect(help.stdout).toContain(`Usage: npm run --silent cli -- ${command.name}`);
	}
}, 120_000);

test.each([
	['no command', [], 'demo'],
	['an unknown one', ['dance'], 'There is no command "dance"'],
	['half of one', ['audit'], 'There is no command "audit"'],
	['an unknown option', ['demo', '--sise', 'S'], '--sise'],
	['a value that cannot be', ['demo', '--size', 'XL'], '--size must be one of S, M, L']
])('wrong use is exit code 2: %s', (_, args, told) => {
	const result = cli(args);
	expect(result.status).toBe(2);
	expect(result.stdout + result.stderr).toContain(told);
});

test('a database that does not answer is exit code 1 and one line', () => {
	const result = cli(['audit', 'verify'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
	expect(result).toMatchObject({ status: 1, lines: ['the database of DATABASE_URL (127.0.0.1:1) does not answer'] });
});

test('a bad setting stops start and commands with one line that names the variable', () => {
	for (const result of [run('src/cli/start.ts', [], { PORT: 'many' }), cli(['audit', 'verify'], { PORT: 'many' })]) {
		expect(result).toMatchObject({ status: 2, lines: ['PORT must be a number from 1 to 65535, not "many"'] });
	}
});

test('a second start on the same data is refused with one line', async () => {
	const dataDir = await mkdtemp(join(tmpdir(), 'qianshao-start-'));
	try {
		const first = await acquireLock(join(dataDir, 'start.lock'));
		expect(first.ok).toBe(true);
		const second = run('src/cli/start.ts', [], { DATA_DIR: dataDir, PORT: '3999' });
		expect(second.status).toBe(1);
		expect(second.lines).toEqual([expect.stringMatching(new RegExp(`^already started from .+ \\(process ${process.pid}\\): stop it first`))]);
	} finally {
		await rm(dataDir, { recursive: true });
	}
});

test('an older Node is told what to do', () => {
	const code = `Object.defineProperty(process.versions, 'node', { value: '20.19.0' }); await import('./src/cli/node-version.js')`;
	const result = run('--input-type=module', ['--eval', code]);
	expect(result.status).toBe(1);
	expect(result.stderr).toMatch(/^This is Node 20\.19\.0, at least 22\.18 is needed/);
});

test('who stops npm stops what npm started: no shell between them stays in the way', { timeout: 120_000 }, async () => {
	await using database = await testDatabase();
	const dataDir = await mkdtemp(join(tmpdir(), 'qianshao-stop-'));
	const env = { ...process.env, DATABASE_URL: database.url, DATA_DIR: dataDir, DEMO: 'off', PORT: '3998' };
	const npm = spawn('npm', ['start'], { stdio: ['ignore', 'pipe', 'inherit'], env });
	try {
		// Its output is read to the end: an orphan must not die of a broken pipe instead.
		await new Promise<void>((done, fail) => {
			npm.stdout.on('data', (text) => String(text).includes('database ready') && done());
			npm.once('exit', (code) => fail(new Error(`npm start ended with ${code}`)));
		});
		npm.kill('SIGTERM');
		// Gone: nobody holds the lock any more, an orphan neither.
		const free = async () => {
			const lock = await acquireLock(join(dataDir, 'start.lock'));
			if (lock.ok) await lock.lock.release();
			return lock.ok;
		};
		await expect.poll(free, { timeout: 30_000, interval: 250 }).toBe(true);
	} finally {
		npm.kill('SIGKILL');
		await rm(dataDir, { recursive: true, force: true });
	}
});

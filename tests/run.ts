import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildWhenNeeded } from '../src/cli/start/build.ts';
import { tooNewFor90 } from './sent/old-browsers.ts';
import { ensureChineseFont, findChromium } from './support/chromium.ts';
import { memoryFolder } from './support/memory.ts';

/** `npm test`: types, lint, unit and database tests, build, browser tests. `--long` runs the long trials as well. */

type Count = { readonly passed: number; readonly failed: number; readonly skipped: number };

const good: Count = { passed: 1, failed: 0, skipped: 0 };
const bad: Count = { passed: 0, failed: 1, skipped: 0 };
const long = process.argv.includes('--long');
const longest = (long ? 240 : 30) * 60_000;
/** The demo of the browser tests with its log, backups and files. */
const mostGibibytes = 5;

// Each program that the tests start would compile the same sources again.
process.env['NODE_COMPILE_CACHE'] ??= resolve('.cache/compiled');

const bin = (name: string) => join('node_modules', '.bin', name);
const results: { readonly name: string; readonly count: Count; readonly seconds: number }[] = [];

async function step(name: string, work: () => Promise<Count>): Promise<boolean> {
	console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`);
	const began = Date.now();
	let count: Count;
	try {
		count = await work();
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		count = bad;
	}
	results.push({ name, count, seconds: Math.round((Date.now() - began) / 1000) });
	return count.failed === 0;
}

/** Runs a program of the project on our own Node, its output shown; returns its exit code. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, [program, ...args], {
			stdio: 'inherit',
			timeout: longest,
			env: { ...process.env, ...(long ? { QIANSHAO_LONG: '1' } : {}), ...env }
		});
		child.on('error', () => resolve(127));
		child.on('close', (code) => resolve(code ?? 1));
	});
}

/** Several programs that each have to end well. */
async function all(...programs: readonly (readonly [string, readonly string[]])[]): Promise<Count> {
	for (const [program, args] of programs) if ((await run(program, args)) !== 0) return bad;
	return good;
}

/** What a report says, and at least one failure where the program says so without naming a test (a file that does not load). */
function counted(exitCode: number, count: Count): Count {
	return exitCode !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

type VitestReport = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number };
type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };

async function unitTests(): Promise<Count> {
	const file = 'test-results/vitest.json';
	await rm(file, { force: true });
	const code = await run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
	const report = JSON.parse(await readFile(file, 'utf8')) as VitestReport;
	return counted(code, {
		passed: report.numPassedTests,
		failed: report.numFailedTests,
		skipped: report.numPendingTests + report.numTodoTests
	});
}

async function browserTests(): Promise<Count> {
	const found = await findChromium((line) => console.log(line));
	if (!found.ok) {
		console.error(found.reason);
		return bad;
	}
	ensureChineseFont((line) => console.log(line));
	// Reachable for the database's own user, when we are root.
	const data = await mkdtemp(join(memoryFolder(mostGibibytes) ?? tmpdir(), 'qianshao-browser-'));
	await chmod(data, 0o755);
	try {
		const code = await run(join('node_modules', '@playwright', 'test', 'cli.js'), ['test'], {
			QIANSHAO_CHROMIUM: found.path,
			QIANSHAO_BROWSER_PORT: String(await freePort()),
			QIANSHAO_BROWSER_DATA: data
		});
		const { stats } = JSON.parse(await readFile('test-results/browser.json', 'utf8')) as PlaywrightReport;
		return counted(code, { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped });
	} finally {
		await rm(data, { recursive: true, force: true });
	}
}

async function sentCode(): Promise<Count> {
	const faults = await tooNewFor90('build/client/_app');
	for (const fault of faults) console.error(fault);
	return faults.length === 0 ? good : bad;
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

async function build(): Promise<Count> {
	const result = await buildWhenNeeded((line) => console.log(line));
	if (result.ok) return good;
	console.error(result.reason);
	return bad;
}

await step('messages and generated types', () =>
	all(
		[bin('paraglide-js'), ['compile', '--outdir', './src/lib/messages', '--output-structure', 'locale-modules', '--silent']],
		[bin('svelte-kit'), ['sync']]
	)
);
await step('types', () => all([bin('svelte-check'), ['--tsconfig', './tsconfig.json', '--threshold', 'warning', '--fail-on-warnings']]));
await step('lint', () => all([bin('eslint'), ['.']]));
await step('unit and database tests', unitTests);
if (await step('build', build)) {
	await step('what is sent to Chromium 90', sentCode);
	await step('browser tests', browserTests);
} else {
	results.push({ name: 'browser tests (not run: the build failed)', count: bad, seconds: 0 });
}

const sum = (key: keyof Count) => results.reduce((total, { count }) => total + count[key], 0);
console.log('');
for (const { name, count, seconds } of results) {
	const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
	console.log(`${count.failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${count.passed} passed, ${count.failed} failed${skipped} (${seconds} s)`);
}
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`);
process.exitCode = sum('failed') === 0 ? 0 : 1;

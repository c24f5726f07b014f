import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { randomOf } from '../detection/random.ts';
import { bareEnvironment } from '../support/environment.ts';

function detect(input: string, ...args: string[]) {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.ts', 'detect', '--input', '-', '--grain', 'week', ...args], {
		input, encoding: 'utf8', env: bareEnvironment, timeout: 60_000, maxBuffer: 1 << 28
	});
	return { status, rows: stdout.trim().split('\n').map((line) => line.split(',')), stdout, stderr };
}
const random = randomOf(1);
const counts = Array.from({ length: 320 }, (_, t) => random.count(9 + 4 * Math.cos((2 * Math.PI * t) / 52), 1.5));
counts[319] = 60;
const weeks = counts.map((_, t) => new Date(Date.UTC(2018, 0, 1 + 7 * t)).toISOString().slice(0, 10));
const table = `series,period,count\n${counts.map((count, t) => `a,${weeks[t]},${count}`).join('\n')}\n`;

test.each(['farrington-flexible', 'ears-c1', 'ears-c2', 'ears-c3', 'auto'])('%s finds the rise of the last week', (method) => {
	const { status, rows, stderr } = detect(table, '--method', method, '--last', '2');
	expect(status).toBe(0);
	expect(rows[0]).toEqual(['series', 'period', 'observed', 'expected', 'upper', 'p_value', 'alarm']);
	expect(rows.slice(1).map((row) => [row[0], row[1], row[2], row[6]])).toEqual([
		['a', weeks[318], String(counts[318]), '0'],
		['a', weeks[319], '60', '1']
	]);
	expect(JSON.parse(stderr)).toEqual({ series: 1, periods: 2, seconds: expect.any(Number) });
});

test('without --last, all weeks that can be judged are there, and nothing else', () => {
	const { rows } = detect(table, '--method', 'farrington-flexible');
	// Five calendar years and three weeks must lie before the first.
	expect(rows[1]![1]).toBe('2023-01-23');
	expect(rows).toHaveLength(1 + 320 - weeks.indexOf('2023-01-23'));
});

test('a byte order mark, carriage returns and quotes change nothing', () => {
	const same = '\ufeff' + table.replaceAll('a,', '"a",').replaceAll('\n', '\r\n');
	expect(detect(same, '--method', 'auto', '--last', '3').stdout).toBe(detect(table, '--method', 'auto', '--last', '3').stdout);
});

test('what cannot be judged has empty fields and is not left out', () => {
	const { status, rows } = detect('series,period,count\nb,1,0\nb,2,5\nb,3,1\n', '--method', 'farrington-flexible');
	expect(status).toBe(0);
	expect(rows.slice(1)).toEqual([['b', '3', '1', '', '', '', '']]);
});

test('with fewer cases than limit54 there is no bound and no alarm, but a p-value, as in R', () => {
	const few = `series,period,count\n${counts.map((count, t) => `a,${t + 1},${t > 315 ? t % 2 : count}`).join('\n')}\n`;
	const [, row] = detect(few, '--method', 'farrington-flexible', '--last', '1').rows;
	expect([row![3], row![4], row![6]]).toEqual(['', '', '0']);
	expect(Number(row![5])).toBeGreaterThan(0.5);
});

test('a bad row ends with exit code 1, line, series, value and remedy', () => {
	const { status, stderr } = detect(`${table}b,2024-01-01,-4\n`, '--method', 'auto');
	expect(status).toBe(1);
	expect(stderr).toContain('line 322: series "b": count "-4" at 2024-01-01 is not a whole number');
});

test.each([
	[['--method', 'best'], '--method must be one of'],
	[['--method', 'auto', '--last', '0'], '--last must be'],
	[['--method', 'auto', '--options', '{'], '--options is no JSON'],
	[['--method', 'ears-c1', '--options', '{"w":3}'], 'option "w" is unknown to ears-c1'],
	[['--method', 'auto', '--grain', 'month'], '--grain must be one of']
])('%j is wrong use, exit code 2', (args, words) => {
	const { status, stderr } = detect(table, ...args);
	expect(status).toBe(2);
	expect(stderr).toContain(words);
});

test('population enters when asked for, and must be there', () => {
	const withPeople = table.replace('count\n', 'count,population\n').replaceAll(/(\d)\n(?=a|$)/g, (_, digit: string, at: number) => `${digit},${at > table.length / 2 ? 2000 : 1000}\n`);
	const plain = detect(withPeople, '--method', 'farrington-flexible', '--last', '1').rows[1]!;
	const offset = detect(withPeople, '--method', 'farrington-flexible', '--last', '1', '--options', '{"populationOffset":true}').rows[1]!;
	expect(Number(offset[3])).not.toBe(Number(plain[3]));
	expect(detect(table, '--method', 'auto', '--options', '{"populationOffset":true}')).toMatchObject({ status: 1, stderr: expect.stringContaining('population') });
});

test('memory stays that of one series while nobody takes the output', { timeout: 120_000 }, async () => {
	const folder = mkdtempSync(join(tmpdir(), 'qianshao-detect-'));
	const file = join(folder, 'many.csv');
	// 20 MB of rows, and as much of output.
	writeFileSync(file, `series,period,count\n${Array.from({ length: 15_000 }, (_, s) => Array.from({ length: 90 }, (_, t) => `s${s},${t},3`).join('\n')).join('\n')}\n`);
	const child = spawn(process.execPath, ['--max-old-space-size=64', 'src/cli/main.ts', 'detect', '--method', 'ears-c1', '--grain', 'week', '--input', file], { env: bareEnvironment });
	try {
		let lines = 0;
		// A reader that is slow at first.
		await new Promise((done) => setTimeout(done, 1000));
		for await (const piece of child.stdout) for (const byte of piece as Buffer) if (byte === 10) lines++;
		expect(lines).toBe(1 + 15_000 * 83);
		await expect.poll(() => child.exitCode).toBe(0);
	} finally {
		child.kill('SIGKILL');
		rmSync(folder, { recursive: true });
	}
});

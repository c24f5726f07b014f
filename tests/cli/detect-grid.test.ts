import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addDays, weekday } from '#lib/calendar/days.ts';
import { days, side, simulatedEvents } from '../detection/daily/small-grid.ts';
import { bareEnvironment } from '../support/environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'grid-'));
afterAll(() => rmSync(folder, { recursive: true }));

const first = '2024-01-01';
const path = (name: string) => join(folder, name);
const events = simulatedEvents(11, (region, industry, day) => (region === 12 && industry === 3 && day >= 360 && day < 374 ? 9 : 1));
const countRows = events.map(({ region, industry, day, received }) => `r${region},i${industry},${addDays(first, day)},${received === day ? '' : addDays(first, received)},1`);
const regionRows = Array.from({ length: side * side }, (_, r) => `r${r},${r % side},${Math.floor(r / side)},p${Math.floor(r / side)}`);
const calendarRows = Array.from({ length: days }, (_, t) => `${addDays(first, t)},${weekday(addDays(first, t)) > 5 ? 1 : 0},0,0`);
writeFileSync(path('regions.csv'), `region,x,y,parent\n${regionRows.join('\n')}\n`);
writeFileSync(path('calendar.csv'), `date,off,holiday,makeup\n${calendarRows.join('\n')}\n`);

function run(rows: readonly string[], ...more: string[]) {
	const given = [
		'--input', '-', '--regions', path('regions.csv'), '--calendar', path('calendar.csv'), '--from', addDays(first, 355), '--to', addDays(first, 380), ...more
	];
	const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.ts', 'detect-grid', ...given], {
		input: `region,industry,occurred_on,received_on,count\n${rows.join('\n')}\n`, encoding: 'utf8', env: bareEnvironment, maxBuffer: 1 << 28
	});
	return { status, rows: stdout.trim().split('\n').map((line) => line.split(',')), stderr };
}

test('shows the rise of a cell each day while it lasts, and sums up on stderr', () => {
	const { status, rows, stderr } = run(countRows);
	expect(status).toBe(0);
	expect(rows[0]).toEqual(['as_of', 'regions', 'industries', 'observed', 'expected', 'q_value']);
	const own = rows.slice(1).filter((row) => row[1] === 'r12' && row[2] === 'i3');
	expect(own.length).toBeGreaterThan(6);
	expect(own.map((row) => row[0])).toEqual(own.map((_, k) => addDays(own[0]![0]!, k)));
	for (const [, , , observed, expected, q] of own) {
		expect(Number(observed)).toBeGreaterThan(Number(expected));
		expect(Number(q)).toBeLessThanOrEqual(0.1);
	}
	expect(JSON.parse(stderr)).toEqual({ days: 26, cells: side * side * 6, alarms: rows.length - 1, seconds: expect.any(Number) });
});

test('rows in any order and split into single events give the same', () => {
	expect(run([...countRows].reverse()).rows).toEqual(run(countRows).rows);
});

test.each([
	['an unknown region', 'r99,i1,2024-05-01,,1', 'r99'],
	['a fraction', 'r1,i1,2024-05-01,,1.5', '1.5'],
	['a negative count', 'r1,i1,2024-05-01,,-1', '-1'],
	['no date', 'r1,i1,2024-02-30,,1', '2024-02-30'],
	['a day outside the calendar', 'r1,i1,2031-01-01,,1', '2031-01-01'],
	['a receipt before the event', 'r1,i1,2024-05-02,2024-05-01,1', '2024-05-01'],
	['a missing field', 'r1,i1,2024-05-01,1', '4 fields']
])('%s is refused with its line', (_, row, named) => {
	const { status, stderr } = run([countRows[0]!, row]);
	expect(status).toBe(1);
	expect(stderr).toContain('line 3');
	expect(stderr).toContain(named);
});

test.each([
	['an unknown option', ['--options', '{"alfa":1}'], 2],
	['no JSON', ['--options', '{'], 2],
	['dates the wrong way round', ['--from', '2025-02-01', '--to', '2025-01-01'], 2],
	['a day before all counts', ['--from', '2023-01-01'], 1]
])('%s is refused', (_, more, exit) => expect(run(countRows, ...more).status).toBe(exit));

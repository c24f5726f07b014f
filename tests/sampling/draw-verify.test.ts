import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '../../src/cli/commands/draw-verify.ts';
import type { CommandContext } from '../../src/cli/command.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'draw-verify-'))));
afterAll(() => rm(folder, { recursive: true }));

/** The command may ask for nothing: no settings, no database. */
const nothing = new Proxy({}, { get: (_target, name) => { throw new Error(`asked for ${String(name)}`); } }) as CommandContext;
const run = async (content: string | null, ...more: string[]) => {
	const file = join(folder, 'certificate.json');
	if (content !== null) await writeFile(file, content);
	return command.run(nothing, content === null ? more : [file, ...more]);
};
const vector = () => readFile('docs/draw-vector.json', 'utf8');

test('the documented vector is valid, without any database', async () => {
	expect(await run(await vector())).toEqual({ ok: true, summary: { valid: true, reason: 'valid' } });
});

test('a byte order mark does no harm', async () => {
	expect(await run(`\uFEFF${await vector()}`)).toMatchObject({ ok: true });
});

test.each([
	['a changed result', (t: string) => t.replace(/("drawn": \[\s*")(.)/, (_all, before: string, c: string) => `${before}${c === '0' ? '1' : '0'}`), 'result-differs'],
	['another task', (t: string) => t.replace('CC2026-000000', 'CC2026-000009'), 'commitment-differs'],
	['an earlier commitment', (t: string) => t.replace('T01:00:00.000Z', 'T00:30:00.000Z'), 'commitment-differs'],
	['a draw before its commitment', (t: string) => t.replace('T02:00:00.000Z', 'T00:00:00.000Z'), 'not-a-certificate'],
	['a member that nobody checks', (t: string) => t.replace('{', '{ "approvedBy": "somebody",'), 'not-a-certificate'],
	['no JSON', () => 'a,b\n1,2', 'not-a-certificate'],
	['an empty file', () => '', 'not-a-certificate']
])('%s is not valid', async (_what, change, reason) => {
	expect(await run(change(await vector()))).toMatchObject({ ok: false, summary: { valid: false, reason } });
});

test('a missing file is said to be missing, no file is wrong use', async () => {
	expect(await run(null, join(folder, 'none.json'))).toMatchObject({ ok: false, summary: { valid: false, reason: 'no-file' } });
	expect(await run(null)).toMatchObject({ ok: false, wrongUse: true });
	expect(await run(await vector(), 'second')).toMatchObject({ ok: false, wrongUse: true });
});

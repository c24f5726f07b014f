import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { supervise } from '../../src/cli/start/supervisor.ts';

/** A child script in a folder of its own; each of its starts adds a line with its pid to `starts`. */
async function child(code: string) {
	const folder = await mkdtemp(join(tmpdir(), 'qianshao-child-'));
	const file = join(folder, 'child.mjs');
	const note = join(folder, 'starts');
	await writeFile(file, `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(note)}, process.pid + '\\n');\n${code}`);
	return {
		child: { name: 'web', file, env: {} },
		starts: async () => (await readFile(note, 'utf8').catch(() => '')).trim().split('\n').filter(Boolean).map(Number),
		[Symbol.asyncDispose]: () => rm(folder, { recursive: true })
	};
}

const isAlive = (pid: number) => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};
const forever = `setInterval(() => undefined, 1000); process.on('disconnect', () => process.exit());`;

test('a child that crashes is started again', async () => {
	await using one = await child(forever);
	const told: string[] = [];
	const supervisor = supervise([one.child], (line) => told.push(line));
	supervisor.served();
	try {
		await expect.poll(async () => (await one.starts()).length, { timeout: 10_000 }).toBe(1);
		process.kill((await one.starts())[0]!, 'SIGKILL');
		await expect.poll(async () => (await one.starts()).length, { timeout: 10_000 }).toBe(2);
		expect(told).toEqual(['web ended (SIGKILL), starting it again in 1 s']);
	} finally {
		await supervisor.stop();
	}
	expect((await one.starts()).some(isAlive)).toBe(false);
});

test('a child that never gets anywhere is given up after three times', { timeout: 20_000 }, async () => {
	await using one = await child('process.exit(3);');
	const supervisor = supervise([one.child], () => undefined);
	expect(await supervisor.hopeless).toEqual({ name: 'web', code: 3 });
	expect(await one.starts()).toHaveLength(3);
	await supervisor.stop();
});

test('a child that does not want to end is made to', { timeout: 20_000 }, async () => {
	await using one = await child(`process.on('SIGTERM', () => undefined); ${forever}`);
	const supervisor = supervise([one.child], () => undefined);
	await expect.poll(async () => (await one.starts()).length, { timeout: 10_000 }).toBe(1);
	const began = Date.now();
	await supervisor.stop();
	expect(Date.now() - began).toBeLessThan(9_000);
	expect((await one.starts()).some(isAlive)).toBe(false);
});

import { spawn } from 'node:child_process';
import { sql, type Kysely } from 'kysely';
import { expect, it } from 'vitest';
import type { DB } from '#db/types.ts';
import { long, settled } from './kill/trial.ts';
import { referenceDatabase, testFolder, usccOf } from './support.ts';

const rows = 4_000;
/** Kills in this run; `npm run test:long` makes hundreds. */
const kills = long ? 200 : 6;

async function state(db: Kysely<DB>) {
	const { rows: found } = await sql<{ events: number; enterprises: number; keys: number; batches: number; rejects: number; touched: number }>`
		select (select count(*)::int from event) as events, (select count(*)::int from enterprise) as enterprises,
			(select count(*)::int from intake_key) as keys, (select count(*)::int from intake_batch) as batches,
			(select count(*)::int from intake_reject) as rejects, (select count(*) > 0 from count_touched)::int as touched
	`.execute(db);
	return found[0]!;
}

const nothing = { events: 0, enterprises: 0, keys: 0, batches: 0, rejects: 0, touched: 0 };
const everything = { events: rows, enterprises: rows, keys: rows, batches: 1, rejects: 1, touched: 1 };

it('killed at any point, an import leaves the whole batch or nothing, and comes in whole when it is made again', async () => {
	await using database = await referenceDatabase();
	await using folder = await testFolder();
	const lines = Array.from({ length: rows }, (_, i) => `${usccOf(i)},企业${i},2024-0${1 + (i % 9)}-15,武进区天元路${i % 50}号`);
	const path = await folder.file('rows.csv', `uscc,name,occurredOn,address\n${lines.join('\n')}\nx,坏行,2024-01-01,\n`);
	const run = (killAfterMs: number | null) =>
		new Promise<number | null>((resolve, reject) => {
			const child = spawn('node', ['src/cli/main.ts', 'import', 'registrations', path, '--source', '中断试验'], {
				env: { ...process.env, DATABASE_URL: database.url, DATA_DIR: folder.path },
				stdio: 'ignore'
			});
			const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
			child.on('error', reject).on('exit', (code) => (clearTimeout(timer), resolve(code)));
		});
	const reset = () => sql`truncate event, enterprise, enterprise_link, intake_key, intake_reject, intake_batch, count_touched, watermark`.execute(database.owner);

	const began = performance.now();
	expect(await run(null)).toBe(0);
	const whole = performance.now() - began;
	expect(await state(database.db)).toEqual(everything);

	let interrupted = 0;
	for (let i = 0; i < kills; i++) {
		await reset();
		// Spread over the run, its ends included.
		const code = await run((whole * (i + 0.5)) / kills);
		await settled(database.db);
		const left = await state(database.db);
		expect([JSON.stringify(nothing), JSON.stringify(everything)]).toContain(JSON.stringify(left));
		if (code !== 0) interrupted++;
	}
	expect(interrupted).toBeGreaterThan(0);
	expect(await run(null)).toBe(0);
	// The last one may have been whole already: then there are two batches, and nothing twice.
	expect(await state(database.db)).toMatchObject({ events: rows, enterprises: rows, keys: rows });
}, 120_000 + kills * 10_000);

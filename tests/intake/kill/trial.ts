import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** Whether the long trials run: `npm run test:long`. */
export const long = process.env['QIANSHAO_LONG'] !== undefined;

/** Moments spread over a whole run, its ends included; the same ones for the same seed. */
export function moments(count: number, wholeMs: number, seed = 20_261_121): number[] {
	let state = seed;
	return Array.from({ length: count }, (_, i) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return (wholeMs * 1.1 * (i + state / 2 ** 32)) / count;
	});
}

/** A process of ours that says one line when it is ready. */
export async function start(file: string, env: Readonly<Record<string, string>>): Promise<{ readonly line: string; readonly kill: () => Promise<void> }> {
	const child: ChildProcess = spawn(process.execPath, [file], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
	const gone = once(child, 'exit');
	const line = await Promise.race([
		once(createInterface({ input: child.stdout! }), 'line').then(([text]) => String(text)),
		gone.then(() => Promise.reject(new Error(`${file} ended before it was ready`)))
	]);
	return {
		line,
		async kill() {
			child.kill('SIGKILL');
			await gone;
		}
	};
}

/** What an import leaves in the database. Rows that are there twice are more events than keys, or more keys than rows. */
export async function traces(db: Kysely<DB>) {
	const { rows } = await sql<{ events: number; enterprises: number; keys: number; done: number; rejects: number }>`
		select (select count(*)::int from event) as events, (select count(*)::int from enterprise) as enterprises, (select count(*)::int from intake_key) as keys,
			(select count(*)::int from intake_batch where state = 'done') as done, (select count(*)::int from intake_reject) as rejects
	`.execute(db);
	return rows[0]!;
}

export const nothing = { events: 0, enterprises: 0, keys: 0, done: 0, rejects: 0 };

export async function clear(owner: Kysely<DB>): Promise<void> {
	await sql`truncate event, enterprise, enterprise_link, intake_key, intake_reject, intake_batch, count_touched, watermark, job_request cascade`.execute(owner);
}

/** The server notices a dead client when it next talks to it; until then its transaction is open. */
export async function settled(db: Kysely<DB>): Promise<void> {
	for (let i = 0; i < 400; i++) {
		const { rows } = await sql`select from pg_stat_activity where datname = current_database() and application_name in ('killed', 'qianshao cli')`.execute(db);
		if (rows.length === 0) return;
		await wait(25);
	}
	throw new Error('what was killed is still connected');
}

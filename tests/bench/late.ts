import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import pg from 'pg';
import { openDatabase } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { judgeArrived } from '#lib/indicators/late/arrived.server.ts';
import type { BenchContext } from './context.ts';

const kinds = ['complaint', 'registration', 'change', 'cancellation'] as const;
const repeats = 3;
/** The day that comes late, counted back from the last evening: its week is over, its windows are not. */
const daysBack = 3;

/** A day of one kind comes late for the whole jurisdiction and is judged again: reading, judging and writing. In a copy of the demo. */
export async function run(context: BenchContext): Promise<void> {
	const url = await copyOfDemo(context);
	const owner = openDatabase({ url, role: 'owner', max: 2, name: 'bench late' });
	const db = openDatabase({ url, max: 4, name: 'bench late' });
	try {
		await sql`analyze event`.execute(owner);
		const { rows } = await sql<{ day: string }>`select ((select max(as_of) from monitor_run) - ${daysBack}::int)::text as day`.execute(db);
		const day = rows[0]!.day;
		for (const kind of kinds) {
			const moved = await sql`
				update event set received_at = now(), known_from = now()
				where kind = ${kind} and occurred_at >= ${day}::date and occurred_at < ${day}::date + 1 and known_to is null
			`.execute(owner);
			context.report(`${kind}_late_rows`, Number(moved.numAffectedRows ?? 0), 'rows');
			const seconds = await judgedAgain(db, owner, [kind], day);
			if (seconds === null) context.log(`${kind}: too few rows for any evening to be judged again`);
			else context.report(`${kind}_judged_again`, seconds, 's');
		}
		const whole = await judgedAgain(db, owner, kinds, day);
		if (whole !== null) context.report('all_kinds_judged_again', whole, 's');
		context.report('peak_memory', Math.round(process.resourceUsage().maxRSS / 1024), 'MB');
	} finally {
		await db.destroy();
		await owner.destroy();
	}
}

/** Seconds from the notice of a delivery of a day to the warnings written, the best of some; null when no evening was judged again. */
async function judgedAgain(db: Kysely<DB>, owner: Kysely<DB>, late: readonly string[], day: string): Promise<number | null> {
	let best: number | null = null;
	for (let i = 0; i < repeats; i++) {
		await sql`update intake_batch set finished_at = least(finished_at, now() - interval '1 hour')`.execute(owner);
		for (const kind of late) {
			await sql`
				insert into intake_batch (id, source_id, kind, state, accepted, first_day, finished_at)
				select ${randomUUID()}, min(id), ${kind}, 'done', 1, ${day}, now() from source where ${kind} = any(kinds)
			`.execute(owner);
		}
		await sql`
			insert into count_mark (name, version, changed_at) values ('late-data', 1, now() - interval '5 minutes')
			on conflict (name) do update set changed_at = excluded.changed_at
		`.execute(owner);
		const done = await judgeArrived(db, new Date());
		if (done.kinds.length !== late.length) throw new Error(`not looked at: ${JSON.stringify(done)}`);
		if (done.evenings === 0) return null;
		best = Math.min(best ?? Infinity, done.seconds);
	}
	return best;
}

/** Made anew each time: what came late must not have come late before. */
async function copyOfDemo(context: BenchContext): Promise<string> {
	const demo = await context.demo();
	await demo[Symbol.asyncDispose]();
	const url = new URL(demo.url);
	const from = url.pathname.slice(1);
	const name = `${from}_late`;
	url.pathname = '/postgres';
	const client = new pg.Client({ connectionString: url.href });
	await client.connect();
	try {
		context.log(`copying ${from}`);
		await client.query(`drop database if exists ${name} with (force)`);
		await client.query(`create database ${name} template ${from}`);
	} finally {
		await client.end();
	}
	url.pathname = `/${name}`;
	return url.href;
}

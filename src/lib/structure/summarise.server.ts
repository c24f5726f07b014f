import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { countMoves, monthsWithClasses } from './class-moves.server.ts';
import { countCohorts } from './cohort-steps.server.ts';
import { spans } from './moves.ts';

/** One summary at a time ("QSST"). */
const summaryLock = 0x51535354;

/** Names of the summaries in `count_mark`: readers key their caches by their versions. */
export const movesMark = 'class-moves';
export const cohortsMark = 'cohorts';

export type Summarised = {
	/** Months of classes that were counted again. */
	readonly months: number;
	/** Null: nothing to do, or somebody else is at it. */
	readonly version: number | null;
};

const nothing: Summarised = { months: 0, version: null };

/**
 * Counts again the moves of the months in which classes came since the last time, and of those compared with them. The first time: all,
 * with the cohorts.
 */
export function summariseClasses(db: Kysely<DB>): Promise<Summarised> {
	return oneSnapshot(db, async (trx) => {
		const [now, before] = [await classesSeen(trx), await readSeen(trx, movesMark)];
		if (before === null) return wholly(trx);
		if (before === now.seen) return nothing;
		const kept = await monthsWithClasses(trx);
		const changed = new Set(now.changed.flatMap((month) => [month, ...spans.map((span) => addMonths(month, span))]));
		const months = kept.filter((month) => changed.has(month));
		await countMoves(trx, months);
		await sql`delete from class_move where month <> all(${kept as string[]}::date[])`.execute(trx);
		await writeSeen(trx, movesMark, now.seen, now.last);
		return { months: months.length, version: await mark(trx, movesMark) };
	});
}

/** All again, where register, events or classes changed since the last time: places and industries of all months are those of the register now. */
export function summariseRegister(db: Kysely<DB>): Promise<Summarised> {
	return oneSnapshot(db, async (trx) => ((await readSeen(trx, cohortsMark)) === (await registerSeen(trx)) ? nothing : wholly(trx)));
}

/** Everything from nothing: after a bulk load, and what tests compare with. */
export async function rebuildStructure(trx: Kysely<DB>): Promise<void> {
	await wholly(trx);
}

async function wholly(trx: Kysely<DB>): Promise<Summarised> {
	const months = await monthsWithClasses(trx);
	await sql`delete from class_move`.execute(trx);
	await countMoves(trx, months);
	await countCohorts(trx);
	const { seen, last } = await classesSeen(trx);
	await writeSeen(trx, movesMark, seen, last);
	await writeSeen(trx, cohortsMark, await registerSeen(trx), null);
	const version = await mark(trx, movesMark);
	await mark(trx, cohortsMark);
	return { months: months.length, version };
}

/** What is read, and what it is remembered by, must be of one moment: a file that comes in meanwhile is found the next time. */
function oneSnapshot(db: Kysely<DB>, work: (trx: Kysely<DB>) => Promise<Summarised>): Promise<Summarised> {
	return db.transaction().setIsolationLevel('repeatable read').execute(async (trx) => {
		// Waiting would mean reading with a snapshot from before the other one's end.
		const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${summaryLock}) as mine`.execute(trx);
		return rows[0]!.mine ? work(trx) : nothing;
	});
}

/** The files of classes taken in so far, and the months of those that may be new: a file's end is written a while before others see it. */
async function classesSeen(trx: Kysely<DB>): Promise<{ readonly seen: string; readonly last: string | null; readonly changed: readonly string[] }> {
	const done = sql`from intake_batch b where b.kind = 'class' and b.state = 'done'`;
	const { rows } = await sql<{ n: number; last: string | null }>`select count(*)::int as n, max(b.finished_at)::text as last ${done}`.execute(trx);
	const { rows: changed } = await sql<{ month: string }>`
		select distinct m.month::date as month
		from (select date_trunc('month', b.first_day) as first, b.last_day as last ${done}
			and b.finished_at >= coalesce((select last_done from summary_seen where name = ${movesMark}), '-infinity') - interval '1 day') span,
			generate_series(span.first, span.last, interval '1 month') m (month)`.execute(trx);
	return { seen: `${rows[0]!.n} ${rows[0]!.last}`, last: rows[0]!.last, changed: changed.map(({ month }) => month) };
}

/** Each day by itself: a month's end makes ages full without anything having come. */
async function registerSeen(trx: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ seen: string }>`
		select concat_ws(' ', (now() at time zone 'Asia/Shanghai')::date, (select version from count_mark where name = 'counts'),
			(select count(*) || ' ' || max(finished_at) from intake_batch where state = 'done')) as seen`.execute(trx);
	return rows[0]!.seen;
}

async function readSeen(trx: Kysely<DB>, name: string): Promise<string | null> {
	return (await trx.selectFrom('summary_seen').select('seen').where('name', '=', name).executeTakeFirst())?.seen ?? null;
}

async function writeSeen(trx: Kysely<DB>, name: string, seen: string, lastDone: string | null): Promise<void> {
	await sql`
		insert into summary_seen (name, seen, last_done) values (${name}, ${seen}, ${lastDone}::timestamptz)
		on conflict (name) do update set seen = excluded.seen, last_done = excluded.last_done`.execute(trx);
}

async function mark(trx: Kysely<DB>, name: string): Promise<number> {
	const { rows } = await sql<{ version: number }>`
		insert into count_mark as m (name, version, changed_at) values (${name}, 1, clock_timestamp())
		on conflict (name) do update set version = m.version + 1, changed_at = excluded.changed_at
		returning version`.execute(trx);
	return rows[0]!.version;
}

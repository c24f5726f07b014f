import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths, dayOf, monthOf } from '#lib/calendar/days.ts';
import type { Job } from './job.ts';

/** Far enough that a worker that stood still for a year has left no gap. */
const monthsAhead = 24;

/** Makes the months' partitions of `event` ahead of time; until then the default partition takes such rows. */
export const makePartitions: Job = {
	name: 'make-partitions',
	schedule: { every: 'day', at: '03:10' },
	catchUp: { hours: 48, missed: 'latest' },
	async run({ owner, dueAt, log }) {
		const made: string[] = [];
		for (let ahead = 0; ahead <= monthsAhead; ahead++) {
			const month = addMonths(monthOf(dayOf(dueAt)), ahead);
			if (await makePartition(owner(), month)) made.push(month);
		}
		if (made.length > 0) log(`made partitions for ${made.join(', ')}`);
		return { made };
	}
};

/** Makes one month's partition and moves what the default partition holds of it there. False: it is there already. */
export async function makePartition(db: Kysely<DB>, month: string): Promise<boolean> {
	const table = `event_${month.slice(0, 4)}_${month.slice(5, 7)}`;
	const { rows } = await sql<{ there: boolean }>`select to_regclass(${table}) is not null as there`.execute(db);
	if (rows[0]?.there === true) return false;
	const range = [`${month} 00:00:00+08`, `${addMonths(month, 1)} 00:00:00+08`].map((time) => sql.lit(time));
	await db.transaction().execute(async (trx) => {
		// Nobody may write to the default partition between moving and attaching.
		await sql`lock table event in share row exclusive mode`.execute(trx);
		await sql`create table ${sql.table(table)} (like event including defaults including constraints)`.execute(trx);
		await sql`
			with moved as (delete from event_default where occurred_at >= ${range[0]!} and occurred_at < ${range[1]!} returning *)
			insert into ${sql.table(table)} select * from moved
		`.execute(trx);
		await sql`alter table event attach partition ${sql.table(table)} for values from (${range[0]!}) to (${range[1]!})`.execute(trx);
	});
	return true;
}
